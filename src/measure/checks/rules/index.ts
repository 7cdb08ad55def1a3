import type { Rule } from "../rule.ts";
import { bound } from "./bound.ts";
import { claimRule } from "./claim.ts";
import { classification } from "./classification.ts";
import { completeness } from "./completeness.ts";
import { driver } from "./driver.ts";
import { identical } from "./identical.ts";
import { jump } from "./jump.ts";
import { partsSum } from "./parts-sum.ts";
import { ratio } from "./ratio.ts";
import { recomputed } from "./recomputed.ts";
import { required } from "./required.ts";
import { sameFigure } from "./same-figure.ts";
import { scaleSlip } from "./scale-slip.ts";
import { steadyRatio } from "./steady-ratio.ts";
import { stockFlow } from "./stock-flow.ts";
import { targetRule } from "./target.ts";
import { waterBalance } from "./water-balance.ts";
import { weightedMeanRule } from "./weighted-mean.ts";

/** Every rule, in the order in which `checked` names them. */
export const ALL_RULES: readonly Rule[] = [
  partsSum,
  ratio,
  weightedMeanRule,
  sameFigure,
  stockFlow,
  identical,
  jump,
  scaleSlip,
  classification,
  steadyRatio,
  waterBalance,
  bound,
  driver,
  claimRule,
  targetRule,
  required,
  completeness,
  recomputed,
];
