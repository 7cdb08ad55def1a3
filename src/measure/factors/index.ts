export { type ChosenFactor, chooseFactor, type FactorRequest, unverifiedSets } from "./choose-factor.ts";
export { type Factor, factorSchema, NO_PINS, type Pins, pinsSchema, unreadFactors } from "./factor.ts";
