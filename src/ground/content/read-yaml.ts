import { LineCounter, parseDocument } from "yaml";
import type { ZodType } from "zod";
import { fail, type Issue, ok, type Result } from "../issue/index.ts";
import { knownDocument } from "./parse-yaml.ts";

/**
 * Parses one YAML text against a schema; every problem is named by its line and its path in the document.
 * @issues CONTENT-003 (not YAML), CONTENT-004 (does not fit the schema)
 */
export function readYaml<T>(text: string, file: string, schema: ZodType<T>): Result<T> {
  const known = knownDocument(text);
  const fits = known === undefined ? undefined : schema.safeParse(known);
  if (fits?.success) return ok(fits.data);
  // Where a problem lies is told by the document's nodes, which only a parse gives.
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  if (document.errors.length > 0) {
    const issues = document.errors.map(
      (error): Issue => ({
        code: "CONTENT-003",
        severity: "error",
        at: { file, line: lines.linePos(error.pos[0]).line },
        actual: error.message.split("\n")[0] ?? "",
      }),
    );
    return { ok: false, issues };
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return ok(parsed.data);
  return fail(
    ...parsed.error.issues.map((problem): Issue => {
      const path = problem.path.map(String);
      const node =
        document.getIn(problem.path as (string | number)[], true) ??
        document.getIn(problem.path.slice(0, -1) as (string | number)[], true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      return {
        code: "CONTENT-004",
        severity: "error",
        at: { file, path: path.join("."), ...(range ? { line: lines.linePos(range[0]).line } : {}) },
        actual: problem.message,
      };
    }),
  );
}
