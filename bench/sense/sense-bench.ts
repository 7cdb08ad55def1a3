import { mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { whole } from "./bench-site.ts";
import { measureIngest } from "./measure-ingest.ts";
import { measureYear } from "./measure-year.ts";

const HELP = `node bench/sense/run.mjs [--series 1000] [--days 365] [--repeats 3] [--only ingest|year] [--folder DIR]

Readings taken in until they are on the disk (goal 100,000 a second), and days of minutes summed to hours (goal: a year of
1,000 series below 3 s). It writes up to 8 GB below the temporary folder and removes it.
  --series N    how many series
  --days N      how many days; a year of 1,000 series is made in some ten minutes
  --repeats N   how often each is measured; the median counts
  --only WHAT   one of the two
  --folder DIR  where the days are kept, and found again the next time`;

const GOALS = { ingest: 100_000, yearSeconds: 3, yearReadings: 525_600_000 } as const;

/** Runs the measurements of readings. @returns exit code: 1 when a goal is missed */
export async function benchSense(given: readonly string[]): Promise<number> {
  if (given.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const option = (name: string): string | undefined => given[given.indexOf(name) + 1 || -1];
  const [count, days, repeats] = [
    ["--series", 1000],
    ["--days", 365],
    ["--repeats", 3],
  ].map(([name, usual]) => Number(option(String(name)) ?? usual)) as [number, number, number];
  if (![count, days, repeats].every((one) => Number.isInteger(one) && one > 0) || count > 10_000 || days > 366) {
    console.error(HELP);
    return 2;
  }
  const only = option("--only");
  const kept = option("--folder");
  if (kept !== undefined) mkdirSync(kept, { recursive: true });
  const temporary = mkdtempSync(join(tmpdir(), "candela-bench-sense-"));
  const folder = kept === undefined ? temporary : resolve(kept);
  const { bavail, bsize } = statfsSync(folder);
  // Ten bytes a reading are more than the files take.
  if (bavail * bsize < count * days * 1440 * 10 + 3e9) {
    console.error(`${folder} has room for ${(Number(bavail * bsize) / 1e9).toFixed(0)} GB: too little. See --days.`);
    return 2;
  }
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`);
  let missed = false;
  try {
    if (only !== "year") {
      const { best, readings } = await measureIngest(temporary, count, repeats);
      missed ||= best < GOALS.ingest;
      console.log(`ingest of ${whole(readings)} readings: ${whole(best)} a second (goal ${whole(GOALS.ingest)})\n`);
    }
    if (only !== "ingest") {
      const { readings, first } = await measureYear(folder, count, days, repeats);
      const aYear = readings >= GOALS.yearReadings;
      missed ||= aYear && first > GOALS.yearSeconds;
      const goal = aYear ? `goal ${GOALS.yearSeconds} s` : "no goal: less than a year of 1,000 series";
      console.log(`${whole(readings)} readings to hours: ${first.toFixed(2)} s the first time (${goal})`);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return missed ? 1 : 0;
}
