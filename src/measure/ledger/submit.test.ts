import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { lastPosition } from "../../ground/journal/index.ts";
import { yearPeriod } from "../../ground/quantity/index.ts";
import { aggregate, type AggregateRow } from "./aggregate.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { recordReader } from "./reader.ts";
import { scopeAt } from "./scope.ts";
import { submit } from "./submit.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger.close());

const SOURCE = { type: "file", name: "meter.csv" };
const CALENDAR = { sites: [{ id: "lingang", timeZone: "Asia/Shanghai" }], otherwise: "Asia/Shanghai" };

async function year(engine: "postgres" | "columnar"): Promise<AggregateRow[]> {
  const scope = await scopeAt(ledger.store);
  const request = { measure: "flow", periods: [yearPeriod(2025)], calendar: CALENDAR } as const;
  return expectOk(await aggregate(recordReader(ledger.store, scope, engine), scope, request));
}

it("keeps rows, sums them on both engines, and says where they stand", async () => {
  const rows = [
    row("1.5"),
    row("2.25", { day: "2025-03-02" }),
    row("-0.000000001", { day: "2025-03-03", basis: "estimated" }),
  ];
  const submitted = expectOk(await submit(ledger.ann, { name: "meter.csv", source: SOURCE, rows: [rows] }));
  expect(submitted).toMatchObject({ batch: 1, rows: 3, position: 1n });
  for (const engine of ["postgres", "columnar"] as const) {
    const [found, ...others] = await year(engine);
    expect(others).toEqual([]);
    expect(found?.sum.toFixed()).toBe("3.749999999");
    expect(found).toMatchObject({
      activity: "electricity.purchased",
      site: "lingang",
      dims: "{}",
      count: 3,
      estimated: 1,
      derived: 0,
      pending: 3,
      straddling: 0,
    });
  }
});
