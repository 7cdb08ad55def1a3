import type { PlanFile, Site, ToldForecast } from "../coordinate/index.ts";
import type { Say } from "./plan-words.ts";

/** Where something that a plan rests on comes from. */
export type BasisSource = "usual" | "forecast" | "given" | "read" | "journal" | "assumed";

/** One thing that a plan rests on. */
export interface BasisPart {
  readonly what:
    | "load"
    | "pv"
    | "weather"
    | "price"
    | "carbon"
    | "storage"
    | "peak"
    | "jobs"
    | "maintenance"
    | "offers";
  /** Hall, PV plant or battery; empty for the whole site. */
  readonly id: string;
  readonly source: BasisSource;
  /** Models of a forecast with their weights; a number of jobs, windows or offers. */
  readonly detail: string;
  /** How an old forecast has come to miss, where it has. */
  readonly drift: boolean;
}

/** What the parts of a plan's basis come from. */
export interface BasisInput {
  readonly site: Site;
  readonly given: PlanFile;
  readonly forecasts: readonly ToldForecast[];
  readonly readBatteries: ReadonlySet<string>;
  readonly peak: BasisSource;
  readonly readJobs: number;
  readonly givenJobs: number;
}

/** Everything that a plan rests on, with where it comes from: what is measured, told or only usual. */
export function basisOf(input: BasisInput): BasisPart[] {
  const { site, given, forecasts, readBatteries, peak, readJobs, givenJobs } = input;
  const { tariff, carbon } = site.grid;
  const foretold = (
    what: BasisPart["what"],
    id: string,
    series: string | undefined,
    without: BasisSource,
  ): BasisPart => {
    const told = forecasts.find((one) => one.series === series);
    if (!told) return { what, id, source: without, detail: "", drift: false };
    const detail = told.model.map(({ name, weight }) => `${name} ${(100 * weight).toFixed(0)} %`).join(", ");
    return { what, id, source: "forecast", detail, drift: told.drift.drifting };
  };
  const plain = (what: BasisPart["what"], id: string, source: BasisSource, detail = ""): BasisPart => ({
    ...{ what, id, source, detail },
    drift: false,
  });
  return [
    ...site.halls.map(({ id, series }) =>
      given.rigidKw.has(id) ? plain("load", id, "given") : foretold("load", id, series, "usual"),
    ),
    ...site.pv.map(({ id, series }) => foretold("pv", id, series, "usual")),
    foretold("weather", "", site.weather?.wetBulb, "usual"),
    foretold("price", "", tariff.kind === "real-time" ? tariff.series : undefined, "usual"),
    foretold("carbon", "", carbon.series, "usual"),
    ...site.batteries.map(({ id }) =>
      plain("storage", id, given.batteryKwh.has(id) ? "given" : readBatteries.has(id) ? "read" : "assumed"),
    ),
    plain("peak", "", peak),
    ...(readJobs > 0 ? [plain("jobs", "", "read", String(readJobs))] : []),
    ...(givenJobs > 0 ? [plain("jobs", "", "given", String(givenJobs))] : []),
    ...(given.maintenance.length > 0 ? [plain("maintenance", "", "given", String(given.maintenance.length))] : []),
    ...(given.offers.length > 0 ? [plain("offers", "", "given", String(given.offers.length))] : []),
  ];
}

/** A part in a few words. */
export function basisWords(one: BasisPart, say: Say): string {
  const name = `${say(`plan.basis.${one.what}`)}${one.id === "" ? "" : ` ${one.id}`}`;
  const counted = one.detail !== "" && one.source !== "forecast";
  const own = one.source === "usual" || one.source === "assumed";
  const key = own ? `${one.source}.${one.what}` : counted ? `${one.source}.count` : one.source;
  const source = say(`plan.source.${key}`, { detail: one.detail });
  return say("plan.basis.part", { name, source: `${source}${one.drift ? say("plan.source.drift") : ""}` });
}
