import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runCluster } from "./cluster-run.ts";
import { foreseenCarbon } from "./foreseen-carbon.ts";
import { queuesOf, type ShiftableJob } from "./job.ts";
import { outlookOf } from "./outlook.ts";
import { shiftAndSuspend, shiftStarts } from "./shift-policies.ts";
import { runAtOnce, START_POLICIES } from "./start-policies.ts";
import { cheapestPieces, ecovisor, waitAwhile } from "./suspend-policies.ts";

const policies = [runAtOnce, ...START_POLICIES, ecovisor, waitAwhile, shiftStarts(5), shiftAndSuspend(5)];
const WAITS = { shortH: 6, longH: 24 };

const jobs = fc
  .array(
    fc.record({
      arrivalH: fc.double({ min: 150, max: 220, noNaN: true }),
      lengthH: fc.double({ min: 0.1, max: 30, noNaN: true }),
      cpus: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((some): ShiftableJob[] => some);
const carbon = fc.array(fc.double({ min: 1, max: 500, noNaN: true }), { minLength: 400, maxLength: 400 });

describe("a cluster", () => {
  it.each(policies.map((policy) => [policy.name, policy] as const))(
    "runs every job to its end within its capacity: %s",
    (_, policy) => {
      fc.assert(
        fc.property(jobs, carbon, fc.integer({ min: 4, max: 8 }), (some, values, capacity) => {
          const actual = outlookOf(values, 0);
          const run = runCluster(some, queuesOf(some, WAITS), capacity, policy, foreseenCarbon(values), actual);
          expect(run.jobs).toHaveLength(some.length);
          expect(run.mostCpus).toBeLessThanOrEqual(capacity);
          for (const { job, endH, waitedH } of run.jobs)
            expect(endH - job.arrivalH).toBeCloseTo(waitedH + job.lengthH, 6);
        }),
        { numRuns: 25 },
      );
    },
  );

  it.each(policies.map((policy) => [policy.name, policy] as const))(
    "makes no job wait longer than its queue allows when there is room: %s",
    (_, policy) => {
      fc.assert(
        fc.property(jobs, carbon, (some, values) => {
          const queueOf = queuesOf(some, WAITS);
          const run = runCluster(some, queueOf, 1000, policy, foreseenCarbon(values), outlookOf(values, 0));
          for (const { job, waitedH } of run.jobs)
            expect(waitedH).toBeLessThanOrEqual(queueOf(job).longestWaitH + 1e-6);
        }),
        { numRuns: 25 },
      );
    },
  );

  it("with everything known, one that suspends at will saves at least as much as any other", () => {
    fc.assert(
      fc.property(jobs, carbon, (some, values) => {
        const actual = outlookOf(values, 0);
        const carbonOf = (policy: (typeof policies)[number]): number =>
          runCluster(some, queuesOf(some, WAITS), 1000, policy, () => actual, actual).carbon;
        const least = carbonOf(waitAwhile);
        for (const policy of policies) expect(least).toBeLessThanOrEqual(carbonOf(policy) + 1e-6);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the published policies, by hand", () => {
  // One job of 1 CPU comes at 0:30 and runs 3 h; hours 0–5 cost 10, 8, 1, 9, 2, 2, all later ones 20.
  const values = [10, 8, 1, 9, 2, 2, ...Array.from({ length: 60 }, () => 20)];
  const actual = outlookOf(values, 0);
  const one: ShiftableJob = { arrivalH: 0.5, lengthH: 3, cpus: 1 };
  const queue = queuesOf([one], { shortH: 6, longH: 4 });
  it.each([
    // 10/2 + 8 + 1 + 9/2
    ["run at once", 18.5, 0],
    // the cheapest hour is the third: 1 + 9 + 2
    ["lowest slot", 12, 1.5],
    // starts at 0.5 … 4.5: 18.5, 8/2+1+9+2/2 = 15, 1/2+9+2+2/2 = 12.5, 9/2+2+2+20/2, …
    ["lowest window", 12.5, 2],
    // savings an hour until the end: 3.5/4, 6/5, …
    ["carbon time", 12.5, 2],
    // threshold: the quantile 0.3 of 24 values, 18 of them 20: all six cheap hours lie below it
    ["ecovisor", 18.5, 0],
    // 1, 2, 2 within the seven hours from 0:30
    ["wait awhile", 5, 2.5],
  ])("%s", (name, carbonUsed, waited) => {
    const policy = policies.find((each) => each.name === name);
    if (!policy) throw new Error(name);
    const run = runCluster([one], queue, 1, policy, () => actual, actual);
    expect(run.carbon).toBeCloseTo(carbonUsed, 9);
    expect(run.meanWaitH).toBeCloseTo(waited, 9);
  });

  it("small ones pass a wide one that does not fit, and no time is lost", () => {
    const some: ShiftableJob[] = [
      { arrivalH: 0, lengthH: 2, cpus: 3 },
      { arrivalH: 0.5, lengthH: 1, cpus: 2 },
      { arrivalH: 0.6, lengthH: 1, cpus: 1 },
    ];
    const run = runCluster(some, queuesOf(some, WAITS), 4, runAtOnce, () => actual, actual);
    expect(run.jobs.map(({ endH }) => endH)).toEqual([1.6, 2, 3]);
  });
});

describe("an outlook", () => {
  it("repeats its last day", () => {
    const day = Array.from({ length: 24 }, (_, hour) => hour);
    const outlook = outlookOf([...Array.from({ length: 24 }, () => 100), ...day], 10);
    expect(outlook.at(10 + 24 + 5)).toBe(5);
    expect(outlook.at(10 + 24 * 4 + 5)).toBe(5);
    expect(outlook.between(10 + 48, 10 + 24 * 5)).toBeCloseTo(3 * 276, 9);
    expect(outlook.between(10 + 23.5, 10 + 24 + 1.25)).toBeCloseTo(50 + 0 + 0.25, 9);
  });

  it("is foreseen from nothing later than its hour", () => {
    const past = Array.from({ length: 200 }, (_, i) => 100 + 50 * Math.sin(i / 4));
    const poisoned = [...past, ...Array.from({ length: 100 }, () => Number.NaN)];
    const clean = [...past, ...Array.from({ length: 100 }, () => 7)];
    for (let k = 0; k < 72; k++)
      expect(foreseenCarbon(poisoned)(199).at(199 + k)).toBe(foreseenCarbon(clean)(199).at(199 + k));
  });

  it("takes the cheapest pieces, the earlier of equal ones", () => {
    const outlook = outlookOf([5, 1, 1, 9, ...Array.from({ length: 30 }, () => 9)], 0);
    expect(cheapestPieces(outlook, 0.5, 4, 1.5)).toEqual([
      { fromH: 1, hours: 1, value: 1 },
      { fromH: 2, hours: 0.5, value: 1 },
    ]);
  });
});
