export { type ChosenFactor, chooseFactor, type FactorRequest } from "./choose-factor.ts";
export { type Factor, factorSchema, NO_PINS, type Pins, pinsSchema } from "./factor.ts";
