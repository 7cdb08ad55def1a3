import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { xlsxForTests } from "../../src/measure/ledger/import/xlsx/xlsx-for-tests.ts";
import { cleanUp, contents, scratch, servedStore, storeIn, type TestStore } from "./candela.ts";
import { type ImportJson, importShape, type IssueJson, issuesShape, traceShape, valueShape } from "./shapes.ts";

/** Files as people have them: each is refused with where and what to do, and nothing that is stored changes. */

vi.setConfig({ testTimeout: 180_000 });

const BOUNDARY = fileURLToPath(new URL("../../examples/sensetime-2025/boundary.yaml", import.meta.url));

let store: TestStore;
let files: string;

beforeAll(async () => {
  files = scratch();
  store = await servedStore({ example: true });
});
afterAll(cleanUp);

const H = "activity,site,period,amount,unit,basis,evidence\n";
const E = "electricity.purchased,lingang-aidc";
const good = `${E},2026-01,100,MWh,measured,bill 1\n`;
const months = (amounts: readonly (string | number)[], unit = "MWh"): string =>
  amounts
    .map(
      (amount, month) => `${E},2026-${String(month + 1).padStart(2, "0")},${amount},${unit},measured,bill ${month}\n`,
    )
    .join("");

function file(name: string, bytes: string | Buffer): string {
  const path = join(files, name);
  writeFileSync(path, bytes);
  return path;
}

/** Imports a file that must be refused, and holds the store before against the store after. */
async function refused(path: string, ...options: string[]): Promise<ImportJson> {
  const before = await contents(store);
  const ran = await store.run("import", path, ...options, "--json");
  expect(await contents(store)).toEqual(before);
  expect([ran.exit, ran.err]).toEqual([1, expect.not.stringMatching(/^\s+at /m)]);
  const imported = importShape.parse(ran.json());
  expect(imported).toMatchObject({ batch: null, rows: 0, position: null });
  return imported;
}

const short = ({ code, at }: IssueJson): string => [code, at.row ?? at.line, at.column].filter(Boolean).join(" ");

describe("a file that is wrong", () => {
  it.each<[string, string, string | Buffer, string, RegExp, string[]?]>([
    ["a unit of another kind", "unit.csv", `${H}${E},2026-01,5,t,measured,b\n`, "IMPORT-045 2 unit", /MWh/],
    ["power for energy", "power.csv", `${H}${E},2026-01,5,MW,measured,b\n`, "IMPORT-045 2 unit", /MWh/],
    ["a unit that is none", "none.csv", `${H}${E},2026-01,5,MWx,measured,b\n`, "UNIT-001 2 unit", /MWx/],
    [
      "a column missing",
      "column.csv",
      `activity,site,period,unit,basis\n${E},2026-01,MWh,measured\n`,
      "IMPORT-030 1",
      /amount/,
    ],
    ["the same row twice", "twice.csv", H + good + good, "IMPORT-058 3", /2/],
    [
      "a date outside the period",
      "outside.csv",
      `${H}${good}${E},2025-12,1,MWh,measured,b\n`,
      "IMPORT-052 3 period",
      /2026/,
      ["--period", "2026"],
    ],
    ["less than nothing", "negative.csv", `${H}${E},2026-01,-5,MWh,measured,b\n`, "IMPORT-046 2 amount", /-5/],
    [
      "a hundred times the usual: 百萬元 for 萬元",
      "slip.csv",
      `${H}${[2019, 2020, 2021, 2022].map((year) => `donation.paid,lingang-aidc,${year},${year - 1700},萬元,measured,b\n`).join("")}donation.paid,lingang-aidc,2018,300,百萬元,measured,b\n`,
      "IMPORT-067 6 amount",
      /100/,
    ],
    ["kWh for MWh", "scale.csv", H + months([100, 101, 99, 100_500, 98, 100]), "IMPORT-066 5 amount", /1,?000/],
    ["not a number", "number.csv", `${H}${E},2026-01,about 5,MWh,measured,b\n`, "AMOUNT-003 2 amount", /about 5/],
    [
      "a number that may mean two",
      "comma.csv",
      `${H}${E},2026-01,"1,23",MWh,measured,b\n`,
      "AMOUNT-002 2 amount",
      /1,23/,
    ],
    ["an empty amount", "empty-cell.csv", `${H}${E},2026-01,,MWh,measured,b\n`, "IMPORT-040 2 amount", /amount/],
    [
      "more digits than can be kept",
      "huge.csv",
      `${H}${E},2026-01,${"9".repeat(40)},MWh,measured,b\n`,
      "UNIT-008 2 amount",
      /9{10}/,
    ],
    [
      "more decimals than can be kept",
      "fine.csv",
      `${H}${E},2026-01,0.${"0".repeat(20)}1,kWh,measured,b\n`,
      "UNIT-004 2 amount",
      /0\.0/,
    ],
    [
      "a formula for an amount",
      "formula.csv",
      `${H}${E},2026-01,=1+1,MWh,measured,b\n`,
      "IMPORT-071 2 amount",
      /=1\+1/,
    ],
    [
      "an activity misspelt",
      "typo.csv",
      `${H}electricity.purchase,group,2026-01,1,MWh,measured,b\n`,
      "IMPORT-041 2 activity",
      /electricity\.purchased/,
    ],
    [
      "an activity by the beginning of its title",
      "title.csv",
      `${H}外購電力,group,2026-01,1,MWh,measured,b\n`,
      "IMPORT-041 2 activity",
      /electricity\.purchased \(外購電力（不含可再生電力）\)/,
    ],
    [
      "a site outside the boundary",
      "site.csv",
      `${H}electricity.purchased,lingnag,2026-01,1,MWh,measured,b\n`,
      "IMPORT-042 2 site",
      /lingnag/,
    ],
    [
      "a date that may be two",
      "date.csv",
      `${H}${E},03/04/2026,1,MWh,measured,b\n`,
      "IMPORT-054 2 period",
      /03\/04\/2026/,
    ],
    ["a day that never was", "day.csv", `${H}${E},2026-02-30,1,MWh,measured,b\n`, "IMPORT-050 2 period", /2026-02-30/],
    ["nothing at all", "empty.csv", "", "IMPORT-001", /./],
    ["a header alone", "header.csv", H, "IMPORT-002 1", /./],
    ["a quote never closed", "quote.csv", `${H}${good}${E},2026-02,"1,MWh,measured,b\n`, "IMPORT-007 3 4", /./],
    [
      "bytes of no encoding",
      "bytes.csv",
      Buffer.concat([Buffer.from(H + good.trim()), Buffer.from([0xff, 0xfe, 0xff, 0x0a])]),
      "IMPORT-003 line 2",
      /./,
    ],
    ["a PDF", "report.pdf", "%PDF-1.7\n1 0 obj", "IMPORT-012", /PDF/],
    [
      "a picture called a table",
      "picture.csv",
      Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
      "IMPORT-012",
      /PNG/,
    ],
    [
      "a workbook of before 2007",
      "old.xls",
      Buffer.from("d0cf11e0a1b11ae1".padEnd(1024, "0"), "hex"),
      "IMPORT-024",
      /./,
    ],
    [
      "a cut-off workbook",
      "cut.xlsx",
      xlsxForTests([{ rows: [H.trim().split(","), good.trim().split(",")] }]).subarray(0, 700),
      "IMPORT-020",
      /./,
    ],
    ["no workbook inside", "text.xlsx", "activity;site\n", "IMPORT-030 1", /./],
  ])("%s", async (_, name, bytes, expected, actual, options = []) => {
    const imported = await refused(file(name, bytes), ...options);
    const wrong = imported.issues.filter(({ severity }) => severity !== "notice");
    expect(wrong.map(short)).toContain(expected.replace("line ", ""));
    const issue = wrong.find((one) => short(one) === expected.replace("line ", ""));
    // What, where and what to do, in three languages.
    expect(issue?.at.file).toBe(name);
    for (const language of ["en", "zh-Hant", "zh-Hans"] as const) {
      expect(`${issue?.message[language]} ${issue?.remedy[language]}`).toMatch(actual);
      expect(`${issue?.message[language]} ${issue?.remedy[language]}`).not.toMatch(/\{\w+\}|undefined|\[object|–$/);
    }
  });

  it("is told of in words, all at once, to who runs the command", async () => {
    const path = file(
      "three.csv",
      `${H}${E},2026-01,-5,MWh,measured,b\n${E},2026-02,5,t,measured,b\n${E},2026-13,5,MWh,measured,b\n`,
    );
    const ran = await store.run("import", path, "--lang", "zh-Hans");
    expect(ran.exit).toBe(1);
    for (const row of ["第 2 行", "第 3 行", "第 4 行"]) expect(ran.err).toContain(row);
    expect(ran.err.match(/→/g)?.length).toBe(3);
    expect(ran.out).toMatch(/未导入任何内容（错误 3 项、警告 0 项）/);
  });

  it("is refused with its good rows, and is accepted without the others only when that is asked for", async () => {
    const path = file("mixed.csv", `${H}${good}${E},2026-02,-5,MWh,measured,b\n${E},2026-03,101,MWh,measured,b 3\n`);
    expect((await refused(path)).counts).toMatchObject({ error: 1 });
    const accepted = importShape.parse(await store.json<unknown>("import", path, "--accept-valid"));
    expect(accepted).toMatchObject({ rows: 2, read: 3, counts: { error: 1 } });
    const value = valueShape.parse(
      await store.json<unknown>(...["value", "energy.indirect", "--period", "2026Q1", "--where", "site=lingang-aidc"]),
    );
    expect(value.value).toBe("201.00");
    // Once more: they are there already.
    expect((await refused(path)).issues.filter(({ code }) => code === "IMPORT-061").length).toBe(2);
    await store.json("reject", String(accepted.batch), "--as", "mei", "--reason", "a trial");
  });

  it("with warnings alone is accepted once somebody has looked at them", async () => {
    const path = file("warned.csv", H + months([100, 101, 99, 100_500, 98, 100]));
    expect(await refused(path)).toMatchObject({ counts: { error: 0, warning: 1 } });
    expect(await refused(path, "--accept-valid")).toMatchObject({ counts: { error: 0, warning: 1 } });
    const accepted = importShape.parse(await store.json<unknown>("import", path, "--accept-warnings"));
    expect(accepted).toMatchObject({ rows: 6, counts: { warning: 1 } });
    await store.json("reject", String(accepted.batch), "--as", "mei", "--reason", "a trial");
  });
});

function link(name: string, target: string): string {
  const path = join(files, name);
  symlinkSync(target, path);
  return path;
}

describe("a file that cannot be read", () => {
  it.each<[string, () => string, string, string]>([
    ["a folder", () => files, "FILE-001", "not a file"],
    ["no file", () => join(files, "nowhere.csv"), "FILE-001", "ENOENT"],
    ["a name too long", () => join(files, `${"n".repeat(300)}.csv`), "FILE-001", "ENAMETOOLONG"],
    ["a link to nowhere", () => link("dangling.csv", "/nowhere"), "FILE-001", "ENOENT"],
    ["a link in a circle", () => link("circle.csv", "circle.csv"), "FILE-001", "ELOOP"],
    ["a device that never ends", () => "/dev/zero", "FILE-001", "not a file"],
  ])("such as %s ends with 3 and why", async (_, path, code, why) => {
    const before = await contents(store);
    const ran = await store.run("import", path(), "--json");
    expect(await contents(store)).toEqual(before);
    expect([ran.exit, ran.out]).toEqual([3, expect.stringContaining(code)]);
    expect(issuesShape.parse(ran.json()).issues[0]?.message.en).toContain(why);
  });

  it("for want of rights says so", async () => {
    const path = file("closed.csv", H + good);
    chmodSync(path, 0);
    // Root reads everything; whoever else runs the tests does not.
    const folder = join(scratch(), "data");
    const plain = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (plain.uid !== undefined) {
      mkdirSync(folder, { recursive: true });
      chownSync(join(folder, ".."), plain.uid, plain.gid);
      chownSync(folder, plain.uid, plain.gid);
    }
    const own = storeIn(folder, plain);
    expect((await own.run("boundary", BOUNDARY)).exit).toBe(0);
    const ran = await own.run("import", path, "--json");
    expect([ran.exit, ran.out]).toEqual([3, expect.stringContaining("EACCES")]);
  });
});

describe("a file that looks strange and is right", () => {
  const imported = async (path: string, ...options: string[]): Promise<ImportJson> =>
    importShape.parse(await store.json<unknown>("import", path, ...options));

  it.each<[string, string, string | Buffer, number, string[]?]>([
    ["a mark of byte order", "bom.csv", `\ufeff${H}${months([1, 2, 3], "MWh").replaceAll("2026", "2031")}`, 3],
    ["UTF-16", "utf16.csv", iconv.encode(`\ufeff${H}${months([1, 2, 3]).replaceAll("2026", "2032")}`, "utf-16le"), 3],
    [
      "Big5",
      "big5.csv",
      iconv.encode(
        "活動,站點,期間,數量,單位,數據基礎,備註\n外購電力（不含可再生電力）,lingang-aidc,2033-01,1.5,萬度,實測,電費單據由財務部提供\n",
        "big5",
      ),
      1,
      ["--accept-warnings"],
    ],
    [
      "GB18030",
      "gb.csv",
      iconv.encode(
        "活动,站点,期间,数量,单位,数据基础,备注\n外购电力（不含可再生电力）,lingang-aidc,2034-01,1.5,万度,实测,电费单据由财务部提供\n",
        "gb18030",
      ),
      1,
      ["--accept-warnings"],
    ],
    [
      "three styles of dates",
      "dates.csv",
      `${H}${E},2035年1月,1,MWh,measured,a\n${E},2035/02,1,MWh,measured,b\n${E},2035-03-01..2035-04-01,1,MWh,measured,c\n`,
      3,
    ],
    [
      "CRLF, semicolons and full-width digits",
      "semicolon.csv",
      `${H}${E},2036-01,１２３.５,MWh,measured,a\n`.replaceAll(",", ";").replaceAll("\n", "\r\n"),
      1,
      ["--accept-warnings"],
    ],
    [
      "a workbook",
      "book.xlsx",
      xlsxForTests([{ rows: [H.trim().split(","), [...E.split(","), "2037-01", 12.5, "MWh", "measured", "b"]] }]),
      1,
      ["--accept-warnings"],
    ],
    [
      "an amount of many digits",
      "big.csv",
      `${H}${E},2038-01,12345678901234567890.123456,MWh,measured,b\n`,
      1,
      ["--accept-warnings"],
    ],
    ["a name with a space, a quote and a newline", "a 'b\n$(c).csv", `${H}${E},2039-01,1,MWh,measured,b\n`, 1],
    ["a Chinese name", "二〇二五年電費單.csv", `${H}${E},2040-01,1,MWh,measured,b\n`, 1],
    ["a name that looks like an option", "--json.csv", `${H}${E},2041-01,1,MWh,measured,b\n`, 1],
  ])("%s", async (_, name, bytes, rows, options = []) => {
    expect(await imported(file(name, bytes), ...options)).toMatchObject({ rows, counts: { error: 0 } });
  });

  it("takes water by the cubic metre for tonnes, and says so in the import, the record and the lineage", async () => {
    const W = "water.withdrawal,lingang-aidc";
    const head = H.trim().replace(/$/, ",dim.source,note\n");
    const path = file(
      "water.csv",
      `${head}${W},2042-01,"1,250.5",m3,measured,bill,municipal,main meter\n${W},2042-02,900,立方米,measured,bill,municipal,\n${W},2042-03,800,t,measured,bill,municipal,\n`,
    );
    const taken = await imported(path, "--accept-warnings");
    expect(taken.rows).toBe(3);
    expect(taken.issues.find(({ code }) => code === "IMPORT-091")?.message.en).toMatch(/^2 amounts/);
    const got = valueShape.parse(await store.json<unknown>("value", "water.total", "--period", "2042"));
    expect(got.value).toBe("2950.50");
    const traced = await store.json<unknown>("trace", "water.total", "--period", "2042");
    expect(JSON.stringify(traced)).toContain('"conversions":"1 t/m3"');
    expect(JSON.stringify(traced)).toContain("main meter; 1,250.5 m3 × 1 t/m3");
    const fixed = await store.json<{ batch: number }>(
      ...["correct", `${taken.batch}#1`, "--amount", "1300", "--unit", "m3", "--reason", "misread"],
    );
    expect(fixed.batch).toBeGreaterThan(0);
    const after = valueShape.parse(await store.json<unknown>("value", "water.total", "--period", "2042"));
    expect(after.value).toBe("3000.00");
    const waste = file("waste.csv", `${H}waste.non-hazardous.produced,lingang-aidc,2042,5,m3,measured,b\n`);
    const refused = await store.run("import", waste, "--json");
    expect([refused.exit, refused.out]).toEqual([1, expect.stringContaining("IMPORT-045")]);
  });

  it("gives the digits that were written, whatever the encoding and the size", async () => {
    const value = async (period: string): Promise<string | null> =>
      valueShape.parse(
        await store.json<unknown>(...["value", "energy.indirect", "--period", period, "--where", "site=lingang-aidc"]),
      ).value;
    expect(await value("2033")).toBe("15.00");
    expect(await value("2034")).toBe("15.00");
    expect(await value("2035Q1")).toBe("3.00");
    expect(await value("2036")).toBe("123.50");
    expect(await value("2038")).toBe("12345678901234567890.12");
  });

  it("reads a foreign table by a mapping, and says where a mapping is wrong", async () => {
    const table = file("meters.csv", "Meter;Consumption;From;Till;Bill\nMain hall;1234.5;01/03/2042;31/03/2042;B-1\n");
    const mapping = file(
      "meters.yaml",
      `columns:
  Meter: { field: site, values: { Main hall: lingang-aidc } }
  Consumption: { field: amount, unit: kWh }
  From: { field: start, dates: DMY }
  Till: { field: lastDay, dates: DMY }
  Bill: evidence
constants: { activity: electricity.purchased, basis: measured }
`,
    );
    await refused(table);
    expect(await imported(table, "--mapping", mapping)).toMatchObject({ rows: 1, counts: { error: 0 } });
    for (const [name, text] of [
      ["wrong.yaml", "columns: { Meter: { field: place } }\n"],
      ["broken.yaml", "columns: { Meter\n"],
      ["more.yaml", "colunms: {}\n"],
    ] as const) {
      const ran = await store.run("import", table, "--mapping", file(name, text), "--json");
      expect([name, ran.exit]).toEqual([name, 3]);
      expect(issuesShape.parse(ran.json()).issues[0]?.at).toMatchObject({
        file: expect.stringContaining(name),
        // A bracket that is never closed is missed where the file ends.
        line: name === "broken.yaml" ? 2 : 1,
      });
    }
  });

  it("keeps notes as they are, and hands no formula on to a spreadsheet or a page", async () => {
    const hostile = [
      `=HYPERLINK("http://evil.example","x")`,
      "@SUM(1)",
      "<script>alert(1)</script>",
      "'; drop table record;--",
    ];
    const rows = hostile.map(
      (note, index) =>
        `${E},2043-0${index + 1},1,MWh,measured,"${note.replaceAll('"', '""')}","${note.replaceAll('"', '""')}"\n`,
    );
    await imported(file("notes.csv", `${H.trim()},note\n${rows.join("")}`));
    const trace = traceShape.parse(
      await store.json<unknown>(...["trace", "energy.indirect", "--period", "2043", "--where", "site=lingang-aidc"]),
    );
    const told = trace.records.flatMap(({ rows: all }) => all);
    expect(told.length).toBe(4);
    for (const [index, note] of hostile.entries())
      expect(told[index]).toMatchObject({ note, evidence: expect.stringContaining(note) });
  });
});
