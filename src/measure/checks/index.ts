export { type CheckInput, type CheckReport, check } from "./check.ts";
export { type Claim, claimSchema, type Target, targetSchema } from "./claim.ts";
export {
  type Dims,
  type Figure,
  LEDGER_PLACE,
  parseRef,
  type Place,
  type Qualifier,
  type Ref,
  refText,
} from "./figure.ts";
export type { Completeness, Incomplete } from "./incomplete.ts";
export type { Finding } from "./finding.ts";
export { type Relation, type RelationInput, type RelationKind, relationSchema } from "./relation.ts";
export type { Rule } from "./rule.ts";
export { ALL_RULES } from "./rules/index.ts";
export { ALL_GASES } from "./rules/recomputed.ts";
export type { CheckTexts, Titles } from "./wording.ts";
