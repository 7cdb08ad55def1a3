import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { senseImport, type SenseImportOptions } from "../../../src/app/sense-import.ts";
import { openSensedSite, type SensedSite } from "../../../src/app/sense-site.ts";
import { openWorkspace, type Workspace } from "../../../src/app/workspace.ts";
import { expectOk, type Issue } from "../../../src/ground/issue/index.ts";
import { ColumnarEngine } from "../../../src/ground/store/mirror/index.ts";

const folder = mkdtempSync(join(tmpdir(), "candela-bad-files-"));
let workspace: Workspace;
let sensed: SensedSite;
beforeAll(async () => {
  workspace = expectOk(await openWorkspace({ folder: join(folder, "data") }));
  sensed = expectOk(await openSensedSite(workspace, undefined));
  const engine = await ColumnarEngine.open(folder, 256);
  const parquet = (name: string, query: string) =>
    engine.rows(`copy (${query}) to '${join(folder, name)}' (format parquet)`);
  await parquet("other.parquet", "select 'a' as name, true as works");
  await parquet(
    "meter.parquet",
    "select 'x' as place, timestamp '2026-03-01' + to_minutes(i::integer) as ts, i * 1.5 as kw from range(9) t(i)",
  );
  engine.close();
});
afterAll(async () => {
  await sensed.telemetry.close();
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

type Content = string | Buffer;
const lines = (...rows: string[]): string => `${rows.join("\n")}\n`;
const packed = gzipSync(
  lines("instant,kW", ...Array.from({ length: 900 }, () => `2026-03-01T00:00Z,${randomBytes(4).readUInt32LE()}`)),
);
const turned = Buffer.from(packed);
turned[turned.length >> 1]! ^= 0xff;

async function imported(name: string, content: Content | undefined, options: Partial<SenseImportOptions> = {}) {
  const file = join(folder, name);
  if (content !== undefined) writeFileSync(file, content);
  const result = await senseImport(workspace, sensed, file, { series: "bad", kind: "power", unit: "kW", ...options });
  return result.ok ? result.value : { kept: 0, wrong: 0, issues: result.issues, fromMs: undefined };
}

const told = (issues: readonly Issue[]): string[] =>
  issues.map(({ code, at }) => [code, at.row, at.column].filter((one) => one !== undefined).join(" "));

/** All that a store holds of readings. */
const stored = async (): Promise<unknown> => {
  const { rows } = await workspace.store
    .pool()
    .query(
      "select (select count(*) from candela.journal_event) as events, (select count(*) from candela.series) as series, (select count(*) from candela.reading) as readings, (select count(*) from candela.reading_batch) as batches",
    );
  return rows;
};

describe("a file that is not as it should be", () => {
  const berlin = { timeZone: "Europe/Berlin" };
  const energy = { kind: "energy-interval", unit: "kWh" } as const;
  it.each<[string, Content | undefined, Partial<SenseImportOptions>, string[]]>([
    ["nowhere.csv", undefined, {}, ["FILE-001"]],
    ["empty.csv", "", {}, ["SENSE-008"]],
    ["headers.csv", "instant,kW\n", {}, ["SENSE-008"]],
    ["cut.csv.gz", packed.subarray(0, packed.length >> 1), {}, ["SENSE-015"]],
    ["turned.csv.gz", turned, {}, ["SENSE-015"]],
    ["picture.png", Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(900)]), {}, ["SENSE-016"]],
    ["utf16.csv", Buffer.from("\ufeffinstant,kW\n2026-03-01T00:00Z,1\n", "utf16le"), {}, ["SENSE-016"]],
    ["no-instants.csv", lines("name,kW", "a,1"), {}, ["SENSE-017"]],
    ["no-values.csv", lines("instant", "2026-03-01T00:00Z"), {}, ["SENSE-010"]],
    ["other.parquet", undefined, {}, ["SENSE-017"]],
    ["meter.csv", lines("instant,kW", "2026-03-01T00:00Z,1"), { column: "MW" }, ["SENSE-010"]],
    ["meter.csv", undefined, { instantColumn: "ts" }, ["SENSE-017"]],
    ["meter.csv", undefined, { unit: "kWh" }, ["SENSE-001"]],
    ["meter.csv", undefined, { timeZone: "Mars/Olympus" }, ["PERIOD-005 --time-zone"]],
    [
      "american.csv",
      lines("time,kW", "03/01/2026 00:00,1", "2026-03-01 01:00:00 CET,2"),
      {},
      ["SENSE-006 2 time", "SENSE-006 3 time"],
    ],
    ["comma.csv", lines("instant;kW", "2026-03-01T00:00Z;1,5"), {}, ["SENSE-004 2 kW"]],
    [
      "rows.csv",
      lines(
        "instant,kW",
        "2099-01-01T00:00Z,1",
        "1999-01-01T00:00Z,2",
        "2026-03-01T00:00Z,inf",
        "2026-03-01T01:00Z",
        "2026-02-30T00:00Z,4",
      ),
      {},
      ["SENSE-005 2", "SENSE-006 3", "SENSE-004 4 kW", "SENSE-004 5 kW", "SENSE-006 6 instant"],
    ],
    ["energy.csv", lines("instant,kWh", "2026-03-01T00:00Z,1", "2026-03-01T01:00Z,-2"), energy, ["SENSE-019 3"]],
    ["energy.csv", undefined, { kind: "energy-counter", unit: "kWh" }, ["SENSE-019 3"]],
    [
      "twice.csv",
      lines("instant,kW", "2026-03-01T01:00Z,3", "2026-03-01T00:00Z,1", "2026-03-01T00:00Z,2"),
      {},
      ["SENSE-018 4"],
    ],
    [
      "back.csv",
      lines("time,kW", "2025-10-26 01:30,1", "2025-10-26 02:00,2", "2025-10-26 02:00,3", "2025-10-26 03:00,4"),
      berlin,
      ["SENSE-025 3 time", "SENSE-025 4 time"],
    ],
    ["back.csv", undefined, {}, ["SENSE-018 4", "SENSE-027 time"]],
    [
      "forward.csv",
      lines("time,kW", "2025-03-30 01:30,1", "2025-03-30 02:30,2", "2025-03-30 03:00,3"),
      berlin,
      ["SENSE-026 3 time"],
    ],
  ])("%#: %s tells what, where, and changes nothing", async (name, content, options, expected) => {
    const before = await stored();
    const { kept, issues } = await imported(name, content, options);
    expect([kept, told(issues)]).toEqual([0, expected]);
    expect(await stored()).toEqual(before);
  });

  it("with a Parquet that is cut off, says it of the file and not of a copy", async () => {
    const whole = readFileSync(join(folder, "meter.parquet"));
    const { issues } = await imported("half.parquet", whole.subarray(0, whole.length >> 1));
    expect(issues).toMatchObject([{ code: "SENSE-015", at: { file: join(folder, "half.parquet") } }]);
    expect(issues[0]?.actual).not.toContain("/");
  });
});

describe("a file that can be understood", () => {
  it.each<[string, Content | undefined, Partial<SenseImportOptions>, string, string[]]>([
    ["local.csv", lines("time,kW", "2025-10-26 03:30,1"), { timeZone: "Europe/Berlin" }, "2025-10-26T02:30", []],
    [
      "offset.csv",
      lines("time,kW", "2025-10-26 02:30+02:00,1", "2025-10-26 02:30+01:00,2"),
      { timeZone: "Europe/Berlin" },
      "2025-10-26T00:30",
      [],
    ],
    ["utc.csv", lines("Datetime (UTC);kW", "2025-10-26 02:30;1"), {}, "2025-10-26T02:30", []],
    ["unsaid.csv", lines("time\tkW", "2025-10-26 02:30\t1"), {}, "2025-10-26T02:30", ["SENSE-027 time"]],
    ["meter.parquet", undefined, { column: "kw", timeZone: "Asia/Shanghai" }, "2026-02-28T16:00", []],
    [
      "estimate.csv",
      lines("at,kW,quality", "2026-03-01T00:00Z,1,estimated", "2026-03-01T00:00Z,2,measured"),
      {},
      "2026-03-01T00:00",
      [],
    ],
    ["again.csv", lines("at,kW", "2026-03-01T00:00Z,1", "2026-03-01T00:00Z,1"), {}, "2026-03-01T00:00", []],
  ])("%s", async (name, content, options, from, expected) => {
    const { kept, fromMs, issues } = await imported(name, content, { series: `good.${name}`, ...options });
    expect(kept).toBeGreaterThan(0);
    expect([new Date(fromMs ?? 0).toISOString().slice(0, 16), told(issues)]).toEqual([from, expected]);
  });
});
