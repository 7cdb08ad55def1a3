import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk } from "../ground/issue/index.ts";
import { checkFigures } from "./check-figures.ts";
import { importFile } from "./import-file.ts";
import { openWorkspace, setBoundary, type Workspace } from "./workspace.ts";

/** A company of which nothing was printed yet. */
let folder = "";
let workspace: Workspace;

const name = { "zh-Hant": "海港", "zh-Hans": "海港", en: "Harbour" };
const SITES = ["hall", "office"];

/**
 * Electricity by month: the hall takes three times as much in 2024 as in 2023, both stop in 2025, the hall in September and
 * the office before the year. Water of 2023 and 2024 alone. 2026 is not over.
 */
function records(): string {
  const rows = ["activity,site,period,amount,unit"];
  for (const year of [2023, 2024, 2025, 2026])
    for (let month = 1; month <= 12; month += 1)
      for (const site of SITES) {
        if ((year === 2025 && (site === "office" || month > 9)) || (year === 2026 && month > 2)) continue;
        const amount = (site === "hall" ? 1000 : 40) * (site === "hall" && year > 2023 ? 3 : 1) + month;
        rows.push(`electricity.purchased,${site},${year}-${String(month).padStart(2, "0")},${amount},MWh`);
      }
  rows.push("water.withdrawal,hall,2023,9000,t", "water.withdrawal,hall,2024,9100,t");
  return `${rows.join("\n")}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candela-check-"));
  await chmod(folder, 0o711);
  const now = (): Date => new Date("2026-03-15T00:00:00Z");
  workspace = { ...expectOk(await openWorkspace({ folder: join(folder, "data") })), now };
  expectOk(
    await setBoundary(workspace, {
      entity: { id: "harbour", name, approach: "operational-control", fiscalYearStartMonth: 1 },
      sites: SITES.map((id) => ({ id, name, region: "CN", timeZone: "Asia/Shanghai", share: "1" })),
    }),
  );
});

afterAll(async () => {
  await workspace.close();
  await rm(folder, { recursive: true, force: true });
});

const told = async (period?: string): Promise<string[]> =>
  expectOk(await checkFigures(workspace, period === undefined ? {} : { period }))
    // What a standard asks for and the company does not have yet is another matter.
    .findings.filter(({ code }) => !["CHECK-REQUIRED", "CHECK-MEMBERS"].includes(code))
    .map(({ code, periods, message }) => `${code} ${periods.join()} ${message.en}`);

it("has no period to look at in an empty ledger", async () => {
  expect(expectOk(await checkFigures(workspace))).toMatchObject({ periods: [], findings: [] });
});

it("looks at every year with records that is over, and says what lacks and what jumps", async () => {
  await writeFile(join(folder, "records.csv"), records());
  const imported = expectOk(await importFile(workspace, join(folder, "records.csv"), { acceptWarnings: true }));
  expect(imported.counts.error, JSON.stringify(imported.issues.slice(0, 3))).toBe(0);
  expect(expectOk(await checkFigures(workspace)).periods).toEqual(["2023", "2024", "2025"]);
  const found = await told();
  expect(found.map((line) => line.split(" ").slice(0, 2).join(" ")).sort()).toEqual([
    "CHECK-INCOMPLETE 2025",
    "CHECK-INCOMPLETE 2025",
    "CHECK-JUMP 2024,2023",
  ]);
  expect(found.join("\n")).toMatch(/lacks .*2025-10-01 – 2025-12-31, .*2025-01-01 – 2025-12-31/);
  expect(found.join("\n")).toMatch(/Water withdrawn lacks every record, while there are some of 2024/);
});

it("looks at a period that is not over when it is asked to", async () => {
  expect(expectOk(await checkFigures(workspace, { period: "2026" })).periods).toContain("2026");
  expect((await told("2026")).join("\n")).toMatch(/lacks .*2026-03-01 – 2026-12-31/);
});

it("holds a month against the one before it alone, and asks nothing of it that is asked of a year", async () => {
  const { periods, findings } = expectOk(await checkFigures(workspace, { period: "2025-10" }));
  expect(periods).toEqual(["2025-09", "2025-10"]);
  expect(findings.map(({ code }) => code)).toEqual(["CHECK-INCOMPLETE"]);
  expect(expectOk(await checkFigures(workspace, { period: "2025-05" })).findings).toEqual([]);
});
