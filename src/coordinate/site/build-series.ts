import { defaultHoldMs, type SeriesKind } from "../sense/series.ts";
import type { Component } from "./component.ts";
import type { SiteMeter, SiteSeries, SiteSource } from "./site.ts";

export const sourceOf = (c: Component): SiteSource => ({
  id: c.text("id"),
  kind: c.text("kind") as SiteSource["kind"],
  address: c.text("address"),
  unit: c.number("unit"),
  user: c.textOr("user"),
  secret: c.textOr("secret"),
});

export const seriesOf = (c: Component): SiteSeries => {
  const kind = c.text("kind") as SeriesKind;
  const everyMs = Math.round(c.number("every") * 1000);
  const hold = c.numberOr("hold");
  return {
    id: c.text("id"),
    kind,
    unit: c.text("unit"),
    everyMs,
    holdMs: hold === undefined ? defaultHoldMs(kind, everyMs) : Math.round(hold * 1000),
    rollover: c.numberOr("rollover"),
    source: c.textOr("source"),
    query: c.textOr("query"),
    field: c.textOr("field"),
    instantField: c.textOr("instantField"),
    sourceUnit: c.textOr("sourceUnit") ?? c.text("unit"),
    reversed: c.text("sign") === "reversed",
  };
};

export const meterOf = (c: Component): SiteMeter => ({
  id: c.text("id"),
  counts: c.text("counts") as SiteMeter["counts"],
  of: c.textOr("of"),
  series: c.text("series"),
  parent: c.textOr("parent"),
  accuracy: c.number("accuracy"),
});
