import { join } from "node:path";
import { DuckDBDecimalValue, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { factors, sites } from "../rows.ts";
import { Phases } from "./phases.ts";
import { taskOf } from "./task.ts";

/*
 * The limit: the columnar engine alone over a Parquet file of the readings, its amounts the decimals that Candela keeps (MJ with
 * nine places), summed by site and by site and day. No factors, no names, no lineage, nobody asks what is in force.
 */
const { rows: folder } = taskOf();
const REPEATS = 5;
const phases = new Phases();
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const rows = async (statement: string) => (await connection.runAndReadAll(statement)).getRows();
const [source, parquet] = [join(folder, "records.csv"), join(folder, "scan.parquet")];

await phases.time("prepare", () =>
  connection.run(`copy (
    select substr(site, 6)::int as site_id, "start"::timestamp as period_start, (amount::decimal(18, 3) * 3.6)::decimal(38, 9) as amount
    from read_csv('${source}', all_varchar = true) order by site_id, period_start
  ) to '${parquet}' (format parquet, compression zstd)`),
);

const total = `select site_id, sum(amount) from read_parquet('${parquet}') group by 1`;
const byDay = `select site_id, period_start::date::varchar, sum(amount) from read_parquet('${parquet}') group by 1, 2`;
await phases.time("first", async () => [await rows(total), await rows(byDay)]);
for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
  await phases.time(`total ${repeat}`, () => rows(total));
  await phases.time(`by day ${repeat}`, () => rows(byDay));
}

const factorOf = new Map(factors.map(({ region, tenThousandths }) => [region, BigInt(tenThousandths)]));
/** 10⁻⁹ MJ as kg, by the site's factor; a kWh is 3.6 MJ. */
function kg(site: DuckDBValue, sum: DuckDBValue): number {
  if (typeof site !== "number" || !(sum instanceof DuckDBDecimalValue)) throw new Error(`no sum: ${site}, ${sum}`);
  const factor = factorOf.get(sites[site - 1]?.region ?? "") ?? 0n;
  return Number((sum.value * factor) / 3_600_000n) / 1e7;
}
const days = new Map<string, number>();
for (const [site = null, day, sum = null] of await rows(byDay)) {
  days.set(String(day), (days.get(String(day)) ?? 0) + kg(site, sum));
}
const whole = (await rows(total)).reduce((all, [site = null, sum = null]) => all + kg(site, sum), 0);
phases.report({ total: whole, byDay: Object.fromEntries(days) });
