import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readPlanFile } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { content, lingang } from "../site/content.ts";

const site = lingang();
const time = { from: Date.parse("2025-07-14T00:00+08:00"), stepMinutes: 15, steps: 96 };

it("reads the file of the example into what a plan is made from", () => {
  const text = readFileSync(new URL("../../../examples/lingang-aidc/tomorrow.yaml", import.meta.url), "utf8");
  const { given, warnings } = expectOk(readPlanFile(text, "tomorrow.yaml", content, site, { ...time, steps: 192 }));
  expect(warnings).toEqual([]);
  expect(given.monthPeakKw).toBe(20_600);
  expect(given.waterL).toBe(148e6);
  expect(given.jobs.map(({ id, state, clusters }) => [id, state, clusters.length])).toEqual([
    ["pretrain-7", "running", 1],
    ["finetune-3", "waiting", 2],
    ["evals", "waiting", 2],
    ["embeddings", "waiting", 2],
  ]);
  expect(given.maintenance[1]).toEqual({
    ...{ component: "battery", id: "storage", fromStep: 128, toStep: 136, availableShare: 0.5 },
    reason: "one of two converters is inspected",
  });
  // Two hours of 4 MW at 2 CNY/kWh.
  expect(given.offers[0]).toEqual({
    ...{ id: "noon-14", fromStep: 48, toStep: 56, baselineKw: 20_000, reductionKw: 4000 },
    paymentCny: 16_000,
  });
});

it("covers a step in which an interval begins or ends, and cuts off what lies outside the plan", () => {
  const text = `maintenance:
  - { component: battery, id: storage, from: 2025-07-14T01:05+08:00, to: 2025-07-14T01:50+08:00 }
  - { component: grid, from: 2025-07-13T12:00+08:00, to: 2025-07-14T00:15+08:00, available: "0.5" }
  - { component: grid, from: 2025-07-14T23:00+08:00, to: 2025-07-16T00:00+08:00, available: "0.5" }
`;
  const { given, warnings } = expectOk(readPlanFile(text, "with.yaml", content, site, time));
  expect(warnings).toEqual([]);
  expect(given.maintenance.map(({ fromStep, toStep }) => [fromStep, toStep])).toEqual([
    [4, 8],
    [0, 1],
    [92, 96],
  ]);
});

it("says of an offer that it is not wholly in the plan, and leaves it out", () => {
  const text = `offers: [ { id: x, from: 2025-07-14T23:00+08:00, to: 2025-07-15T01:00+08:00, baseline: 20 MW, reduction: 1 MW } ]`;
  const { given, warnings } = expectOk(readPlanFile(text, "with.yaml", content, site, time));
  expect(given.offers).toEqual([]);
  expect(warnings.map(({ code, severity }) => [code, severity])).toEqual([["PLAN-006", "warning"]]);
});

const JOB = `id: a, workload: training, clusters: liquid-training, accelerators: "8", remaining: 1 h`;

it.each([
  [
    "a battery that is not there",
    "state: { stored: [ { battery: strage, energy: 1 MWh } ] }",
    "SITE-006 state.stored[0].battery",
  ],
  ["more than a battery holds", "reserves: [ { battery: storage, energy: 50 MWh } ]", "PLAN-004 reserves[0].energy"],
  [
    "a battery twice",
    "reserves: [ { battery: storage, energy: 1 MWh }, { battery: storage, energy: 2 MWh } ]",
    "SITE-007 reserves[1].battery",
  ],
  ["power in kWh", "state: { monthPeak: 20 kWh }", "UNIT-002 state.monthPeak"],
  ["more load than a hall takes", "loads: [ { hall: east, power: 7 MW } ]", "PLAN-004 loads[0].power"],
  ["a part that is none", "objective: { order: [energy, beauty] }", "SITE-006 objective.order"],
  ["serving", `jobs: [ { ${JOB.replace("training", "serving")} } ]`, "SITE-006 jobs[0].workload"],
  [
    "a cluster that cannot run it",
    `jobs: [ { ${JOB.replace("liquid-training", "east-serving")} } ]`,
    "PLAN-003 jobs[0].clusters",
  ],
  [
    "a running job on a cluster that cannot run it",
    `jobs: [ { ${JOB.replace("liquid-training", "[east-serving, liquid-training]")}, state: running } ]`,
    "PLAN-003 jobs[0].clusters",
  ],
  ["half an accelerator", `jobs: [ { ${JOB.replace('"8"', '"8.5"')} } ]`, "PLAN-003 jobs[0].accelerators"],
  [
    "more accelerators than there are",
    `jobs: [ { ${JOB.replace('"8"', '"8000"')} } ]`,
    "PLAN-003 jobs[0].accelerators",
  ],
  ["no work", `jobs: [ { ${JOB.replace("1 h", "0 h")} } ]`, "SITE-004 jobs[0].remaining"],
  ["a job twice", `jobs: [ { ${JOB} }, { ${JOB} } ]`, "SITE-007 jobs[1].id"],
  ["a deadline without a zone", `jobs: [ { ${JOB}, deadline: 2025-07-15T08:00 } ]`, "SITE-017 jobs[0].deadline"],
  ["30 February", `jobs: [ { ${JOB}, deadline: 2025-02-30T08:00Z } ]`, "SITE-017 jobs[0].deadline"],
  [
    "a plant that is not there",
    "maintenance: [ { component: plant, id: chilly, from: 2025-07-14T08:00+08:00, to: 2025-07-14T09:00+08:00 } ]",
    "SITE-006 maintenance[0].id",
  ],
  [
    "a component without its name",
    "maintenance: [ { component: ups, from: 2025-07-14T08:00+08:00, to: 2025-07-14T09:00+08:00 } ]",
    "SITE-006 maintenance[0]",
  ],
  [
    "an end before the begin",
    "maintenance: [ { component: grid, from: 2025-07-14T10:00+08:00, to: 2025-07-14T09:00+08:00 } ]",
    "PLAN-005 maintenance[0].to",
  ],
  [
    "more reduction than there is",
    "offers: [ { id: x, from: 2025-07-14T08:00+08:00, to: 2025-07-14T09:00+08:00, baseline: 2 MW, reduction: 3 MW } ]",
    "PLAN-004 offers[0].reduction",
  ],
  ["an unknown key", "colour: red", "SITE-001 colour"],
  ["a list instead", "[1, 2]", "SITE-003 "],
  ["no YAML", "jobs: [", "SITE-008 "],
])("tells %s", (_, text, expected) => {
  const read = readPlanFile(text, "with.yaml", content, site, time);
  const issues = read.ok ? [] : read.issues;
  expect(issues.map(({ code, at }) => `${code} ${at.path ?? ""}`)[0]).toBe(expected);
  expect(issues.every(({ at }) => at.file === "with.yaml" && (at.line ?? 0) >= 1)).toBe(true);
});

it("tells all mistakes at once, and without a site those of the file itself", () => {
  const text = `loads: [ { hall: moon, power: 1 MWh } ]
offers: [ { id: x } ]
jobs: [ { ${JOB.replace('"8"', "many")} } ]`;
  const codes = (of: typeof site | undefined): string[] => {
    const read = readPlanFile(text, "with.yaml", content, of, time);
    return read.ok ? [] : read.issues.map(({ code }) => code);
  };
  expect(codes(site)).toEqual(["UNIT-002", "SITE-006", "SITE-002", "SITE-002", "SITE-002", "SITE-002", "AMOUNT-001"]);
  expect(codes(undefined)).toEqual(["UNIT-002", "SITE-002", "SITE-002", "SITE-002", "SITE-002", "AMOUNT-001"]);
});
