import type { Issue } from "../../ground/issue/index.ts";
import type { Component } from "./component.ts";

/** Lists in which the component stands that a meter counts alone. */
const OF: Readonly<Record<string, string>> = {
  hall: "halls",
  pv: "pv",
  battery: "batteries",
  plant: "plants",
  ups: "ups",
};

/** Kinds of series by which a meter can be read; a battery's counts both ways, so that its power is needed. */
function kindsOf(counts: string): readonly string[] {
  if (counts === "water") return ["state"];
  return counts === "battery" ? ["power"] : ["power", "energy-counter", "energy-interval"];
}

/** Meters of nothing, of no series, or below a meter that is not there. @issues SITE-006 */
export function checkMeters(site: Component): Issue[] {
  const meters = site.components("meters").filter(({ whole }) => whole);
  const names = meters.map((meter) => meter.text("id"));
  const unknown = (meter: Component, attribute: string, known: readonly string[]): Issue[] => {
    const actual = meter.textOr(attribute);
    return actual !== undefined && known.includes(actual)
      ? []
      : [
          {
            code: "SITE-006",
            severity: "error",
            at: meter.place(attribute),
            expected: known.join(", ") || "–",
            actual: actual ?? "–",
            values: { attribute },
          },
        ];
  };
  const ids = (list: string): string[] => site.components(list).flatMap((one) => one.textOr("id") ?? []);
  return meters.flatMap((meter) => {
    const counts = meter.text("counts");
    const list = OF[counts];
    const series = site
      .components("series")
      .filter((one) => kindsOf(counts).includes(one.textOr("kind") ?? ""))
      .flatMap((one) => one.textOr("id") ?? []);
    return [
      ...(list === undefined ? [] : unknown(meter, "of", ids(list))),
      ...unknown(meter, "series", series),
      ...(meter.textOr("parent") === undefined ? [] : unknown(meter, "parent", names)),
    ];
  });
}
