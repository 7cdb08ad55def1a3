import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telemetryVerifier, type Quality, type Reading, type Resampled } from "../../../src/coordinate/index.ts";
import { expectOk, type Result } from "../../../src/ground/issue/index.ts";
import { openTestSite, seriesOf, type TestSite } from "./open-site.ts";

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.issues.map((issue) => issue.code));
const ms = (text: string): number => Date.parse(text);
const reading = (series: string, at: string, value: number | undefined, quality: Quality = "measured"): Reading => ({
  series,
  atMs: ms(at),
  value,
  quality: value === undefined ? "missing" : quality,
});
const MINUTE = 60_000;
const minutes = (series: string, from: string, count: number, value: (i: number) => number): Reading[] =>
  Array.from({ length: count }, (_, i) => ({
    series,
    atMs: ms(from) + i * MINUTE,
    value: value(i),
    quality: "measured" as const,
  }));

let site: TestSite;
beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site.close());

const hours = async (series: string, from: string, to: string): Promise<readonly Resampled[]> =>
  expectOk(await site.telemetry.range(series, ms(from), ms(to), "hour"));
const shown = (all: readonly Resampled[]): [number | undefined, Quality, number][] =>
  all.map(({ value, quality, coverage }) => [
    value === undefined ? undefined : Number(value.toFixed(6)),
    quality,
    Number(coverage.toFixed(4)),
  ]);

describe("readings", () => {
  it("are one series with one meaning", async () => {
    expectOk(await site.telemetry.register([seriesOf("a.power")]));
    expectOk(await site.telemetry.register([seriesOf("a.power")]));
    expect(codes(await site.telemetry.register([seriesOf("a.power", { unit: "MW", kind: "state" })]))).toEqual([
      "SENSE-003",
      "SENSE-003",
    ]);
    expect(codes(await site.telemetry.put("test", [reading("b.power", "2026-03-01T00:00Z", 1)]))).toEqual([
      "SENSE-007",
    ]);
  });

  it("come twice, late and out of order and change nothing wrongly, before and after the day is sealed", async () => {
    expectOk(await site.telemetry.register([seriesOf("order.power")]));
    const all = minutes("order.power", "2026-03-01T00:00:00Z", 120, (i) => 100 + (i % 7));
    const shuffled = [...all].sort((a, b) => ((a.atMs / 7919) % 97) - ((b.atMs / 7919) % 97));
    const window = ["2026-03-01T00:00Z", "2026-03-01T03:00Z"] as const;
    expectOk(await site.telemetry.put("first half", shuffled.slice(0, 70)));
    expectOk(await site.telemetry.put("all of it", shuffled));
    const before = await hours("order.power", ...window);
    const sealed = expectOk(await site.telemetry.seal(site.now.getTime()));
    expect(sealed.map(({ day, revision, readings, conflicts }) => [day, revision, readings, conflicts])).toEqual([
      ["2026-03-01", 1, 120, 0],
    ]);
    expect(await hours("order.power", ...window)).toEqual(before);
    expectOk(await site.telemetry.put("again", shuffled.slice(30)));
    expect(await hours("order.power", ...window)).toEqual(before);
    expect(expectOk(await site.telemetry.seal(site.now.getTime()))).toMatchObject([{ revision: 2, readings: 120 }]);
    expect(await hours("order.power", ...window)).toEqual(before);
  });

  it("of two values for one instant count the better quality, then the first; the other is kept", async () => {
    expectOk(await site.telemetry.register([seriesOf("twice.power", { everyMs: 3_600_000, holdMs: 3_600_000 })]));
    const at = "2026-03-02T05:00:00Z";
    const value = async (): Promise<number | undefined> =>
      (await hours("twice.power", at, "2026-03-02T06:00Z"))[0]?.value;
    expectOk(await site.telemetry.put("one", [reading("twice.power", at, 10, "estimated")]));
    expectOk(await site.telemetry.put("two", [reading("twice.power", at, 11)]));
    expectOk(await site.telemetry.put("three", [reading("twice.power", at, 12)]));
    expect(await value()).toBe(11);
    expect(expectOk(await site.telemetry.seal(site.now.getTime()))).toMatchObject([{ readings: 1, conflicts: 2 }]);
    expect(await value()).toBe(11);
    expectOk(await site.telemetry.put("four", [reading("twice.power", at, 13)]));
    expect(await value()).toBe(11);
    expect(expectOk(await site.telemetry.seal(site.now.getTime()))).toMatchObject([
      { revision: 2, readings: 1, conflicts: 3 },
    ]);
  });

  it("are kept by whom they may be kept", async () => {
    const { rows } = await site.store.pool().query("select distinct actor from candela.reading_batch");
    expect(rows).toEqual([{ actor: "local-owner" }]);
  });
});

describe("resampling", () => {
  it("gives the time-weighted mean of a power, with gaps as gaps", async () => {
    expectOk(await site.telemetry.register([seriesOf("gap.power")]));
    expectOk(
      await site.telemetry.put("test", [
        reading("gap.power", "2026-03-03T00:00:00Z", 60),
        // 60 kW for 1 minute, 120 kW held for its 5 minutes at most, then nothing until 00:30.
        reading("gap.power", "2026-03-03T00:01:00Z", 120),
        ...minutes("gap.power", "2026-03-03T00:30:00Z", 30, () => 90),
        // Missing ends what held.
        reading("gap.power", "2026-03-03T01:00:00Z", undefined),
      ]),
    );
    const expected = [
      [(60 + 5 * 120 + 30 * 90) / 36, "stale", 0.6],
      [undefined, "missing", 0],
    ].map(([value, ...rest]) => [typeof value === "number" ? Number(value.toFixed(6)) : value, ...rest]);
    expect(shown(await hours("gap.power", "2026-03-03T00:00Z", "2026-03-03T02:00Z"))).toEqual(expected);
    expectOk(await site.telemetry.seal(site.now.getTime()));
    expect(shown(await hours("gap.power", "2026-03-03T00:00Z", "2026-03-03T02:00Z"))).toEqual(expected);
  });

  it("sums a counter's differences, over a rollover and a reset, across midnight and sealed days", async () => {
    const definition = {
      kind: "energy-counter",
      unit: "kWh",
      everyMs: 900_000,
      holdMs: 3_600_000 * 6,
      rollover: 1000,
    } as const;
    expectOk(await site.telemetry.register([seriesOf("meter.energy", definition)]));
    expectOk(
      await site.telemetry.put("test", [
        reading("meter.energy", "2026-03-04T23:00:00Z", 970),
        reading("meter.energy", "2026-03-04T23:30:00Z", 990),
        reading("meter.energy", "2026-03-05T00:00:00Z", 10),
        reading("meter.energy", "2026-03-05T00:15:00Z", 20),
        // Three hours without a reading, 30 kWh: 10 an hour, estimated.
        reading("meter.energy", "2026-03-05T03:15:00Z", 50),
        // A reset: it shows 5 kWh since then, at least.
        reading("meter.energy", "2026-03-05T03:30:00Z", 5),
      ]),
    );
    const read = () => hours("meter.energy", "2026-03-04T23:00Z", "2026-03-05T05:00Z");
    const expected = [
      [40, "measured", 1],
      [17.5, "estimated", 1],
      [10, "estimated", 1],
      [10, "estimated", 1],
      [7.5, "estimated", 0.5],
      [undefined, "missing", 0],
    ];
    expect(shown(await read())).toEqual(expected);
    expectOk(await site.telemetry.seal(site.now.getTime()));
    expect(shown(await read())).toEqual(expected);
    const day = expectOk(
      await site.telemetry.range("meter.energy", ms("2026-03-05T00:00Z"), ms("2026-03-05T16:00Z"), "day"),
    );
    // The local day of Shanghai begins at 16:00 UTC: all of it is one day.
    expect(day.map(({ fromMs, value }) => [new Date(fromMs).toISOString(), value])).toEqual([
      ["2026-03-04T16:00:00.000Z", 85],
    ]);
  });

  it("splits an interval's energy over what it touches", async () => {
    const definition = { kind: "energy-interval", unit: "kWh", everyMs: 2_700_000, holdMs: 2_700_000 } as const;
    expectOk(await site.telemetry.register([seriesOf("interval.energy", definition)]));
    expectOk(
      await site.telemetry.put("test", [
        reading("interval.energy", "2026-03-06T00:00:00Z", 9),
        reading("interval.energy", "2026-03-06T00:45:00Z", 9),
      ]),
    );
    expect(shown(await hours("interval.energy", "2026-03-06T00:00Z", "2026-03-06T02:00Z"))).toEqual([
      [12, "measured", 1],
      [6, "measured", 0.5],
    ]);
    const quarters = expectOk(
      await site.telemetry.range("interval.energy", ms("2026-03-06T00:00Z"), ms("2026-03-06T00:45Z"), "15min"),
    );
    expect(quarters.map(({ value }) => value)).toEqual([3, 3, 3]);
  });

  it("takes the last of a state, and says how old the latest reading is", async () => {
    expectOk(await site.telemetry.register([seriesOf("mode", { kind: "state", unit: "ratio" })]));
    expectOk(
      await site.telemetry.put("test", [
        reading("mode", "2026-03-07T00:58:00Z", 1),
        reading("mode", "2026-03-07T00:59:00Z", 4),
      ]),
    );
    expect((await hours("mode", "2026-03-07T00:00Z", "2026-03-07T02:00Z")).map(({ value }) => value)).toEqual([4, 4]);
    const qualities: (Quality | undefined)[] = [];
    for (const now of ["2026-03-07T01:00:00Z", "2026-03-07T01:02:00Z", "2026-03-07T01:05:00Z"]) {
      site.now = new Date(now);
      qualities.push(expectOk(await site.telemetry.latest("mode"))?.quality);
    }
    expect(qualities).toEqual(["measured", "stale", "missing"]);
    site.now = new Date("2026-03-10T00:00:00Z");
    expectOk(await site.telemetry.seal(site.now.getTime()));
    expect(expectOk(await site.telemetry.latest("mode"))).toMatchObject({ value: 4, atMs: ms("2026-03-07T00:59:00Z") });
    expect(expectOk(await site.telemetry.latest("a.power"))).toBeUndefined();
  });

  it("knows days of 23 and 25 hours", async () => {
    const berlin = await openTestSite("Europe/Berlin");
    berlin.now = new Date("2026-12-01T00:00:00Z");
    expectOk(await berlin.telemetry.register([seriesOf("p", { everyMs: 3_600_000, holdMs: 3_600_000 })]));
    const readings = ["2026-03-28T00:00Z", "2026-10-24T00:00Z"].flatMap((from) =>
      Array.from(
        { length: 72 },
        (_, i): Reading => ({ series: "p", atMs: ms(from) + i * 3_600_000, value: 1, quality: "measured" }),
      ),
    );
    expectOk(await berlin.telemetry.put("test", readings));
    for (const _ of ["waiting", "sealed"]) {
      const lengths: number[] = [];
      for (const [from, to] of [
        ["2026-03-29T00:00Z", "2026-03-29T12:00Z"],
        ["2026-10-25T00:00Z", "2026-10-25T12:00Z"],
      ] as const)
        for (const { fromMs, toMs, coverage, value } of expectOk(
          await berlin.telemetry.range("p", ms(from), ms(to), "day"),
        )) {
          expect([coverage, value]).toEqual([1, 1]);
          lengths.push((toMs - fromMs) / 3_600_000);
        }
      expect(lengths).toEqual([23, 25]);
      expectOk(await berlin.telemetry.seal(berlin.now.getTime()));
    }
    await berlin.close();
  });
});

describe("sealed days", () => {
  it("are held against the journal: a file that is gone or changed is told", async () => {
    expect(await telemetryVerifier(site.store)).toMatchObject({ issues: [] });
    const folder = join(site.folder, "telemetry", "2026");
    const files = readdirSync(folder).filter((name) => name.startsWith("2026-03-03.r1"));
    expect(files).toHaveLength(3);
    rmSync(join(folder, files.find((name) => name.includes("readings"))!));
    writeFileSync(join(folder, files.find((name) => name.includes("hours"))!), "other");
    await site.store.pool().query("update candela.telemetry_day set revision = 9 where day = '2026-03-04'");
    const { issues } = await telemetryVerifier(site.store);
    expect(issues.map(({ code, severity, at }) => [code, severity, at.period]).sort()).toEqual([
      ["SENSE-020", "error", "2026-03-03"],
      ["SENSE-022", "error", "2026-03-04"],
      ["SENSE-024", "warning", "2026-03-03"],
    ]);
  });
});
