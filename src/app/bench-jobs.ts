import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { benchmarkShifting, type ReadJobs, readJobs, usualCapacity, type ZoneShifting } from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { readSeriesFiles } from "./read-series-files.ts";

/** What is asked of the benchmark of job shifting. */
export interface BenchJobsRequest {
  readonly jobsFile: string;
  readonly count: number;
  readonly carbonFiles: readonly string[];
  readonly column: string;
  readonly capacityCpus: number | undefined;
}

export interface BenchJobs {
  readonly jobs: number;
  readonly inFile: number;
  readonly unit: ReadJobs["unit"];
  readonly capacityCpus: number;
  readonly zones: readonly ZoneShifting[];
  readonly notices: readonly Issue[];
}

/** Files of one zone are named alike but for the year: DE-LU_2022.csv.gz and DE-LU_2023.csv.gz. */
export function zonesOf(files: readonly string[]): Map<string, string[]> {
  const zones = new Map<string, string[]>();
  for (const file of files) {
    const zone = basename(file)
      .replace(/\.(csv|gz)\b/g, "")
      .replace(/[_-]?(19|20)\d\d$/, "");
    zones.set(zone, [...(zones.get(zone) ?? []), file]);
  }
  return zones;
}

async function jobsOf({ jobsFile, count }: BenchJobsRequest): Promise<Result<ReadJobs>> {
  try {
    const bytes = await readFile(jobsFile);
    const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
    return readJobs({ name: jobsFile, text }, count);
  } catch (problem) {
    const actual = (problem as NodeJS.ErrnoException).code ?? String(problem);
    return fail({ code: "FILE-001", severity: "error", at: { file: jobsFile }, actual });
  }
}

/**
 * Shifts a trace of jobs in every zone.
 * @issues FILE-001, JOBS-001 … JOBS-004, SERIES-001 … SERIES-010, JOBS-005 (a zone's series is too short for the jobs)
 */
export async function benchJobs(
  request: BenchJobsRequest,
  progress: (zone: string, policy: string) => void,
): Promise<Result<BenchJobs>> {
  const read = await jobsOf(request);
  const issues: Issue[] = read.ok ? [] : [...read.issues];
  const notices: Issue[] = [];
  const series: { zone: string; values: Float64Array; file: string }[] = [];
  for (const [zone, files] of zonesOf(request.carbonFiles)) {
    const one = await readSeriesFiles(files, request.column);
    if (!one.ok) issues.push(...one.issues);
    else {
      notices.push(...one.value.notices);
      series.push({ zone, values: one.value.series.values, file: files.at(-1) ?? zone });
    }
  }
  if (!read.ok || issues.length > 0) return { ok: false, issues };
  const { jobs, inFile, unit } = read.value;
  const capacityCpus = request.capacityCpus ?? usualCapacity(jobs);
  const zones: ZoneShifting[] = [];
  for (const { zone, values, file } of series) {
    const result = benchmarkShifting(zone, jobs, values, capacityCpus, (policy) => progress(zone, policy));
    if (result) zones.push(result);
    else {
      const longest = Math.ceil(Math.max(...jobs.map(({ arrivalH, lengthH }) => arrivalH + lengthH)));
      issues.push({
        code: "JOBS-005",
        severity: "error",
        at: { file },
        expected: String(longest),
        actual: String(values.length),
      });
    }
  }
  return issues.length > 0
    ? { ok: false, issues }
    : ok({ jobs: jobs.length, inFile, unit, capacityCpus, zones, notices });
}
