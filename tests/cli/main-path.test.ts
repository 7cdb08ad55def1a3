import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, run, scratch, servedStore, type TestStore } from "./candela.ts";
import {
  checkShape,
  type FindingJson,
  gapShape,
  issuesShape,
  type LineageJson,
  printedShape,
  traceShape,
  type ValueJson,
  valueShape,
} from "./shapes.ts";

/** The main job on the example, as its user does it: every command, its JSON, its words and its exit code. */

let store: TestStore & { url: string };

beforeAll(async () => {
  store = await servedStore({ example: true });
});
afterAll(cleanUp);

const value = async (...args: string[]): Promise<ValueJson> =>
  valueShape.parse(await store.json<unknown>("value", ...args));

/** All nodes of a lineage, from the top down. */
const nodes = (top: LineageJson): LineageJson[] => [top, ...top.children.flatMap(nodes)];
const ofKind = (top: LineageJson, kind: string): LineageJson[] => nodes(top).filter((node) => node.kind === kind);

describe("scope 1", () => {
  it("is 138.37 t in 2025, and its lineage names both fuels, both factors and their source table", async () => {
    const scope1 = await value("ghg.scope1", "--period", "2025");
    expect(scope1).toMatchObject({
      indicator: "ghg.scope1",
      period: "2025",
      value: "138.37",
      unit: "tCO2e",
      status: "complete",
    });
    expect(
      ofKind(scope1.lineage, "records")
        .map(({ detail }) => detail.filter)
        .sort(),
    ).toEqual(["fuel=diesel", "fuel=natural-gas"]);
    const factors = ofKind(scope1.lineage, "factor").filter(({ detail }) => detail.set === "ipcc-2006");
    expect(factors.map(({ detail }) => detail.factor).sort()).toEqual([
      "ipcc-2006.diesel.co2",
      "ipcc-2006.natural-gas.co2",
    ]);
    for (const { detail } of factors) {
      expect(detail.source).toMatch(/IPCC.*volume 2, chapter 1, table 1\.4/);
      expect(detail.status).toBe("verified");
    }
  });

  it.each([
    // 196.38 MWh × 3.6 × 74.1 kg/GJ and 425.75 MWh × 3.6 × 56.1 kg/GJ.
    ["fuel=diesel", "52.39"],
    ["fuel=natural-gas", "85.98"],
  ])("for %s is %s t", async (where, expected) => {
    const [dimension = "", member = ""] = where.split("=");
    expect(await value("ghg.scope1", "--period", "2025", "--where", where)).toMatchObject({
      value: expected,
      where: { [dimension]: member },
    });
  });

  it("counts methane and nitrous oxide only when asked to", async () => {
    const full = await value("ghg.scope1", "--period", "2025", "--method", "full-gas");
    expect(full).toMatchObject({ value: "138.94", method: "full-gas" });
    expect(
      ofKind(full.lineage, "factor")
        .map(({ detail }) => detail.factor)
        .filter((id) => id?.startsWith("ipcc-2006")).length,
    ).toBe(6);
    expect(await value("ghg.scope1", "--period", "2025")).toMatchObject({ value: "138.37" });
  });

  it("is traced to the records that it rests on, with what proves them", async () => {
    const trace = traceShape.parse(await store.json<unknown>("trace", "ghg.scope1", "--period", "2025"));
    const rows = trace.records.flatMap((leaf) => leaf.rows);
    expect(rows.map(({ amount, unit }) => `${amount} ${unit}`).sort()).toEqual(["196.38 MWh", "425.75 MWh"]);
    expect(rows.every(({ evidence }) => /report-2025: climate-energy-table/.test(evidence))).toBe(true);
    expect(trace.records.every(({ more }) => !more)).toBe(true);
    const words = await store.run("trace", "ghg.scope1", "--period", "2025", "--lang", "zh-Hans");
    expect(words.exit).toBe(0);
    expect(words.out).toMatch(/直接温室气体排放（范围一） {2}138\.3707988 tCO2e/);
    expect(words.out).toMatch(/柴油燃烧的二氧化碳排放因子 {2}74\.1 kgCO2\/GJ/);
  });
});

describe("every indicator that is promised", () => {
  it.each<[string, string]>([
    ["ghg.scope1", "138.37"],
    ["ghg.scope2.location", "93765.48"],
    ["ghg.scope2.market", "101864.20"],
    ["ghg.scope3", "31151.85"],
    ["ghg.scope1-2", "93903.85"],
    ["ghg.scope1-2.per-revenue", "18.73"],
    ["energy.total", "177338.07"],
    ["energy.direct", "10238.00"],
    ["energy.indirect", "167100.07"],
    ["energy.per-revenue", "35.36"],
    ["energy.renewable-electricity", "9615.87"],
    ["water.total", "317522.04"],
    ["water.per-revenue", "63.32"],
    ["wastewater.total", "270956.60"],
    ["packaging.total", "115.90"],
    ["waste.non-hazardous", "607.00"],
    ["people.headcount", "2472"],
    ["people.turnover-rate", "13.63"],
    ["people.lost-days", "300"],
    ["training.hours-per-person", "14.42"],
    ["training.share-trained", "84"],
    ["suppliers.count", "375"],
    ["donations.total", "382"],
    ["revenue", "5014.70"],
  ])("%s of 2025 is %s", async (indicator, expected) => {
    const response = await fetch(`${store.url}/api/v1/values?indicators=${indicator}&periods=2025&lineage=true`);
    const { values } = (await response.json()) as { values: unknown[] };
    expect(valueShape.parse(values[0])).toMatchObject({ indicator, period: "2025", value: expected });
  });

  // Where the report prints a figure twice, the first place stands for it and both are listed.
  it.each<[string, string | null, number]>([
    ["ghg.scope2.location", "93730.15", 2],
    ["training.hours-per-person", "13.80", 3],
    ["compute.operated", "40400", 3],
    ["revenue", null, 0],
  ])("%s as reported is %s, in %i places", async (indicator, printed, places) => {
    const asReported = await store.json<unknown>("value", indicator, "--period", "2025", "--as-reported");
    const read = printedShape.parse(asReported);
    expect([read.value, read.places.length]).toEqual([printed, places]);
    expect(read.lineage?.place ?? null).toBe(read.places[0]?.place ?? null);
  });

  it("has a value, or says what is missing, for every period and part", async () => {
    const { indicators } = await store.json<{ indicators: { id: string }[] }>("list", "indicators");
    const counts: Record<string, number> = {};
    for (const { id } of indicators) {
      const response = await fetch(
        `${store.url}/api/v1/values?indicators=${id}&periods=2025,2024,2023,2019&lineage=true`,
      );
      const { values } = (await response.json()) as { values: unknown[] };
      for (const one of values) {
        const parsed = valueShape.parse(one);
        counts[parsed.status] = (counts[parsed.status] ?? 0) + 1;
        if (parsed.value === null) expect([id, parsed.missing]).not.toEqual([id, []]);
        else expect([id, parsed.status]).not.toEqual([id, "missing"]);
        if (parsed.period === "2019") expect([id, parsed.value]).toEqual([id, null]);
      }
    }
    console.log(`values: ${JSON.stringify(counts)} of ${indicators.length} indicators`);
    expect(indicators.length).toBeGreaterThan(60);
    expect(counts.complete ?? 0).toBeGreaterThan(100);
  });

  it("breaks people down by gender, age and region, and the parts make the whole", async () => {
    for (const [dimension, members] of Object.entries({
      gender: ["female", "male"],
      age: ["under-30", "30-50", "over-50"],
      region: ["china", "other"],
    })) {
      const parts = await Promise.all(
        members.map((member) => value("people.headcount", "--period", "2025", "--where", `${dimension}=${member}`)),
      );
      expect([dimension, parts.reduce((sum, part) => sum + Number(part.value), 0)]).toEqual([dimension, 2472]);
    }
  });

  it("gives several periods in one object, newest or oldest first as asked", async () => {
    const { values } = await store.json<{ values: unknown[] }>("value", "water.total", "--period", "2023,2025");
    expect(values.map((one) => valueShape.parse(one)).map((one) => [one.period, one.value])).toEqual([
      ["2023", "187205.90"],
      ["2025", "317522.04"],
    ]);
  });

  it("says the same through the program and through HTTP", async () => {
    const response = await fetch(`${store.url}/api/v1/values?indicators=ghg.scope2.market&periods=2024&lineage=true`);
    const { values } = (await response.json()) as { values: object[] };
    // Beside what the program says, a page is given the unit's symbol and its notes in words.
    const said = await store.json<object>("value", "ghg.scope2.market", "--period", "2024");
    expect({ ...values[0], symbol: undefined, notes: undefined }).toEqual(said);
  });
});

describe("check", () => {
  let findings: readonly FindingJson[];

  beforeAll(async () => {
    const ran = await store.run("check", "--json");
    // The published report has errors, so the command ends with 1.
    expect(ran.exit).toBe(1);
    const report = checkShape.parse(ran.json());
    expect(Object.keys(report.checked).length).toBeGreaterThan(10);
    expect(Object.values(report.checked).every((count) => count > 0)).toBe(true);
    findings = report.findings;
  });

  const about = (indicator: string): FindingJson[] => findings.filter((one) => one.indicators.includes(indicator));

  it("puts errors before warnings before notices", () => {
    const rank = { error: 0, warning: 1, notice: 2 };
    const ranks = findings.map(({ severity }) => rank[severity]);
    expect(ranks).toEqual([...ranks].sort());
    expect(new Set(ranks).size).toBe(3);
  });

  it.each(["ghg.scope2.location", "ghg.scope2.market"])(
    "shows how far %s is from the report: within 0.2 %%",
    (indicator) => {
      const [finding] = about(indicator).filter(({ code }) => code === "CHECK-RECOMPUTED");
      expect(finding?.periods).toContain("2025");
      expect(finding?.message.en).toMatch(/-0\.0[47]%/);
      expect(finding?.cause.en).toMatch(/factor/);
    },
  );

  it("finds that methane and nitrous oxide are left out", () => {
    const [finding] = about("ghg.scope1").filter(({ code }) => code === "CHECK-GAS-COVERAGE");
    expect(finding).toMatchObject({ periods: ["2025"], expected: "138.94 tCO2e", actual: "138.37 tCO2e" });
  });

  it("finds the unit that is ten thousand yuan for a million", () => {
    const [finding] = about("ghg.scope1-2.per-revenue").filter(({ code }) => code === "CHECK-UNIT-SLIP");
    expect(finding).toMatchObject({ severity: "error", difference: "×100" });
  });

  it("tells of one period only when asked, however the period is written", async () => {
    const [plain, chinese] = await Promise.all(
      ["2023", "2023年"].map(async (period) =>
        checkShape.parse((await store.run("check", "--json", "--period", period)).json()),
      ),
    );
    expect(plain?.findings.length).toBeGreaterThan(0);
    expect(plain?.findings.length).toBeLessThan(findings.length);
    expect(plain?.findings.every(({ periods }) => periods.length === 0 || periods.includes("2023"))).toBe(true);
    expect(chinese).toEqual(plain);
  });

  it("speaks Traditional Chinese to who reads it", async () => {
    const ran = await store.run("check", "--lang", "zh-Hant");
    expect(ran.exit).toBe(1);
    expect(ran.out).toMatch(/✗ CHECK-UNIT-SLIP/);
    expect(ran.out).toMatch(/錯誤 \d+ 項、警告 \d+ 項、提示 \d+ 項/);
    expect(ran.out).not.toMatch(/expected|actual|difference|errors/);
  });

  it("has nothing to say against what nobody has approved once that is left out, and everything here is approved", async () => {
    const approved = checkShape.parse((await store.run("check", "--json", "--approved-only")).json());
    expect(approved.findings).toEqual(findings);
  });
});

describe("gap", () => {
  it.each(["hkex-c2", "gri-2021"])("shows what %s asks for and what answers it", async (standard) => {
    const gap = gapShape.parse(await store.json<unknown>("gap", "--standard", standard));
    expect(gap).toMatchObject({ standard, period: "2025" });
    const asked = gap.requirements.filter(({ kind }) => kind !== "heading");
    expect(Object.values(gap.totals).reduce((sum, count) => sum + count, 0)).toBe(asked.length);
    expect(gap.totals.met).toBeGreaterThan(20);
    expect(asked.filter(({ state }) => state === "open").every(({ why }) => why.length > 0)).toBe(true);
  });
});

describe("report", () => {
  it("is written in three languages as HTML and PDF, and is the same document twice", async () => {
    const out = scratch();
    const report = ["report", "--period", "2025", "--format", "html,pdf", "--lang", "zh-Hant,zh-Hans,en", "--out"];
    const made = await store.json<{ files: { file: string; bytes: number }[]; document: string; figures: number }>(
      ...report,
      out,
    );
    expect(made.files.length).toBe(6);
    expect(made.figures).toBeGreaterThan(150);
    const names = await readdir(out);
    expect(names.sort()).toEqual(made.files.map(({ file }) => file.slice(out.length + 1)).sort());
    for (const name of names) {
      const bytes = await readFile(join(out, name));
      if (name.endsWith(".pdf")) {
        expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
        expect(bytes.includes("/FontFile")).toBe(true);
      } else {
        expect(bytes.toString()).toMatch(new RegExp(`<html lang="${/(zh-Hant|zh-Hans|en)\.html$/.exec(name)?.[1]}"`));
        expect(bytes.toString()).toContain("138.37");
      }
    }
  });

  it("of a year without figures says so of each, and invents none", async () => {
    const out = scratch();
    const ran = await store.run("report", "--period", "2019", "--format", "html", "--lang", "en", "--out", out);
    expect([ran.exit, ran.err]).toEqual([0, expect.any(String)]);
    const [name = ""] = await readdir(out);
    expect(await readFile(join(out, name), "utf8")).not.toContain("138.37");
  });
});

describe("what cannot be done", () => {
  // A wrong command line ends with 2, what the store cannot answer with 3; both say what would do.
  it.each<[string, number, string, string[]]>([
    ["an indicator that is not there", 3, "INDICATOR-001", ["value", "ghg.scope9", "--period", "2025"]],
    ["the same as reported", 3, "INDICATOR-001", ["value", "ghg.scope9", "--period", "2025", "--as-reported"]],
    [
      "a cut that it does not have",
      3,
      "INDICATOR-002",
      ["value", "ghg.scope1", "--period", "2025", "--where", "age=x"],
    ],
    ["a method that is not there", 3, "INDICATOR-003", ["value", "ghg.scope1", "--period", "2025", "--method", "best"]],
    ["a period that is none", 2, "PERIOD-001", ["value", "ghg.scope1", "--period", "last year"]],
    ["a filter that is none", 2, "WHERE-001", ["value", "ghg.scope1", "--period", "2025", "--where", "diesel"]],
    ["an engine that is none", 2, "ENGINE-001", ["value", "ghg.scope1", "--period", "2025", "--engine", "steam"]],
    ["a moment after the end", 2, "ASAT-001", ["value", "ghg.scope1", "--period", "2025", "--as-at", "999999"]],
    ["a moment that is none", 2, "ASAT-001", ["value", "ghg.scope1", "--period", "2025", "--as-at", "yesterday"]],
    ["a moment before everything", 2, "ASAT-001", ["value", "revenue", "--period", "2025", "--as-at", "2020-01-01"]],
    ["a standard that is not there", 3, "STANDARD-010", ["gap", "--standard", "sasb"]],
    ["a format that is none", 2, "CHOICE-001", ["report", "--period", "2025", "--format", "docx"]],
    ["a template that is not there", 3, "REPORT-020", ["report", "--period", "2025", "--template", "best"]],
    ["a list that is none", 2, "CHOICE-001", ["list", "wishes"]],
    ["an example that is not there", 3, "EXAMPLE-001", ["example", "enron"]],
    ["a head that is none", 3, "JOURNAL-007", ["journal", "verify", "--against", "deadbeef"]],
    ["a file that is not there", 3, "FILE-001", ["boundary", "/nowhere/boundary.yaml"]],
    ["a backup that is not there", 3, "STORE-020", ["restore", "/nowhere/backup.tar"]],
    ["nobody's name", 2, "NAME-001", ["batches", "--as", " "]],
    ["a language that is none", 2, "CHOICE-001", ["batches", "--lang", "fr"]],
    ["a port that is none", 2, "NUMBER-001", ["start", "--port", "http"]],
  ])("%s ends with %i and %s", async (_, exit, code, args) => {
    const ran = await store.run(...args, "--json");
    expect([ran.exit, ran.out]).toEqual([exit, expect.stringContaining(code)]);
    const { issues } = issuesShape.parse(ran.json());
    expect(issues[0]?.code).toBe(code);
    // No placeholder is left, and nothing is said of what the program's inside looks like.
    for (const language of ["en", "zh-Hant", "zh-Hans"] as const)
      expect(`${issues[0]?.message[language]} ${issues[0]?.remedy[language]}`).not.toMatch(
        /\{\w+\}|undefined|\[object/,
      );
    expect(ran.err).not.toMatch(/^\s+at /m);
  });

  it.each<[string, string[]]>([
    ["no command", ["frobnicate"]],
    ["no period", ["value", "ghg.scope1"]],
    ["an unknown option", ["value", "ghg.scope1", "--period", "2025", "--wish", "1"]],
    ["an argument too many", ["gap", "extra", "--standard", "hkex-c2"]],
  ])("%s is wrong usage, and the help is shown", async (_, args) => {
    const ran = await run(args);
    expect(ran.exit).toBe(2);
    expect(ran.err).toMatch(/^error: /);
    expect(ran.err).toContain("Usage: candela");
  });

  it("says an issue in the reader's language, by --lang and by the terminal's own", async () => {
    const asked = await store.run("value", "ghg.scope9", "--period", "2025", "--lang", "zh-Hant");
    expect(asked.err).toContain("沒有編號為 ghg.scope9 的指標");
    const own = await run(["value", "ghg.scope9", "--period", "2025", "--data", store.folder], {
      env: { LC_ALL: "zh_CN.UTF-8" },
    });
    expect(own.err).toContain("没有编号为 ghg.scope9 的指标");
    expect([asked.out, own.out]).toEqual(["", ""]);
  });
});

describe("help", () => {
  it("has a purpose and a working example for every command", async () => {
    const top = await run(["--help"]);
    expect(top.exit).toBe(0);
    expect(top.out).toContain("Exit codes: 0 fine, 1 findings, 2 wrong usage, 3 failure.");
    const commands = [...top.out.matchAll(/^ {2}([a-z]+) .*$/gm)].map((match) => match[1] ?? "");
    const groups = ["help", "journal", "bench", "site", "forecast", "content", "sense"];
    const named = commands.filter((name) => !groups.includes(name));
    expect(named).toEqual(expect.arrayContaining(["init", "start", "example", "import", "value", "trace", "check"]));
    expect(named.length).toBeGreaterThanOrEqual(19);
    const below = ["journal verify", "journal head", "content list", "content adopt", "sense import", "sense pull"];
    for (const name of [...named, ...below].map((one) => one.split(" "))) {
      const { exit, out } = await run([...name, "--help"]);
      expect([name, exit]).toEqual([name, 0]);
      expect([name, out]).toEqual([name, expect.stringMatching(new RegExp(`\\$ candela ${name.join(" ")}\\b`))]);
      for (const option of ["--data", "--json", "--lang", "--as"])
        expect([name, out]).toEqual([name, expect.stringContaining(option)]);
    }
  });
});
