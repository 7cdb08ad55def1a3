import type { Issue } from "../../ground/issue/index.ts";
import type { Component } from "./component.ts";
import { inputRises, neverFalls, neverRises } from "./curve.ts";

const at = (component: Component, attribute: string) => component.place(attribute);

function curveIssue(component: Component, attribute: string, right: boolean, rule: string): Issue[] {
  return right
    ? []
    : [
        {
          code: "SITE-010",
          severity: "error",
          at: at(component, attribute),
          expected: rule,
          values: { attribute },
        },
      ];
}

function order(component: Component, low: string, high: string, unit: string): Issue[] {
  const [from, to] = [component.numberOr(low), component.numberOr(high)];
  return from === undefined || to === undefined || from <= to
    ? []
    : [
        {
          code: "SITE-013",
          severity: "error",
          at: at(component, low),
          expected: `≤ ${to} ${unit}`,
          actual: `${from} ${unit}`,
          values: { attribute: low, limit: high },
        },
      ];
}

function checkPlant(plant: Component): Issue[] {
  const modes = plant.components("modes");
  const anyTime = modes.some((mode) => !mode.values.has("atMost") && !mode.values.has("atLeast"));
  return [
    ...modes.flatMap((mode) => [
      ...curveIssue(mode, "cop", neverRises(mode.curve("cop")), "cop(20 °C) ≤ cop(10 °C)"),
      ...curveIssue(mode, "partLoad", inputRises(mode.curve("partLoad")), "x ÷ partLoad(x) ↑"),
      ...order(mode, "atLeast", "atMost", "°C"),
    ]),
    ...(anyTime
      ? []
      : [
          {
            code: "SITE-014",
            severity: "error",
            at: at(plant, "modes"),
            expected: "atMost: –, atLeast: –",
            actual: modes.map((mode) => mode.text("id")).join(", "),
            values: { component: plant.text("id") },
          } satisfies Issue,
        ]),
  ];
}

function checkUps(ups: Component): Issue[] {
  const modes = ups.components("modes");
  const safe = modes.filter((mode) => mode.text("kind") === "double-conversion");
  const free = safe.some(
    (mode) =>
      mode.numbers("months").length === 12 &&
      mode.numbers("hours").length === 24 &&
      mode.number("loadAtLeast") <= 0 &&
      mode.number("loadAtMost") >= 1,
  );
  return [
    ...modes.flatMap((mode) => [
      ...curveIssue(mode, "efficiency", inputRises(mode.curve("efficiency")), "x ÷ efficiency(x) ↑"),
      ...order(mode, "loadAtLeast", "loadAtMost", ""),
    ]),
    ...(free
      ? []
      : [
          {
            code: "SITE-014",
            severity: "error",
            at: at(ups, "modes"),
            expected: "double-conversion",
            actual: modes.map((mode) => mode.text("id")).join(", "),
            values: { component: ups.text("id") },
          } satisfies Issue,
        ]),
  ];
}

function checkBattery(battery: Component): Issue[] {
  const most = battery.number("highest") * battery.number("energy");
  return [
    ...order(battery, "lowest", "highest", ""),
    ...(battery.number("reserve") <= most
      ? []
      : [
          {
            code: "SITE-013",
            severity: "error",
            at: at(battery, "reserve"),
            expected: `≤ ${most} kWh`,
            actual: `${battery.number("reserve")} kWh`,
            values: { attribute: "reserve", limit: "highest × energy" },
          } satisfies Issue,
        ]),
  ];
}

function checkWorkload(workload: Component): Issue[] {
  const kind = workload.text("class");
  const problem = (attribute: string, expected: string, actual: string): Issue => ({
    code: "SITE-016",
    severity: "error",
    at: at(workload, attribute),
    expected,
    actual,
    values: { attribute, kind },
  });
  const issues: Issue[] = [];
  if (kind === "serving" && workload.flag("suspendable"))
    issues.push(problem("suspendable", "suspendable: false", "suspendable: true"));
  if (kind === "serving" && !workload.values.has("quality"))
    issues.push(problem("quality", "quality: …", "quality: –"));
  if (kind !== "serving" && workload.values.has("quality")) issues.push(problem("quality", "quality: –", "quality: …"));
  if (kind === "training" && workload.flag("suspendable") && !workload.values.has("checkpoint"))
    issues.push(problem("checkpoint", "checkpoint: …", "checkpoint: –"));
  return issues;
}

/** Equipment whose curves, limits and modes contradict themselves. @issues SITE-010, SITE-013, SITE-014, SITE-016 */
export function checkEquipment(site: Component): Issue[] {
  const whole = (list: string): readonly Component[] => site.components(list).filter((one) => one.whole);
  return [
    ...whole("plants").flatMap(checkPlant),
    ...whole("ups").flatMap(checkUps),
    ...whole("batteries").flatMap(checkBattery),
    ...whole("workloads").flatMap(checkWorkload),
    ...whole("clusters").flatMap((cluster) => [
      ...order(cluster, "idlePower", "fullPower", "kW"),
      ...curveIssue(cluster, "powerCap", neverFalls(cluster.curve("powerCap")), "powerCap(0.6) ≤ powerCap(0.8)"),
    ]),
    ...whole("halls")
      .filter((hall) => hall.number("liquidShare") > 0 && !hall.values.has("liquidPlant"))
      .map(
        (hall): Issue => ({
          code: "SITE-016",
          severity: "error",
          at: at(hall, "liquidShare"),
          expected: "liquidPlant: …",
          actual: "liquidPlant: –",
          values: { attribute: "liquidPlant", kind: hall.text("id") },
        }),
      ),
  ];
}
