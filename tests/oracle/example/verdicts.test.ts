import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { openCalculator } from "../../../src/app/compute-values.ts";
import { loadExample } from "../../../src/app/load-example.ts";
import { reportedFigures } from "../../../src/app/reported-figures.ts";
import { verdictOn } from "../../../src/app/verdicts.ts";
import { openWorkspace } from "../../../src/app/workspace.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { derivedRecords, type Filter, scopeAt } from "../../../src/measure/index.ts";

interface Closing {
  rows: {
    indicator: string;
    where?: Filter;
    place: string;
    years: Record<string, { status: string; allowance?: string }>;
  }[];
}

it("says of every printed row and year what the closing table, worked out by hand, says", async () => {
  const folder = await mkdtemp(join(tmpdir(), "candela-verdicts-"));
  await chmod(folder, 0o711);
  const workspace = expectOk(await openWorkspace({ folder: join(folder, "data") }));
  try {
    expectOk(await loadExample(workspace, "sensetime-2025"));
    const opened = expectOk(await openCalculator(workspace, {}));
    const derived = await derivedRecords(workspace.store, await scopeAt(workspace.store));
    const figures = await reportedFigures(workspace, opened.state, {});
    const closing = parse(
      await readFile(new URL("../../../examples/sensetime-2025/closing.yaml", import.meta.url), "utf8"),
    ) as Closing;
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    for (const { indicator, where = {}, place, years } of closing.rows) {
      for (const [year, { status, allowance }] of Object.entries(years)) {
        const name = `${indicator} ${JSON.stringify(where)} ${year} ${place}`;
        const printed = figures.find(
          (figure) =>
            figure.indicator === indicator &&
            figure.period === year &&
            figure.where.place === place &&
            JSON.stringify(Object.entries(figure.dims).sort()) === JSON.stringify(Object.entries(where).sort()),
        );
        if (!printed) throw new Error(`${name} is not among the printed figures`);
        const [value] = expectOk(
          await opened.calculator.values([{ indicator, period: expectOk(opened.period(year)), where }]),
        );
        if (!value) throw new Error("one value was asked for");
        const said = verdictOn(value, printed, derived, opened.state)?.verdict ?? "not-reported";
        counts[said] = (counts[said] ?? 0) + 1;
        // The product allows for the rounding of what is printed, not of what it was computed from.
        const expected = allowance === undefined ? status : "unexplained";
        if (said !== expected) wrong.push(`${name}: ${said}, by hand ${expected}`);
      }
    }
    console.log(`closing table: ${JSON.stringify(counts)}`);
    expect(wrong).toEqual([]);
  } finally {
    await workspace.close();
    await rm(folder, { recursive: true, force: true });
  }
});
