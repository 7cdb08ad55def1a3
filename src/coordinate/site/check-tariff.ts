import type { Issue } from "../../ground/issue/index.ts";
import { buildTariff } from "./build-site.ts";
import type { Component } from "./component.ts";
import { uncoveredHours } from "./tariff.ts";

/** What the connection says must agree with itself. @issues SITE-011 (hours), SITE-012 (demand), SITE-016 (parts of a tariff) */
export function checkTariff(grid: Component): Issue[] {
  const issues: Issue[] = [];
  const component = grid.component("tariff");
  const tariff = buildTariff(component);
  const needs = (attribute: string, wanted: boolean): void => {
    if (component.values.has(attribute) === wanted) return;
    issues.push({
      code: "SITE-016",
      severity: "error",
      at: component.place(attribute),
      expected: `${attribute}: ${wanted ? "…" : "–"}`,
      actual: `${attribute}: ${wanted ? "–" : "…"}`,
      values: { attribute, kind: tariff.kind },
    });
  };
  if (tariff.kind === "two-part") needs("demandCharge", true);
  if (tariff.kind === "real-time") needs("series", true);
  if (tariff.kind === "flat") needs("periods", false);
  if (tariff.kind === "time-of-use") needs("periods", true);
  if (tariff.periods.length > 0) {
    const wrong = uncoveredHours(tariff);
    const first = wrong[0];
    if (first)
      issues.push({
        code: "SITE-011",
        severity: "error",
        at: component.place("periods"),
        expected: "1",
        actual: first.periods.join(", ") || "0",
        values: {
          count: String(wrong.length),
          month: String(first.month),
          kind: first.kind,
          hour: `${String(first.hour).padStart(2, "0")}:00`,
        },
      });
  }
  for (const attribute of ["holidays", "workingWeekends"]) {
    const dates = component.values.has(attribute) ? component.texts(attribute) : [];
    const outside = dates.filter((date) => Number(date.slice(0, 4)) !== tariff.year);
    if (outside.length > 0)
      issues.push({
        code: "SITE-017",
        severity: "error",
        at: component.place(attribute),
        expected: String(tariff.year),
        actual: outside.join(", "),
        values: { attribute },
      });
  }
  const contracted = grid.numberOr("contractedDemand");
  if (contracted !== undefined && contracted > grid.number("importLimit"))
    issues.push({
      code: "SITE-013",
      severity: "error",
      at: grid.place("contractedDemand"),
      expected: `≤ ${grid.number("importLimit")} kW`,
      actual: `${contracted} kW`,
      values: { attribute: "contractedDemand", limit: "importLimit" },
    });
  return issues;
}
