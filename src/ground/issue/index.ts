export {
  describeWhere,
  type IssueCatalogue,
  type IssueTexts,
  issueCatalogue,
  placeholders,
  type RenderedIssue,
  renderIssue,
} from "./catalogue.ts";
export { all, expectOk, fail, type Issue, ok, type Result, type Severity, type Where } from "./issue.ts";
export { type Language, LANGUAGES, type Text, textOf } from "./language.ts";
export { nearest, nearestOf } from "./nearest.ts";
