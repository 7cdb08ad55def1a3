/** What is known of a measure before it is verified. */
export interface MeasureFacts {
  readonly measure: string;
  /** Saving that is expected, and what the whole site's meter counted, kWh of the same time. */
  readonly savingKwh: number;
  readonly siteKwh: number;
  /** What is metered at the equipment itself: all of its energy, a key parameter alone (for example its load), nothing. */
  readonly subMeter: "energy" | "key-parameter" | "none";
  /** A model of the whole site that keeps the guideline's limits. */
  readonly calibratedModel: boolean;
  /** It acts on the whole site at once, so that no boundary can be drawn around it. */
  readonly wholeSite: boolean;
}

/** How a saving is verified, and why so. `none`: it may be told as an estimate, never as verified. */
export interface IpmvpChoice {
  readonly measure: string;
  readonly option: "A" | "B" | "C" | "D" | "none";
  readonly reason:
    | "metered-at-equipment"
    | "key-parameter-metered"
    | "large-share-of-meter"
    | "calibrated-model"
    | "too-small-for-the-meter";
  /** Saving ÷ what the site's meter counted. */
  readonly shareOfMeter: number;
}

/** Below this share of a whole meter a saving drowns in what else changes. @source IPMVP Core Concepts 2022, Option C */
export const LEAST_SHARE = 0.1;

/** The option that fits a measure. @source IPMVP Core Concepts 2022, ch. 6 */
export function ipmvpOption(facts: MeasureFacts): IpmvpChoice {
  const { measure, savingKwh, siteKwh, subMeter, calibratedModel, wholeSite } = facts;
  const shareOfMeter = siteKwh > 0 ? Math.abs(savingKwh) / siteKwh : 0;
  const chosen = (option: IpmvpChoice["option"], reason: IpmvpChoice["reason"]): IpmvpChoice => ({
    measure,
    option,
    reason,
    shareOfMeter,
  });
  if (!wholeSite && subMeter === "energy") return chosen("B", "metered-at-equipment");
  if (!wholeSite && subMeter === "key-parameter") return chosen("A", "key-parameter-metered");
  if (shareOfMeter >= LEAST_SHARE) return chosen("C", "large-share-of-meter");
  return calibratedModel ? chosen("D", "calibrated-model") : chosen("none", "too-small-for-the-meter");
}
