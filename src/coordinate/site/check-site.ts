import type { Issue } from "../../ground/issue/index.ts";
import { buildSite } from "./build-site.ts";
import { checkCapacities } from "./check-capacities.ts";
import { checkEquipment } from "./check-equipment.ts";
import { checkControl } from "./control.ts";
import { checkTariff } from "./check-tariff.ts";
import type { Component } from "./component.ts";

/** Lists of a site whose members are referred to by id, by the component's name. */
const NAMED = { plant: "plants", ups: "ups", hall: "halls", workload: "workloads" } as const;

/** Where the names stand that an attribute refers to. */
const LISTS: Readonly<Record<string, string>> = {
  ups: "ups",
  airPlant: "plants",
  liquidPlant: "plants",
  hall: "halls",
};

/** An id given twice in one list. @issues SITE-007 */
function repeated(component: Component): Issue[] {
  return [...component.values].flatMap(([, value]) => {
    const members = Array.isArray(value) ? value.filter((one) => one instanceof Object && "type" in one) : [];
    const list = members as readonly Component[];
    const ids = list.map((one) => one.textOr("id"));
    return [
      ...list
        .filter((_, i) => ids[i] !== undefined && ids.indexOf(ids[i]) < i)
        .map((one): Issue => ({ code: "SITE-007", severity: "error", at: one.place("id"), actual: one.text("id") })),
      ...list.flatMap(repeated),
    ];
  });
}

/** References to nothing, and a plant of the wrong loop. @issues SITE-006 */
function dangling(site: Component): Issue[] {
  const ids = (type: keyof typeof NAMED): string[] =>
    site.components(NAMED[type]).flatMap((one) => one.textOr("id") ?? []);
  const loop = (wanted: string): string[] =>
    site
      .components("plants")
      .filter((one) => (one.textOr("loop") ?? wanted) === wanted)
      .flatMap((one) => one.textOr("id") ?? []);
  const check = (component: Component, attribute: string, known: readonly string[]): Issue[] => {
    const named = component.textOr(attribute);
    // A list that could not be read names nothing, and is said already.
    return named === undefined || known.includes(named) || !site.values.has(LISTS[attribute] ?? "")
      ? []
      : [
          {
            code: "SITE-006",
            severity: "error",
            at: component.place(attribute),
            expected: known.join(", ") || "–",
            actual: named,
            values: { attribute },
          },
        ];
  };
  return [
    ...site
      .components("halls")
      .flatMap((hall) => [
        ...check(hall, "ups", ids("ups")),
        ...check(hall, "airPlant", loop("air")),
        ...check(hall, "liquidPlant", loop("liquid")),
      ]),
    ...site.components("clusters").flatMap((cluster) => [
      ...check(cluster, "hall", ids("hall")),
      ...[...cluster.map("speed").keys()]
        .filter((name) => !ids("workload").includes(name))
        .map(
          (name): Issue => ({
            code: "SITE-006",
            severity: "error",
            at: cluster.place("speed"),
            expected: ids("workload").join(", ") || "–",
            actual: name,
            values: { attribute: "speed" },
          }),
        ),
    ]),
  ];
}

/**
 * What must fit together in a site; of components that could not be read whole, only their names.
 * @issues SITE-006 (a name of nothing), SITE-007 (an id twice), SITE-010 … SITE-017, SITE-030 … SITE-033
 */
export function checkSite(components: Component): Issue[] {
  const grid = components.componentOr("grid");
  const issues = [
    ...repeated(components),
    ...dangling(components),
    ...(grid?.whole ? checkTariff(grid) : []),
    ...checkEquipment(components),
    ...checkControl(components),
  ];
  // Sums over what is missing or leads nowhere would only repeat the same fault.
  return components.whole && issues.length === 0 ? checkCapacities(components, buildSite(components)) : issues;
}
