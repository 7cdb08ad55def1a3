import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { expectOk, ok } from "../../src/ground/issue/index.ts";
import { createUnitTable, type UnitDefinition } from "../../src/ground/quantity/index.ts";
import {
  fileSource,
  type ImportActivity,
  type ImportIndicator,
  type ImportSite,
  IssueSink,
  prepareRecords,
  prepareReported,
  readTable,
} from "../../src/measure/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const items = <T>(folder: string): T[] =>
  readdirSync(join(root, folder)).flatMap((name) => parse(readFileSync(join(root, folder, name), "utf8")) as T[]);
const units = expectOk(createUnitTable(items<UnitDefinition>("content/units")));

describe("the example's files", () => {
  it("are read without an error or a warning", async () => {
    const folder = join(root, "examples/sensetime-2025");
    const { sites } = parse(readFileSync(join(folder, "boundary.yaml"), "utf8")) as { sites: ImportSite[] };
    const context = { activities: items<ImportActivity>("content/activities"), sites, units };
    const indicators = items<ImportIndicator>("content/indicators");
    const issues = new IssueSink();
    const records = await readTable(fileSource(join(folder, "records.csv")), { kind: "records" }, issues);
    const reported = await readTable(fileSource(join(folder, "reported.csv")), { kind: "reported" }, issues);
    if (!records || !reported) throw new Error(JSON.stringify(issues.listed));
    const evidence = (text: string | undefined) => ok({ type: "citation", source: text ?? "" });
    const rows = prepareRecords(records, { ...context, evidence }, {}, issues);
    const figures = prepareReported(reported, { indicators, units }, {}, issues);
    let [rowCount, figureCount] = [0, 0];
    for await (const chunk of rows.chunks) rowCount += chunk.length;
    for await (const chunk of figures.chunks) figureCount += chunk.length;
    expect(issues.listed).toEqual([]);
    expect([rows.outcome().accepted, figures.outcome().accepted]).toEqual([true, true]);
    expect(rowCount).toBeGreaterThan(100);
    expect(figureCount).toBeGreaterThan(300);
  });
});
