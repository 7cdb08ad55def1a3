import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectOk } from "../ground/issue/index.ts";
import { readTexts } from "./interface-texts.ts";
import { planKeeper, writeRunFolder } from "./run-folder.ts";
import { AS_IT_IS, type SimulateRequest, simulateSite, type Simulation } from "./simulate-site.ts";
import { verifyRun } from "./verify-run.ts";

const REQUEST: SimulateRequest = {
  siteFile: "examples/lingang-aidc/site.yaml",
  weatherFile: undefined,
  from: "2025-01-10",
  to: "2025-01-11",
  levers: ["battery", "jobs", "cooling", "ups"],
  seed: 3,
  replanS: 4 * 3600,
  whatIf: AS_IT_IS,
};

const watch = { progress: () => {}, plan: () => {} };

let folder = "";
let simulation: Simulation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candela-run-"));
  const keeper = planKeeper(folder);
  simulation = expectOk(await simulateSite(REQUEST, { progress: () => {}, plan: keeper.plan }));
  await writeRunFolder(folder, simulation, await keeper.close(), await readTexts("interface"));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a simulated day", () => {
  it("balances energy at every step, within the limits of grid and battery", () => {
    const [battery] = simulation.site.batteries;
    for (const { steps } of simulation.runs) {
      expect(steps).toHaveLength(96);
      for (const step of steps) {
        expect(step.gridKw).toBeCloseTo(step.facilityKw + step.batteryKw - step.pvKw, 6);
        expect(step.gridKw).toBeLessThanOrEqual(simulation.site.grid.importLimitKw);
        expect(step.storedKwh).toBeGreaterThanOrEqual((battery?.reserveKwh ?? 0) - 1e-6);
        expect(step.storedKwh).toBeLessThanOrEqual((battery?.energyKwh ?? 0) + 1e-6);
      }
    }
  });

  it("moves each lever in its own run alone", () => {
    const named = new Map(simulation.runs.map((run) => [run.levers.join("+"), run]));
    const moved = (levers: string) => {
      const steps = named.get(levers)?.steps ?? [];
      return {
        battery: steps.some(({ batteryKw }) => Math.abs(batteryKw) > 100),
        eco: steps.some(({ ups }) => Object.values(ups).includes("eco")),
        free: steps.some(({ freeCooling }) => freeCooling),
      };
    };
    expect(moved("")).toEqual({ battery: false, eco: false, free: false });
    expect(moved("battery")).toEqual({ battery: true, eco: false, free: false });
    expect(moved("ups")).toEqual({ battery: false, eco: true, free: false });
    expect(moved("cooling")).toEqual({ battery: false, eco: false, free: true });
    expect(moved("battery+jobs+cooling+ups")).toEqual({ battery: true, eco: true, free: true });
  });

  it("misses no deadline, whatever is moved", () => {
    expect(simulation.runs.map(({ jobs }) => jobs.late)).toEqual(simulation.runs.map(() => 0));
  });

  it("is the same again from the same seed, and another from another", async () => {
    const request = { ...REQUEST, levers: ["battery" as const] };
    const again = expectOk(await simulateSite(request, watch));
    expect(again.runs[1]?.steps).toEqual(simulation.runs[1]?.steps);
    const other = expectOk(await simulateSite({ ...request, seed: 4 }, watch));
    expect(other.runs[1]?.steps).not.toEqual(simulation.runs[1]?.steps);
  }, 60_000);
});

describe("a site as it might be", () => {
  const costOf = async (request: SimulateRequest, run: number) =>
    expectOk(await simulateSite(request, watch)).runs[run]?.summary;

  it("saves more by a battery of twice the size, and nothing else changes", async () => {
    const request = { ...REQUEST, levers: ["battery" as const] };
    const [small] = [simulation.runs[1]?.summary];
    const large = await costOf({ ...request, whatIf: { ...AS_IT_IS, batteryScale: 2 } }, 1);
    expect(large?.storage.dischargedKwh).toBeGreaterThan(1.5 * (small?.storage.dischargedKwh ?? 0));
    expect(large?.costCny).toBeLessThan(small?.costCny ?? 0);
    expect(large?.itKwh).toBe(small?.itKwh);
  }, 60_000);

  it("moves less by the battery when carbon has a price: what it loses is paid twice", async () => {
    const request = { ...REQUEST, levers: ["battery" as const] };
    const priced = await costOf({ ...request, whatIf: { ...AS_IT_IS, carbonCnyPerKg: 50 } }, 1);
    expect(priced?.storage.lossKwh).toBeLessThan(simulation.runs[1]?.summary.storage.lossKwh ?? 0);
  }, 60_000);

  it("has more jobs to move when more may be moved", async () => {
    const request = { ...REQUEST, levers: ["jobs" as const] };
    const many = expectOk(await simulateSite({ ...request, whatIf: { ...AS_IT_IS, jobShare: 0.5 } }, watch));
    const few = expectOk(await simulateSite({ ...request, whatIf: { ...AS_IT_IS, jobShare: 0.05 } }, watch));
    const saved = ({ runs }: Simulation): number => (runs[0]?.summary.costCny ?? 0) - (runs[1]?.summary.costCny ?? 0);
    expect(saved(many)).toBeGreaterThan(saved(few));
  }, 60_000);
});

describe("a run folder", () => {
  it("is verified: saved energy with its uncertainty, what the battery lost, an option for each measure", async () => {
    const { savings, fit, options, storage } = expectOk(await verifyRun(folder));
    expect(fit?.calibrated).toBe(true);
    expect(savings.energyKwh.value).toBeGreaterThan(0);
    expect(savings.energyKwh.plusMinus).toBeGreaterThan(0);
    expect(savings.carbon.inventoryChangeKg).toBeCloseTo(-savings.energyKwh.value * 0.5306, 3);
    expect(storage.lossKwh).toBeGreaterThan(0);
    expect(options.map(({ measure, option }) => `${measure} ${option}`)).toEqual([
      "battery B",
      "jobs D",
      "cooling B",
      "ups B",
    ]);
  });

  it("is no evidence once a file of it was changed", async () => {
    await appendFile(join(folder, "steps-battery.csv"), "\n");
    const verified = await verifyRun(folder);
    expect(verified.ok ? [] : verified.issues.map(({ code, at }) => `${code} ${at.file}`)).toEqual([
      `VERIFY-007 ${join(folder, "steps-battery.csv")}`,
    ]);
  });
});

it("says what time it cannot simulate", async () => {
  for (const [from, to] of [
    ["2025-02-30x", "2025-03-01"],
    ["2025-03-02", "2025-03-01"],
    ["2025-01-01", "2027-01-01"],
  ] as const) {
    const result = await simulateSite({ ...REQUEST, from, to }, watch);
    expect(result.ok ? [] : result.issues.map(({ code }) => code)).toEqual(["VERIFY-005"]);
  }
});
