import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Sites, hourly, spread evenly over regions that each have a factor of their own. */
export const SITES = 320;
export const REGIONS = 32;
/** The first hour; all sites keep UTC, so that every contender means the same by a day. */
export const FIRST_HOUR_MS = Date.UTC(2024, 0, 1);
const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;
/** What the rows come from; another seed makes other rows of the same shape. */
export const SEED = 20_251_231;
export const ACTIVITY = "bench.electricity";

/** 32 bits from two numbers, the same on every machine (murmur3's finaliser). */
function mixed(a: number, b: number): number {
  let x = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

const padded = (value: number | bigint, width: number): string => String(value).padStart(width, "0");

/** The sites with their regions; codes of a country that does not exist, for factors that are made up. */
export const sites: readonly { readonly id: string; readonly region: string }[] = Array.from(
  { length: SITES },
  (_, index) => ({
    id: `site-${padded(index + 1, 3)}`,
    region: `XX-R${padded((index % REGIONS) + 1, 2)}`,
  }),
);

/** The regional factors, in 10⁻⁴ kgCO2/kWh: made up, between 0.1 and 0.9. */
export const factors: readonly { readonly region: string; readonly tenThousandths: number }[] = Array.from(
  { length: REGIONS },
  (_, index) => ({
    region: `XX-R${padded(index + 1, 2)}`,
    tenThousandths: 1000 + (mixed(SEED, 7_000_000 + index) % 8000),
  }),
);

const BASE_WH = sites.map((_, site) => 200_000 + (mixed(SEED, 8_000_000 + site) % 1_800_000));

/** Energy of a row in Wh, so kWh with three decimals: a load of the site's size, ± 10 %. */
function energyWh(row: number): number {
  const base = BASE_WH[row % SITES] ?? 0;
  return base - Math.floor(base / 10) + (mixed(SEED + 1, row) % Math.floor(base / 5));
}

const hourText = (hour: number): string => new Date(FIRST_HOUR_MS + hour * HOUR_MS).toISOString();
const kwhText = (wh: number): string => `${Math.floor(wh / 1000)}.${padded(wh % 1000, 3)}`;

/** 10⁻⁷ kg as kg. */
const kgText = (units: bigint): string => `${units / 10_000_000n}.${padded(units % 10_000_000n, 7)}`;

/** The days that rows reach, and the day after the last, `YYYY-MM-DD`. */
export function daysOf(rows: number): string[] {
  const days = Math.ceil(rows / (SITES * HOURS_PER_DAY));
  return Array.from({ length: days + 1 }, (_, day) => hourText(day * HOURS_PER_DAY).slice(0, 10));
}

/** kg of CO2, exact decimals. */
export interface Emissions {
  readonly total: string;
  readonly byDay: Readonly<Record<string, string>>;
}

/**
 * Writes the readings of `rows` rows, hour by hour over all sites, in the forms that the contenders read, and what they must
 * come to, computed in whole numbers.
 * - `records.csv`: Candela's table of records; the peers' readers and the columnar engine take the same file
 * - `if.csv`: the same rows with the columns that the Impact Framework's builtins ask for
 * - `reference.json`: kg of CO2 in total and by day, exact decimals
 */
export async function writeRows(
  folder: string,
  rows: number,
  also: { readonly framework: boolean },
): Promise<Emissions> {
  await mkdir(folder, { recursive: true });
  const records = createWriteStream(join(folder, "records.csv"), { highWaterMark: 1 << 20 });
  const framework = createWriteStream(join(folder, "if.csv"), { highWaterMark: 1 << 20 });
  records.write("activity,site,start,end,amount,unit,basis\n");
  framework.write("timestamp,duration,day,site,region,energy\n");
  const byDay = new Map<string, bigint>();
  const whByFactor = new Map<number, number>();
  const closeDay = (day: string): void => {
    byDay.set(
      day,
      [...whByFactor].reduce((sum, [factor, wh]) => sum + BigInt(wh) * BigInt(factor), 0n),
    );
    whByFactor.clear();
  };
  for (let hour = 0; hour * SITES < rows; hour += 1) {
    const [start, end] = [hourText(hour), hourText(hour + 1)];
    const day = start.slice(0, 10);
    let recordsText = "";
    let frameworkText = "";
    for (const [index, { id, region }] of sites.entries()) {
      const row = hour * SITES + index;
      if (row >= rows) break;
      const wh = energyWh(row);
      const factor = factors[index % REGIONS]?.tenThousandths ?? 0;
      whByFactor.set(factor, (whByFactor.get(factor) ?? 0) + wh);
      recordsText += `${ACTIVITY},${id},${start.slice(0, 16)},${end.slice(0, 16)},${kwhText(wh)},kWh,measured\n`;
      if (also.framework) frameworkText += `${start},3600,${day},${id},${region},${kwhText(wh)}\n`;
    }
    const roomy = [records.write(recordsText), framework.write(frameworkText)];
    if (!roomy[0]) await once(records, "drain");
    if (!roomy[1]) await once(framework, "drain");
    if ((hour + 1) % HOURS_PER_DAY === 0 || (hour + 1) * SITES >= rows) closeDay(day);
  }
  for (const stream of [records, framework]) {
    stream.end();
    await once(stream, "finish");
  }
  const total = [...byDay.values()].reduce((sum, units) => sum + units, 0n);
  const reference: Emissions = {
    total: kgText(total),
    byDay: Object.fromEntries([...byDay].map(([day, units]) => [day, kgText(units)])),
  };
  await writeFile(join(folder, "reference.json"), JSON.stringify(reference));
  const table = factors.map(({ region, tenThousandths }) => `${region},${tenThousandths / 10_000}`);
  await writeFile(join(folder, "factors.csv"), `region,factor\n${table.join("\n")}\n`);
  return reference;
}
