import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { OutsideAir } from "./cooling.ts";

/** An hour of weather. */
export interface WeatherHour extends OutsideAir {
  /** Sun on the horizontal, W/m². */
  readonly sunWPerM2: number;
}

const NAMES = {
  dryBulbC: ["tdb", "dry_bulb", "dry_bulb_c", "drybulb", "temperature"],
  wetBulbC: ["wb", "twb", "wet_bulb", "wet_bulb_c", "wetbulb"],
  sunWPerM2: ["ghi", "ghi_w_m2", "sun"],
} as const;

const HOURS = 8760;
/** So many wrong rows are told one by one. */
const TOLD = 20;

/**
 * Reads hourly weather, a row an hour from 1 January 00:00 local time on: columns tdb and wb (°C), ghi (W/m²) if there.
 * @issues SITE-020 (a column is missing), SITE-021 (not a number, or a wet bulb above the dry bulb), SITE-022 (no rows, or more than a year)
 */
export function readWeather(text: string, file: string): Result<WeatherHour[]> {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const headers = (lines[0] ?? "").split(",").map((header) => header.trim().toLowerCase());
  const column = (names: readonly string[]): number => headers.findIndex((header) => names.includes(header));
  const columns = { dry: column(NAMES.dryBulbC), wet: column(NAMES.wetBulbC), sun: column(NAMES.sunWPerM2) };
  const issues: Issue[] = [];
  for (const [at, names] of [
    [columns.dry, NAMES.dryBulbC],
    [columns.wet, NAMES.wetBulbC],
  ] as const)
    if (at < 0)
      issues.push({
        code: "SITE-020",
        severity: "error",
        at: { file, line: 1 },
        expected: names.join(", "),
        actual: headers.join(", "),
      });
  const rows = lines.slice(1);
  if (rows.length === 0 || rows.length > HOURS + 24)
    issues.push({
      code: "SITE-022",
      severity: "error",
      at: { file },
      expected: `1–${HOURS}`,
      actual: String(rows.length),
    });
  if (issues.length > 0) return fail(...issues);
  const hours = rows.map((row, index): WeatherHour => {
    const cells = row.split(",");
    const number = (at: number): number => {
      const cell = (cells[at] ?? "").trim();
      return cell === "" ? Number.NaN : Number(cell);
    };
    const [dryBulbC, wetBulbC] = [number(columns.dry), number(columns.wet)];
    const sunWPerM2 = columns.sun < 0 ? 0 : number(columns.sun);
    const plausible =
      Math.abs(dryBulbC) < 70 && Math.abs(wetBulbC) < 70 && wetBulbC <= dryBulbC + 0.5 && sunWPerM2 >= 0;
    if (!plausible && issues.length < TOLD)
      issues.push({
        code: "SITE-021",
        severity: "error",
        at: { file, line: index + 2 },
        expected: "−70 °C < wb ≤ tdb < 70 °C",
        actual: row.slice(0, 80),
      });
    return { dryBulbC, wetBulbC, sunWPerM2 };
  });
  // A leap year's last day goes: a typical year has 365.
  return issues.length > 0 ? fail(...issues) : ok(hours.slice(0, HOURS));
}
