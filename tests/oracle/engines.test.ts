import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openCalculator } from "../../src/app/compute-values.ts";
import { importFile } from "../../src/app/import-file.ts";
import { loadExample } from "../../src/app/load-example.ts";
import { openWorkspace, type Workspace } from "../../src/app/workspace.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import type { ValueRequest } from "../../src/measure/index.ts";

let folder = "";
let workspace: Workspace;

/** Two years of months for two sites and two fuels, amounts of three decimals from a small generator. */
function monthlyRecords(): string {
  const rows = ["activity,site,period,amount,unit,dim.fuel"];
  let seed = 7;
  const next = (): string => {
    seed = (seed * 48271) % 2147483647;
    return (seed / 1000).toFixed(3);
  };
  for (const year of [2021, 2022]) {
    for (let month = 1; month <= 12; month += 1) {
      const period = `${year}-${String(month).padStart(2, "0")}`;
      for (const site of ["group", "lingang-aidc"]) {
        rows.push(
          `electricity.purchased,${site},${period},${next()},kWh,`,
          `electricity.renewable,${site},${period},${next()},kWh,`,
        );
        for (const fuel of ["natural-gas", "diesel"])
          rows.push(`fuel.combustion,${site},${period},${next()},GJ,${fuel}`);
      }
    }
  }
  return `${rows.join("\n")}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candela-engines-"));
  await chmod(folder, 0o711);
  workspace = expectOk(await openWorkspace({ folder: join(folder, "data") }));
  expectOk(await loadExample(workspace, "sensetime-2025"));
  await writeFile(join(folder, "months.csv"), monthlyRecords());
  const imported = expectOk(await importFile(workspace, join(folder, "months.csv"), { acceptWarnings: true }));
  expect(imported.counts.error, JSON.stringify(imported.issues.slice(0, 3))).toBe(0);
  expect(imported.submitted?.rows).toBe(2 * 12 * 2 * 4);
});

afterAll(async () => {
  await workspace.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every indicator × period × member, computed by one engine, as text. */
async function everything(engine: "postgres" | "columnar"): Promise<Map<string, string>> {
  const opened = expectOk(await openCalculator(workspace, { engine }));
  const { catalogue, activities } = opened.state.model;
  const requests: ValueRequest[] = [];
  for (const [indicator, entry] of catalogue.entries) {
    const members = entry.definition.dimensions.flatMap((dimension) => {
      const known = [...activities.values()].flatMap((activity) => activity.dimensions[dimension] ?? []);
      return [...new Set(known)].map((member) => ({ [dimension]: member }));
    });
    for (const label of ["2025", "2024", "2023", "2022", "2021", "2022Q3", "2021-12"]) {
      const period = expectOk(opened.period(label));
      for (const where of [{}, { site: "lingang-aidc" }, ...members]) {
        for (const method of entry.methods) requests.push({ indicator, period, where, method: method.id });
      }
    }
  }
  const values = expectOk(await opened.calculator.values(requests));
  return new Map(
    values.map((value) => [
      [value.indicator, value.method, value.period.label, JSON.stringify(value.where)].join(" "),
      JSON.stringify([
        value.status,
        value.amount?.value.toFixed(),
        value.parts?.numerator.value.toFixed(),
        value.parts?.denominator.value.toFixed(),
        value.missing,
        value.caveats,
      ]),
    ]),
  );
}

it("gives the same digits of every indicator on PostgreSQL and on the columnar mirror", async () => {
  const [oracle, mirror] = [await everything("postgres"), await everything("columnar")];
  const present = [...oracle.values()].filter((value) => !value.startsWith('["missing"')).length;
  console.log(`engines: ${oracle.size} values compared, ${present} of them present`);
  expect(present).toBeGreaterThan(300);
  const different = [...oracle]
    .filter(([name, value]) => mirror.get(name) !== value)
    .map(([name, value]) => `${name}: ${value} / ${mirror.get(name)}`);
  expect(different).toEqual([]);
  expect(mirror.size).toBe(oracle.size);
});
