/** How much an issue matters: an error stops, a warning must be answered, a notice is worth knowing. */
export type Severity = "error" | "warning" | "notice";

/** Where an issue was seen. Every part is optional; give as many as are known. `row` and `line` count from 1. */
export interface Where {
  readonly file?: string;
  readonly sheet?: string;
  readonly row?: number;
  readonly column?: string;
  /** Path inside a document, `factors[3].unit`. */
  readonly path?: string;
  readonly line?: number;
  readonly record?: string;
  readonly indicator?: string;
  readonly period?: string;
}

/**
 * The one shape of something wrong with an input or a figure. The texts (message and remedy, in three languages) belong
 * to the code and live in `content/locales/issues`; `values` fills their `{placeholders}`.
 */
export interface Issue {
  /** Stable and documented, `UNIT-002`. */
  readonly code: string;
  readonly severity: Severity;
  readonly at: Where;
  readonly expected?: string;
  readonly actual?: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** A value, or every issue that stands in its way. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(...issues: readonly Issue[]): Result<never> {
  if (issues.length === 0) throw new Error("a failure needs at least one issue");
  return { ok: false, issues };
}

/** All values, or all issues of all failures. */
export function all<T>(results: readonly Result<T>[]): Result<T[]> {
  const values: T[] = [];
  const issues: Issue[] = [];
  for (const result of results) {
    if (result.ok) values.push(result.value);
    else issues.push(...result.issues);
  }
  return issues.length > 0 ? { ok: false, issues } : ok(values);
}

/** The value of a result that cannot have failed; a failure here is a broken invariant and throws. */
export function expectOk<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.issues.map((issue) => `${issue.code} ${JSON.stringify(issue)}`).join("; "));
}
