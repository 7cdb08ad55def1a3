export { describeReason } from "./describe-reason.ts";
export {
  combineStates,
  coverage,
  type CoverageFacts,
  type CoverageState,
  type IndicatorStatus,
  type NarrativeAnswer,
  type Reason,
  type RequirementCoverage,
  type StandardCoverage,
} from "./coverage.ts";
export { type Requirement, type Standard, standardSchema } from "./standard.ts";
export { createStandardTree, type RequirementNode, type StandardTree } from "./tree.ts";
