import { readFile } from "node:fs/promises";
import { fail, ok, type Result } from "../../ground/issue/index.ts";

/**
 * The text of a file that a user named.
 * @issues FILE-001 (it cannot be read)
 */
export async function readTextFile(file: string): Promise<Result<string>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (problem) {
    return fail({
      code: "FILE-001",
      severity: "error",
      at: { file },
      actual: (problem as NodeJS.ErrnoException).code ?? String(problem),
    });
  }
}
