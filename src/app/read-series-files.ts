import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { type ReadSeries, readSeries, type SeriesFile } from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";

async function textOf(file: string): Promise<Result<SeriesFile>> {
  try {
    const bytes = await readFile(file);
    const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
    return ok({ name: file, text });
  } catch (problem) {
    const actual = (problem as NodeJS.ErrnoException).code ?? String(problem);
    return fail({ code: "FILE-001", severity: "error", at: { file }, actual });
  }
}

/**
 * Reads hourly files, packed by gzip or not, into one series.
 * @issues FILE-001 (a file cannot be read), and those of readSeries
 */
export async function readSeriesFiles(names: readonly string[], column: string): Promise<Result<ReadSeries>> {
  const files: SeriesFile[] = [];
  const issues: Issue[] = [];
  for (const name of names) {
    const text = await textOf(name);
    if (text.ok) files.push(text.value);
    else issues.push(...text.issues);
  }
  return issues.length > 0 ? { ok: false, issues } : readSeries(files, column);
}
