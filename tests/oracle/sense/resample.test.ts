import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  openTelemetry,
  type Reading,
  type Resampled,
  type SeriesDefinition,
  SERIES_KINDS,
  STEPS,
  type Telemetry,
} from "../../../src/coordinate/index.ts";
import { createModel } from "../../../src/app/model.ts";
import { shippedPack } from "../../../src/app/package-folder.ts";
import { LOCAL_OWNER } from "../../../src/ground/actor/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { openTestSite, type TestSite } from "../../services/sense/open-site.ts";
import { naiveDays, naiveResample, type NaiveValue, type Said } from "./naive-resample.ts";

/** Zones with the day on which their clocks change: forward, back, by half an hour; and one that lies half an hour aside. */
const PLACES = [
  ["Europe/Berlin", "2025-03-30"],
  ["Europe/Berlin", "2025-10-26"],
  ["Australia/Lord_Howe", "2025-04-06"],
  ["Asia/Kolkata", "2025-06-10"],
  ["Asia/Shanghai", "2025-06-10"],
] as const;

const MINUTE = 60_000;
const eighths = fc.integer({ min: -4000, max: 4000 });

/** A reading somewhere in 60 hours, most of them at whole multiples of its series' interval. */
const saidOf = (everyMs: number, counter: boolean): fc.Arbitrary<Said> =>
  fc
    .record({
      step: fc.integer({ min: 0, max: Math.floor((60 * 60 * MINUTE) / everyMs) }),
      aside: fc.oneof(
        { arbitrary: fc.constant(0), weight: 3 },
        { arbitrary: fc.integer({ min: 0, max: everyMs - 1 }), weight: 1 },
      ),
      eighths: fc.oneof(
        { arbitrary: counter ? fc.integer({ min: 0, max: 800 }) : eighths, weight: 9 },
        { arbitrary: fc.constant(undefined), weight: 1 },
      ),
      quality: fc.constantFrom("measured" as const, "measured" as const, "estimated" as const, "stale" as const),
    })
    .map(({ step, aside, eighths: value, quality }) => ({
      atMs: step * everyMs + aside,
      eighths: value,
      quality: value === undefined ? "missing" : quality,
    }));

/** A run of readings at every interval, so that hours are full too. */
const runOf = (everyMs: number, counter: boolean): fc.Arbitrary<Said[]> =>
  fc
    .record({
      from: fc.integer({ min: 0, max: 40 }),
      values: fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 60 }),
    })
    .map(({ from, values }) => {
      let count = 0;
      return values.map((value, index) => {
        count = (count + value) % 800;
        return { atMs: (from + index) * everyMs, eighths: counter ? count : value, quality: "measured" as const };
      });
    });

const cases = fc
  .record({
    kind: fc.constantFrom(...SERIES_KINDS),
    everyMs: fc.constantFrom(MINUTE, 15 * MINUTE, 60 * MINUTE, 45 * MINUTE),
    holds: fc.integer({ min: 1, max: 20 }),
    rollover: fc.constantFrom(undefined, 100),
    place: fc.constantFrom(...PLACES),
  })
  .chain((rules) =>
    fc.record({
      rules: fc.constant(rules),
      said: fc
        .tuple(
          fc.array(saidOf(rules.everyMs, rules.kind === "energy-counter"), { maxLength: 30 }),
          runOf(rules.everyMs, rules.kind === "energy-counter"),
        )
        .map(([some, run]) => [...some, ...run])
        .chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }))
        .filter((all) => all.length > 0),
      // After how many readings the next batch begins, and whether days are sealed in between; again, some of them.
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      again: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );

let site: TestSite;
const places = new Map<string, Telemetry>();
beforeAll(async () => {
  site = await openTestSite();
  const { rights } = expectOk(createModel([await shippedPack()]));
  for (const [timeZone] of PLACES)
    if (!places.has(timeZone))
      places.set(
        timeZone,
        openTelemetry({ store: site.store, actor: LOCAL_OWNER, rights, now: () => site.now, timeZone }),
      );
});
afterAll(async () => {
  for (const telemetry of places.values()) await telemetry.close();
  await site.close();
});

/** What both say must be the same: shares and values to the last digits that a double holds, the rest exactly. */
function same(got: readonly Omit<Resampled, "fromMs" | "toMs">[], naive: readonly NaiveValue[], where: string): void {
  expect(got.length, where).toBe(naive.length);
  for (const [index, { value, quality, coverage, stale }] of got.entries()) {
    const other = naive[index]!;
    const at = `${where}, interval ${index}`;
    expect([at, quality], at).toEqual([at, other.quality]);
    expect(coverage, at).toBeCloseTo(other.coverage, 12);
    expect(stale, at).toBeCloseTo(other.stale, 12);
    if (other.value === undefined) expect(value, at).toBeUndefined();
    else expect(Math.abs(value! - other.value), `${at}: ${value} and ${other.value}`).toBeLessThan(1e-9);
  }
}

let number = 0;

describe("resampling", () => {
  it("says what its definition says, however readings come and whether or not their days are sealed", async () => {
    const seen = { cases: 0, sealed: 0, days: new Set<number>(), kinds: new Set<string>() };
    await fc.assert(
      fc.asyncProperty(cases, async ({ rules, said, cut, again }) => {
        const { kind, everyMs, holds, rollover, place } = rules;
        const [timeZone, date] = place;
        const telemetry = places.get(timeZone)!;
        const series: SeriesDefinition = {
          id: `s${(number += 1)}`,
          kind,
          unit: kind === "temperature" ? "°C" : kind.startsWith("energy") ? "kWh" : "kW",
          everyMs,
          holdMs: kind === "energy-interval" ? everyMs : Math.min(24 * 60 * MINUTE, holds * everyMs),
          rollover: kind === "energy-counter" ? rollover : undefined,
        };
        expectOk(await telemetry.register([series]));
        const base = Date.parse(`${date}T00:00Z`) - 24 * 60 * MINUTE;
        const placed = said.map((one) => ({ ...one, atMs: base + one.atMs }));
        const readings = placed.map(
          ({ atMs, eighths: value, quality }): Reading => ({
            series: series.id,
            atMs,
            value: value === undefined ? undefined : value / 8,
            quality,
          }),
        );
        const [fromMs, toMs] = [base - 5 * 60 * MINUTE, base + 70 * 60 * MINUTE];
        const compare = async (heard: readonly Said[], when: string): Promise<void> => {
          for (const step of STEPS) {
            const got = expectOk(await telemetry.range(series.id, fromMs, toMs, step));
            const length = step === "hour" ? 60 * MINUTE : 15 * MINUTE;
            const edges =
              step === "day"
                ? naiveDays(fromMs, toMs, timeZone)
                : Array.from({ length: (toMs - fromMs) / length + 1 }, (_, i) => fromMs + i * length);
            expect([...got.map((one) => one.fromMs), got.at(-1)!.toMs], `${timeZone} ${step}`).toEqual(edges);
            same(got, naiveResample(heard, series, edges), `${when}, ${kind} by ${step}`);
            if (step === "day") for (const one of got) seen.days.add((one.toMs - one.fromMs) / 3_600_000);
          }
        };
        const first = Math.ceil(cut * readings.length);
        const repeated = Math.floor(again * readings.length);
        if (first > 0) expectOk(await telemetry.put("first", readings.slice(0, first)));
        await compare(placed.slice(0, first), "waiting");
        seen.sealed += expectOk(await telemetry.seal(site.now.getTime())).length;
        await compare(placed.slice(0, first), "sealed");
        // The rest comes late into sealed days, and what was there comes again behind it.
        expectOk(await telemetry.put("rest", [...readings.slice(first), ...readings.slice(0, repeated)]));
        await compare(placed, "late");
        seen.sealed += expectOk(await telemetry.seal(site.now.getTime())).length;
        await compare(placed, "sealed again");
        seen.cases += 1;
        seen.kinds.add(kind);
      }),
      { numRuns: 25, seed: 20260301 },
    );
    expect(seen.cases).toBe(25);
    expect(seen.kinds.size).toBe(SERIES_KINDS.length);
    expect(seen.sealed).toBeGreaterThan(60);
    expect([...seen.days].sort((a, b) => a - b)).toEqual([23, 24, 24.5, 25]);
  }, 240_000);

  it("says the same of all series at once in a table, gaps included", async () => {
    const telemetry = places.get("Europe/Berlin")!;
    const [fromMs, toMs] = [Date.parse("2025-10-25T00:00Z"), Date.parse("2025-10-27T12:00Z")];
    const all = (await telemetry.list()).map(({ id }) => id);
    for (const step of STEPS) {
      const file = join(site.folder, `${step}.csv`);
      const written = expectOk(await telemetry.table({ series: undefined, fromMs, toMs, step, file, format: "csv" }));
      const [header, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
      expect(header).toBe("series,from,value,quality,coverage,stale");
      expect(lines).toHaveLength(written.rows);
      const rows = new Map(lines.map((line) => [line.split(",").slice(0, 2).join(" "), line.split(",")]));
      let missing = 0;
      for (const id of all)
        for (const { fromMs: at, value, quality, coverage } of expectOk(
          await telemetry.range(id, fromMs, toMs, step),
        )) {
          const row = rows.get(`${id} ${new Date(at).toISOString().slice(0, 19).replace("T", " ")}`);
          if (value === undefined) {
            missing += 1;
            expect(row?.slice(2)).toEqual(["", "missing", "0.0", "0.0"]);
            continue;
          }
          expect(row?.[3]).toBe(quality);
          expect(Number(row?.[2])).toBeCloseTo(value, 9);
          expect(Number(row?.[4])).toBeCloseTo(coverage, 12);
        }
      expect([written.missing, written.rows]).toEqual([missing, rows.size]);
    }
  }, 60_000);
});
