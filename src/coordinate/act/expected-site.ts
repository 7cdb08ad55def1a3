import type { Issue } from "../../ground/issue/index.ts";
import { type Forecaster, type SeriesForecast, seriesForecaster } from "../forecast/forecaster.ts";
import type { SeriesHistory } from "../forecast/series-grid.ts";
import type { PlanScenario } from "../plan/site/plan-request.ts";
import type { Site } from "../site/index.ts";
import type { JobState } from "./state.ts";

/** A series of a site in hours, with what it is to the site and its unit: kW, °C, CNY/kWh, kgCO2/kWh. */
export interface SensedSeries {
  readonly series: string;
  readonly of: SensedQuantity;
  readonly history: SeriesHistory;
}

export type SensedQuantity =
  | { readonly kind: "hall" | "pv"; readonly id: string }
  | { readonly kind: "dryBulb" | "wetBulb" | "price" | "carbon" };

/** What is expected of a site, and how it was foretold. */
export interface ExpectedSite {
  readonly scenarios: readonly PlanScenario[];
  readonly forecasts: readonly ToldForecast[];
  /** ACT-038: a series of which nothing can be foretold; its usual values stand in. */
  readonly issues: readonly Issue[];
}

/** A forecast in a few words, for the journal. */
export interface ToldForecast {
  readonly series: string;
  readonly issuedAt: number;
  readonly model: SeriesForecast["model"];
  readonly drift: SeriesForecast["drift"];
}

export interface ExpectRequest {
  readonly site: Site;
  /** What is usual, one value a step: it stands in where nothing is measured. */
  readonly usual: PlanScenario;
  /** Start of the first step, ms UTC. */
  readonly from: number;
  readonly stepMinutes: number;
  readonly steps: number;
  readonly sensed: readonly SensedSeries[];
  /** Jobs that the plan moves one by one: their power is taken off what is measured. */
  readonly jobs: readonly JobState[];
}

const HOUR_MS = 3_600_000;
/** Low, middle and high, weighed as the three points of a normal distribution. */
const QUANTILES = [0.1, 0.5, 0.9] as const;
const PROBABILITIES = [0.3, 0.4, 0.3] as const;
/** A series that has been silent for longer is not foretold, nor one of which less is known. */
const MOST_SILENT_H = 3;
const LEAST_KNOWN_H = 24;
/** Mean time that a job to come will run, h: after it as many end as begin. */
const JOB_H = 4;

/** Of the power of jobs that are planned one by one, how much will by then be of jobs that nobody knows yet. */
export function jobsToCome(hoursAhead: number): number {
  return Math.min(1, hoursAhead / JOB_H);
}

function keyOf(of: SensedQuantity): string {
  return "id" in of ? `${of.kind}:${of.id}` : of.kind;
}

function notForetold(series: string, actual: string): Issue {
  return { code: "ACT-038", severity: "warning", at: { path: series }, actual, values: { series } };
}

/** Whether enough is known, and lately: else what the series should say instead. */
function lacking({ series, history: { values } }: SensedSeries): Issue | undefined {
  let known = 0;
  let silent = values.length;
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) continue;
    known += 1;
    silent = values.length - 1 - i;
  }
  if (known < LEAST_KNOWN_H) return notForetold(series, `${known} h`);
  return silent > MOST_SILENT_H ? notForetold(series, `−${silent} h`) : undefined;
}

/** Power of running jobs that the plan moves by hall, kW above idle. */
function jobsKw(site: Site, jobs: readonly JobState[]): ReadonlyMap<string, number> {
  const byHall = new Map<string, number>();
  for (const job of jobs) {
    const cluster = site.clusters.find(({ id }) => id === job.cluster);
    if (!cluster || job.phase !== "running" || !job.deferrable || job.held) continue;
    const kw = job.accelerators * (cluster.fullKw - cluster.idleKw);
    byHall.set(cluster.hall, (byHall.get(cluster.hall) ?? 0) + kw);
  }
  return byHall;
}

/** Foretells a site again and again; each series keeps its models between. */
export function siteForecaster(): (request: ExpectRequest) => ExpectedSite {
  const forecasters = new Map<string, { readonly horizon: number; readonly forecaster: Forecaster }>();
  return (request) => {
    const { site, usual, from, stepMinutes, steps, sensed, jobs } = request;
    const issuedAt = new Date(Math.floor(from / HOUR_MS) * HOUR_MS);
    const horizon = Math.ceil((from - issuedAt.getTime() + steps * stepMinutes * 60_000) / HOUR_MS);
    const issues: Issue[] = [];
    const forecasts: ToldForecast[] = [];
    const told = new Map<string, readonly Float64Array[]>();
    for (const one of sensed) {
      const problem = lacking(one);
      if (problem) {
        issues.push(problem);
        continue;
      }
      let own = forecasters.get(one.series);
      if (!own || own.horizon < horizon) {
        own = { horizon, forecaster: seriesForecaster({ horizonSteps: horizon, quantiles: [...QUANTILES] }) };
        forecasters.set(one.series, own);
      }
      const answer = own.forecaster.forecast(one.history, issuedAt);
      if (!answer.ok) {
        issues.push(...answer.issues);
        continue;
      }
      const { model, drift, values } = answer.value;
      forecasts.push({ series: one.series, issuedAt: issuedAt.getTime(), model, drift });
      told.set(keyOf(one.of), values);
    }
    const off = jobsKw(site, jobs);
    const hourOf = (step: number): number =>
      Math.floor((from + step * stepMinutes * 60_000 - issuedAt.getTime()) / HOUR_MS);
    /** One path of a quantity by step; its usual values where it is not foretold. */
    const path = (of: SensedQuantity, quantile: number, instead: readonly number[], least: number): number[] => {
      const values = told.get(keyOf(of))?.[quantile];
      return instead.map((otherwise, step) =>
        values ? Math.max(least, values[hourOf(step)] ?? otherwise) : otherwise,
      );
    };
    const none = Number.NEGATIVE_INFINITY;
    const scenario = (quantile: number, probability: number): PlanScenario => {
      const dryBulbC = path({ kind: "dryBulb" }, quantile, usual.dryBulbC, none);
      const wetBulbC = path({ kind: "wetBulb" }, quantile, usual.wetBulbC, none);
      return {
        probability,
        priceCnyPerKwh: path({ kind: "price" }, quantile, usual.priceCnyPerKwh, none),
        carbonKgPerKwh: path({ kind: "carbon" }, quantile, usual.carbonKgPerKwh, 0),
        // The sun is low where the load is high: what is hard comes together.
        pvKw: new Map(
          site.pv.map(({ id, powerKw }) => [
            id,
            path({ kind: "pv", id }, QUANTILES.length - 1 - quantile, usual.pvKw.get(id) ?? [], 0).map((kw) =>
              Math.min(kw, powerKw),
            ),
          ]),
        ),
        dryBulbC,
        wetBulbC: wetBulbC.map((wet, step) => Math.min(wet, dryBulbC[step] ?? wet)),
        itKw: new Map(
          site.halls.map(({ id, capacityKw }) => {
            const kw = path({ kind: "hall", id }, quantile, usual.itKw.get(id) ?? [], 0);
            const moved = off.get(id) ?? 0;
            return [
              id,
              kw.map((value, step) => {
                const left = moved * (1 - jobsToCome((step * stepMinutes) / 60));
                return Math.min(capacityKw, Math.max(0, value - left));
              }),
            ];
          }),
        ),
      };
    };
    // Where nothing is foretold all paths are the same one.
    const scenarios =
      told.size === 0
        ? [scenario(1, 1)]
        : PROBABILITIES.map((probability, quantile) => scenario(quantile, probability));
    return { scenarios, forecasts, issues };
  };
}
