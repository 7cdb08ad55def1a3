import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Battery,
  BENCHMARK_BATTERY,
  batteryModel,
  bestSchedule,
  highsSolver,
  modelBuilder,
  runPolicy,
  type Solver,
} from "../../../src/coordinate/index.ts";

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

/** A battery whose every optimal charge is a whole number of MWh: no losses, 2 MW, 4 MWh, half full. */
const WHOLE: Battery = { powerMw: 2, energyMwh: 4, oneWayEfficiency: 1, startMwh: 2 };

/** All ways of moving whole MWh, one hour after another. */
function bruteForce(battery: Battery, price: readonly number[], hour = 0, charge = battery.startMwh): number {
  if (hour === price.length) return charge >= battery.startMwh ? 0 : Number.NEGATIVE_INFINITY;
  let best = Number.NEGATIVE_INFINITY;
  for (let move = -battery.powerMw; move <= battery.powerMw; move++) {
    const next = charge + move;
    if (next < 0 || next > battery.energyMwh) continue;
    best = Math.max(best, bruteForce(battery, price, hour + 1, next) - move * (price[hour] ?? 0));
  }
  return best;
}

const prices = fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 1, maxLength: 6 });

describe("a battery with known prices", () => {
  it("saves what the best of all whole schedules saves", () => {
    fc.assert(
      fc.property(prices, (price) => {
        expect(bestSchedule(WHOLE, price).saving).toBeCloseTo(bruteForce(WHOLE, price), 6);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("saves what the linear model saves, with losses and prices of any sign", () => {
    const anyPrice = fc.array(fc.double({ min: -80, max: 200, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anyPrice, (price) => {
        const solution = solver.solve(batteryModel(BENCHMARK_BATTERY, price), { gap: 1e-9 });
        expect(solution.status).toBe("optimal");
        const saving = bestSchedule(BENCHMARK_BATTERY, price).saving;
        expect(Math.abs(saving + (solution.objective ?? 0))).toBeLessThan(1e-6 * (1 + saving));
      }),
      { numRuns: 80, seed: 5 },
    );
  });

  it("never charges and discharges beyond its limits, and ends as full as it began", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -80, max: 200, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (price) => {
          const { chargeMwh, saving } = bestSchedule(BENCHMARK_BATTERY, price);
          const lived = runPolicy(
            BENCHMARK_BATTERY,
            Float64Array.from(price),
            0,
            price.length,
            (hour) => chargeMwh[hour]!,
          );
          expect(lived.saving).toBeCloseTo(saving, 5);
          expect(chargeMwh.at(-1)).toBeGreaterThanOrEqual(18 - 1e-6);
          expect(saving).toBeGreaterThanOrEqual(-1e-9);
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });
});

describe("the solver", () => {
  it("names the limits that cannot hold together", () => {
    const model = modelBuilder();
    const load = model.column({ to: 10 });
    const spare = model.column({ to: 10 });
    model.row("the contract allows 5 MW", Number.NEGATIVE_INFINITY, 5, [[load, 1]]);
    model.row("the halls need 8 MW", 8, Number.POSITIVE_INFINITY, [[load, 1]]);
    model.row("spare is free", 0, 10, [[spare, 1]]);
    const solution = solver.solve(model.build());
    expect(solution.status).toBe("infeasible");
    expect([...solution.conflict].sort()).toEqual(["the contract allows 5 MW", "the halls need 8 MW"]);
    expect(solution.columns).toHaveLength(0);
  });

  it("tells unbounded from solved, and stops at its work limit", () => {
    const model = modelBuilder();
    model.column({ cost: -1 });
    model.row("nothing", 0, 1, []);
    expect(solver.solve(model.build()).status).toBe("unbounded");
    const long = batteryModel(
      BENCHMARK_BATTERY,
      Array.from({ length: 500 }, (_, i) => (i * 7919) % 101),
    );
    const first = solver.solve(long, { workLimit: 5 });
    expect(first.status).toBe("work-limit");
    expect(solver.solve(long, { workLimit: 5 }).iterations).toBe(first.iterations);
  });

  it("refuses a row that names a column twice", () => {
    const model = modelBuilder();
    const column = model.column();
    expect(() =>
      model.row("twice", 0, 1, [
        [column, 1],
        [column, 2],
      ]),
    ).toThrow("twice");
  });
});
