import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { SeriesFile } from "../../sense/read-series.ts";
import type { ShiftableJob } from "./job.ts";

export interface ReadJobs {
  /** By arrival; the first arrives at 0. */
  readonly jobs: readonly ShiftableJob[];
  /** In which unit the file gives times. */
  readonly unit: "h" | "s";
  /** Jobs in the file. */
  readonly inFile: number;
}

const NAMES = {
  arrival: ["arrival_time", "arrival", "submit_time"],
  length: ["length", "duration", "run_time"],
  cpus: ["cpus", "cpu", "gpus"],
} as const;
const SECONDS_AN_HOUR = 3600;
/** So many wrong rows are told one by one. */
const TOLD = 20;

/**
 * Reads a trace of jobs: columns arrival_time, length, cpus. Times are hours or seconds: in seconds no job is shorter than a minute,
 * in hours some are shorter than sixty hours.
 * @param count  so many are taken, the first ones by arrival
 * @issues JOBS-001 (no rows), JOBS-002 (a column is missing), JOBS-003 (not a job), JOBS-004 (more of them)
 */
export function readJobs(file: SeriesFile, count: number): Result<ReadJobs> {
  const at = { file: file.name };
  const lines = file.text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const headers = (lines[0] ?? "").split(",").map((header) => header.trim().toLowerCase());
  const columns = Object.values(NAMES).map((names) =>
    headers.findIndex((one) => (names as readonly string[]).includes(one)),
  );
  const issues: Issue[] = Object.values(NAMES)
    .filter((_, i) => (columns[i] ?? -1) < 0)
    .map((names) => ({
      code: "JOBS-002",
      severity: "error",
      at,
      expected: names.join(", "),
      actual: headers.join(", "),
    }));
  if (issues.length > 0) return fail(...issues);
  const rows: [number, number, number][] = [];
  let wrong = 0;
  lines.slice(1).forEach((line, index) => {
    if (line.trim() === "") return;
    const cells = line.split(",");
    const [arrival = Number.NaN, length = Number.NaN, cpus = Number.NaN] = columns.map((column) => {
      const cell = (cells[column] ?? "").trim();
      return cell === "" ? Number.NaN : Number(cell);
    });
    const isJob =
      Number.isFinite(arrival) && Number.isFinite(length) && length > 0 && Number.isInteger(cpus) && cpus > 0;
    if (isJob) rows.push([arrival, length, cpus]);
    else if (++wrong <= TOLD)
      issues.push({ code: "JOBS-003", severity: "error", at: { ...at, line: index + 2 }, actual: line.slice(0, 80) });
  });
  if (wrong > TOLD) issues.push({ code: "JOBS-004", severity: "error", at, actual: String(wrong) });
  if (issues.length > 0) return fail(...issues);
  if (rows.length === 0) return fail({ code: "JOBS-001", severity: "error", at });
  const unit = rows.every(([, length]) => length >= 60) ? "s" : "h";
  const perHour = unit === "s" ? SECONDS_AN_HOUR : 1;
  const sorted = rows.sort((a, b) => a[0] - b[0]).slice(0, count);
  const first = sorted[0]?.[0] ?? 0;
  const jobs = sorted.map(([arrival, length, cpus]) => ({
    arrivalH: (arrival - first) / perHour,
    lengthH: length / perHour,
    cpus,
  }));
  return ok({ jobs, unit, inFile: rows.length });
}
