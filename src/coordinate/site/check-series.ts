import type { Issue } from "../../ground/issue/index.ts";
import type { UnitTable } from "../../ground/quantity/index.ts";
import { conversionTo, readSeriesUnit, type SeriesKind } from "../sense/series.ts";
import { seriesOf } from "./build-series.ts";
import type { Component } from "./component.ts";

/** What a source of each kind must be asked. */
const QUERY: Readonly<Record<string, RegExp>> = {
  prometheus: /\S/,
  mqtt: /^[^#+\s][^\s]*$/,
  sunspec: /^\d+\.[A-Za-z][\w.]*$/,
  slurm: /^(nodes-allocated|gpus-allocated|jobs-running|jobs-pending)$/,
};

const EXAMPLE: Readonly<Record<string, string>> = {
  prometheus: "sum(DCGM_FI_DEV_POWER_USAGE)",
  mqtt: "hall/east/power",
  sunspec: "203.W",
  slurm: "nodes-allocated, gpus-allocated, jobs-running, jobs-pending",
};

/** How a source of each kind is addressed; whom it lets in never stands in the address. */
const ADDRESS: Readonly<Record<string, RegExp>> = {
  prometheus: /^https?:\/\/[^\s@?#]+$/,
  mqtt: /^(mqtts?|wss?):\/\/[^\s@?#]+$/,
  sunspec: /^([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/,
  slurm: /^https?:\/\/[^\s@?#]+$/,
};

const ADDRESS_EXAMPLE: Readonly<Record<string, string>> = {
  prometheus: "http://host:9090",
  mqtt: "mqtt://host:1883",
  sunspec: "host:502",
  slurm: "http://host:6820",
};

/** Addresses that can be one; parsing them later does not fail. */
function checkAddress(source: Component): Issue[] {
  const [kind, address] = [source.textOr("kind") ?? "", source.textOr("address")];
  if (address === undefined) return [];
  const whole = kind === "sunspec" ? `modbus://${address}` : address;
  if (!ADDRESS[kind] || (ADDRESS[kind].test(address) && URL.canParse(whole))) return [];
  return [
    {
      code: "SENSE-035",
      severity: "error",
      at: source.place("address"),
      expected: ADDRESS_EXAMPLE[kind] ?? "",
      actual: address.replace(/\/\/[^@/]*@/, "//…@"),
      values: { source: kind },
    },
  ];
}

/** Attributes that name a series, and of which kind it must be. */
const NAMED = [
  { list: "halls", attribute: "series", kind: "power" },
  { list: "pv", attribute: "series", kind: "power" },
  { list: "weather", attribute: "dryBulb", kind: "temperature" },
  { list: "weather", attribute: "wetBulb", kind: "temperature" },
] as const;

/** Names of series that are not listed, or measure something else. @issues SITE-006 */
function unknownSeries(site: Component): Issue[] {
  return NAMED.flatMap(({ list, attribute, kind }) => {
    const known = site
      .components("series")
      .flatMap((one) => (one.textOr("kind") === kind ? (one.textOr("id") ?? []) : []));
    const weather = site.componentOr("weather");
    const places = list === "weather" ? (weather ? [weather] : []) : site.components(list);
    return places.flatMap((place): Issue[] => {
      const actual = place.textOr(attribute);
      return actual === undefined || known.includes(actual)
        ? []
        : [
            {
              code: "SITE-006",
              severity: "error",
              at: place.place(attribute),
              expected: known.join(", ") || "–",
              actual,
              values: { attribute },
            },
          ];
    });
  });
}

/**
 * What must fit together in the series of a site.
 * @issues SENSE-001 (a unit that does not measure what the kind says), SENSE-002 (units that cannot be converted, both
 *         named), SENSE-009 (a query that its source does not understand), SITE-006 (a source that is not there), SENSE-035 (no address)
 */
export function checkSeries(site: Component, units: UnitTable): Issue[] {
  const sources = new Map(site.components("sources").map((one) => [one.textOr("id"), one.textOr("kind")]));
  const series = site.components("series").flatMap((one): Issue[] => {
    // What could not be read is said already.
    if (!one.whole) return [];
    const series = seriesOf(one);
    const unit = readSeriesUnit(one.text("kind") as SeriesKind, series.unit, units, one.place("unit"));
    if (!unit.ok) return [...unit.issues];
    const issues: Issue[] = [];
    const conversion = conversionTo(series, series.sourceUnit, units, one.place("sourceUnit"));
    if (!conversion.ok) issues.push(...conversion.issues);
    if (series.source === undefined) return issues;
    const kind = sources.get(series.source);
    if (kind === undefined)
      issues.push({
        code: "SITE-006",
        severity: "error",
        at: one.place("source"),
        expected: [...sources.keys()].join(", ") || "–",
        actual: series.source,
        values: { attribute: "source" },
      });
    else if (!QUERY[kind]?.test(series.query ?? ""))
      issues.push({
        code: "SENSE-009",
        severity: "error",
        at: one.place("query"),
        expected: EXAMPLE[kind] ?? "",
        actual: series.query ?? "–",
        values: { series: series.id, source: kind },
      });
    return issues;
  });
  return [...site.components("sources").flatMap(checkAddress), ...series, ...unknownSeries(site)];
}
