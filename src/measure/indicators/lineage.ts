import { type Text, textOf } from "../../ground/issue/index.ts";
import { baseUnitId, convert, type Period, type Quantity, type Unit } from "../../ground/quantity/index.ts";
import type { ChosenFactor } from "../factors/index.ts";
import type { Activity } from "./definition.ts";
import type { Filter } from "./formula.ts";
import { seriesOf } from "./series.ts";
import type { LineageNode, Place, RecordGroup } from "./value.ts";

/** Digits shown of an intermediate amount; it is exact until the indicator's own rounding, this is only what the tree prints. */
const SHOWN_DIGITS = 15;

const OPERATIONS: Readonly<Record<string, Text>> = {
  "+": { "zh-Hant": "相加", "zh-Hans": "相加", en: "sum of" },
  "-": { "zh-Hant": "相減", "zh-Hans": "相减", en: "difference of" },
  "*": { "zh-Hant": "相乘", "zh-Hans": "相乘", en: "product of" },
  "/": { "zh-Hant": "相除", "zh-Hans": "相除", en: "ratio of" },
  apply: { "zh-Hant": "活動量 × 排放因子", "zh-Hans": "活动量 × 排放因子", en: "activity × factor" },
  co2e: { "zh-Hant": "折算為二氧化碳當量", "zh-Hans": "折算为二氧化碳当量", en: "converted to CO2e" },
};

/** Value and unit of a node, in `unit` when it fits, else in base units named by their dimensions. */
function shown(amount: Quantity | undefined, unit?: Unit): { value?: string; unit?: string } {
  if (!amount) return {};
  const converted = unit ? convert(amount, unit) : undefined;
  if (unit && converted?.ok)
    return { value: converted.value.value.toSignificantDigits(SHOWN_DIGITS).toFixed(), unit: unit.id };
  const inBase = amount.value.times(amount.unit.numerator).div(amount.unit.denominator);
  return { value: inBase.toSignificantDigits(SHOWN_DIGITS).toFixed(), unit: baseUnitId(amount.unit.dimensions) };
}

const filterText = (filter: Filter): string =>
  Object.entries(filter)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");

interface Leaf {
  readonly groups: readonly RecordGroup[];
  readonly filter: Filter;
}

/** The records of a leaf: a predicate, a count and a sum; the rows themselves are read page by page. */
export function recordsNode(
  place: Place,
  activity: Activity,
  period: Period,
  measure: "flow" | "stock",
  leaf: Leaf,
  amount: Quantity | undefined,
  unit: Unit,
): LineageNode {
  const count = leaf.groups.reduce((total, group) => total + group.count, 0);
  const seriesCount = leaf.groups.reduce((total, { sites }) => total + sites.length, 0);
  return {
    id: place.path,
    kind: "records",
    label: activity.title,
    ...shown(amount, unit),
    detail: {
      activity: activity.id,
      measure,
      period: period.label,
      start: period.start,
      end: period.end,
      ...(Object.keys(leaf.filter).length > 0 ? { filter: filterText(leaf.filter) } : {}),
      ...(place.where.site === undefined ? {} : { site: place.where.site }),
      // Sites are part of the predicate: another region's records take another factor.
      ...(place.where.site === undefined && leaf.groups.length > 0
        ? { sites: [...new Set(leaf.groups.flatMap(({ sites }) => sites))].sort().join(", ") }
        : {}),
      records: String(count),
      ...(activity.conversions ? { conversions: activity.conversions.map(({ at }) => at).join("; ") } : {}),
      ...(seriesCount > 0 && seriesCount <= 12
        ? {
            groups: [
              ...new Set(
                seriesOf(leaf.groups).map(({ site, dims }) => [site, filterText(dims)].filter(Boolean).join(" ")),
              ),
            ].join("; "),
          }
        : {}),
    },
    children: [],
  };
}

/** A factor with its source, where and when it holds, and whether somebody has read it. */
export function factorNode(place: Place, chosen: ChosenFactor): LineageNode {
  const { factor } = chosen;
  return {
    id: place.path,
    kind: "factor",
    label: factor.title,
    value: factor.value,
    unit: factor.unit,
    detail: {
      factor: factor.id,
      set: factor.set,
      region: factor.region,
      ...(factor.valid ? { valid: `${factor.valid.from}..${factor.valid.to ?? ""}` } : {}),
      source: [factor.source.publisher, factor.source.title, factor.source.locator].join(", "),
      ...(factor.read ? { read: `${factor.read.what} (${factor.read.date})` } : {}),
      status: factor.status,
      pinned: String(chosen.pinned),
      coversPeriod: String(chosen.coversPeriod),
    },
    children: [],
  };
}

/** Records × factor. */
export function productNode(
  place: Place,
  activity: Activity,
  leaf: Leaf,
  chosen: ChosenFactor,
  sum: Quantity,
  amount: Quantity,
  unit: Unit,
): LineageNode {
  const inner = { ...place, path: `${place.path}/records` };
  const members = new Set(leaf.groups.map((group) => filterText(group.dims)));
  const filter: Filter = { ...leaf.filter, ...chosen.factor.match };
  return {
    id: place.path,
    kind: "operation",
    label: textOf((language) => `${activity.title[language]} × ${chosen.factor.title[language]}`),
    ...shown(amount),
    detail: { operation: "*", ...(members.size > 0 && members.size <= 6 ? { of: [...members].join("; ") } : {}) },
    children: [
      recordsNode(inner, activity, place.period, "flow", { groups: leaf.groups, filter }, sum, unit),
      factorNode({ ...place, path: `${place.path}/factor` }, chosen),
    ],
  };
}

/** An operation over its children. */
export function operationNode(
  place: Place,
  operation: string,
  children: readonly LineageNode[],
  amount: Quantity | undefined,
): LineageNode {
  const label = OPERATIONS[operation];
  if (!label) throw new Error(`no label for operation ${operation}`);
  return { id: place.path, kind: "operation", label, ...shown(amount), detail: { operation }, children };
}

/** A constant of the formula. */
export function constantNode(place: Place, amount: Quantity): LineageNode {
  const label: Text = { "zh-Hant": "常數", "zh-Hans": "常数", en: "constant" };
  return { id: place.path, kind: "constant", label, ...shown(amount, amount.unit), detail: {}, children: [] };
}

/** The root of an indicator's tree. */
export function indicatorNode(
  id: string,
  title: Text,
  amount: Quantity | undefined,
  unit: Unit,
  detail: Readonly<Record<string, string>>,
  children: readonly LineageNode[],
): LineageNode {
  return { id, kind: "indicator", label: title, ...shown(amount, unit), unit: unit.id, detail, children };
}
