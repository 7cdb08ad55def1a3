import fc from "fast-check";
import { expect, it } from "vitest";
import { SeenPeriods } from "./seen-periods.ts";

/** The same by looking at every period that was there before. */
class Slow {
  readonly #periods: { start: number; end: number; row: number; evidence: string }[] = [];

  add(start: number, end: number, row: number, evidence: string): { kind: string; rows: number[] } | undefined {
    const met = this.#periods.filter((other) => other.start < end && start < other.end);
    const same = met.find((other) => other.start === start && other.end === end);
    if (met.length === 0) this.#periods.push({ start, end, row, evidence });
    if (same) return { kind: "same", rows: [same.row] };
    return met.length > 0 ? { kind: "overlap", rows: met.map((other) => other.row) } : undefined;
  }
}

it("agrees with the plain way, in any order of the periods", () => {
  const period = fc.record({
    start: fc.integer({ min: 0, max: 120 }),
    length: fc.constantFrom(1, 1, 1, 2, 5),
    evidence: fc.constantFrom("", "", "A"),
  });
  fc.assert(
    fc.property(fc.array(period, { maxLength: 120 }), (periods) => {
      const [fast, slow] = [new SeenPeriods(), new Slow()];
      for (const [index, { start, length, evidence }] of periods.entries()) {
        const expected = slow.add(start, start + length, index + 2, evidence);
        const met = fast.add(start, start + length, index + 2, evidence);
        expect(met?.kind).toBe(expected?.kind);
        if (met && expected) expect(expected.rows).toContain(met.row);
      }
    }),
    { numRuns: 500 },
  );
});

it("finds every row again among many runs in no order", () => {
  const seen = new SeenPeriods();
  const count = 20_011;
  for (let index = 0; index < count; index += 1) {
    const at = (index * 7919) % count;
    expect(seen.add(at * 3, at * 3 + 1, index + 2, "")).toBeUndefined();
  }
  for (let index = 0; index < count; index += 997) {
    const at = (index * 7919) % count;
    expect(seen.add(at * 3, at * 3 + 1, 0, "")).toEqual({ kind: "same", row: index + 2, evidence: "" });
  }
});
