import { type Text, textOf } from "../ground/issue/index.ts";
import { sameUnit } from "../ground/quantity/index.ts";
import type { BoundValue } from "../disclose/index.ts";
import {
  type Caveat,
  type Figure,
  type Filter,
  type IndicatorValue,
  type Missing,
  type Reconciliation,
  unverifiedSets,
} from "../measure/index.ts";
import { fillText, type InterfaceTexts } from "./interface-texts.ts";
import type { State } from "./workspace.ts";

const whereText = (where: Filter): string => {
  const members = Object.entries(where).map(([dimension, member]) => `${dimension}=${member}`);
  return members.length > 0 ? ` (${members.join(", ")})` : "";
};

function activityTitle(state: State, id: string | undefined): Text | string {
  return (id === undefined ? undefined : state.model.activities.get(id)?.title) ?? id ?? "";
}

/** Sets that nobody has verified and that would serve where a factor is missing, if they were pinned. */
function setsToPin(value: IndicatorValue, gap: Missing, state: State): string[] {
  if (gap.factorKind === undefined) return [];
  const site = state.boundary.sites.find(({ id }) => id === gap.site);
  return unverifiedSets(state.model.factors, {
    kind: gap.factorKind,
    ...(gap.activity === undefined ? {} : { activity: gap.activity }),
    dims: gap.where,
    region: site?.region ?? "GLOBAL",
    period: value.period,
  });
}

const isOf = (value: IndicatorValue, gap: Missing): boolean =>
  gap.period === value.period.label && whereText(gap.where) === whereText(value.where);

/**
 * What is missing of a value, in words.
 * @param beside  the words stand beside the value's own period and members, and do not say them again
 */
export function missingTexts(value: IndicatorValue, state: State, texts: InterfaceTexts, beside = false): Text[] {
  return value.missing.map((gap) => {
    const sets = setsToPin(value, gap, state);
    const kind = sets.length > 0 ? "factor-to-pin" : gap.kind;
    return fillText(texts, beside && isOf(value, gap) ? `missing.${kind}.here` : `missing.${kind}`, {
      period: gap.period,
      activity: activityTitle(state, gap.activity),
      factor: gap.factorKind ?? "",
      where: whereText(gap.where),
      sets: sets.slice(0, 3).join(", "),
    });
  });
}

/** What else a careful reader must know of a value, in words. */
export function caveatTexts(value: IndicatorValue, state: State, texts: InterfaceTexts): Text[] {
  return value.caveats.map((caveat) =>
    fillText(texts, `caveat.${caveat.kind}`, {
      activity: activityTitle(state, caveat.detail),
      count: String(caveat.count),
      ...(caveat.open ? { open: openText(caveat, state, texts) } : {}),
    }),
  );
}

const SEPARATOR: Text = { "zh-Hant": "；", "zh-Hans": "；", en: "; " };
const LIST: Text = { "zh-Hant": "、", "zh-Hans": "、", en: ", " };
const SERIES_TOLD = 5;

/** Which series of an incomplete sum lack which time, in words; the first few. */
function openText({ open = [], count }: Caveat, state: State, texts: InterfaceTexts): Text {
  const names = new Map(state.boundary.sites.map(({ id, name }) => [id, name]));
  const told = open.slice(0, SERIES_TOLD).map(({ site, where, spans, more }) => {
    const name = names.get(site);
    const series = textOf((language) => `${name?.[language] ?? site}${whereText(where)}`);
    const rest = more > 0 ? [fillText(texts, "open.more", { count: String(more) })] : [];
    const all = textOf((language) => [...spans, ...rest.map((text) => text[language])].join(LIST[language]));
    return fillText(texts, "open.series", { series, spans: all });
  });
  const others = count > told.length ? [fillText(texts, "open.others", { count: String(count - told.length) })] : [];
  return textOf((language) => [...told, ...others].map((text) => text[language]).join(SEPARATOR[language]));
}

/** A value ready to be bound into a report, beside what its source printed. */
export function boundValue(
  value: IndicatorValue,
  printed: Figure | undefined,
  comparison: Reconciliation | undefined,
  state: State,
  texts: InterfaceTexts,
): BoundValue {
  const entry = state.model.catalogue.entries.get(value.indicator);
  if (!entry) throw new Error(`no definition of ${value.indicator}`);
  const { definition, unit } = entry;
  return {
    indicator: value.indicator,
    title: definition.title,
    period: value.period.label,
    ...(Object.keys(value.where).length > 0 ? { where: value.where } : {}),
    ...(value.amount ? { value: value.amount.value.toFixed() } : {}),
    unit: textOf((language) => state.model.units.symbol(unit, language)),
    precision: definition.precision,
    status: value.status,
    missing: missingTexts(value, state, texts, true),
    caveats: caveatTexts(value, state, texts),
    ...(definition.note ? { note: definition.note } : {}),
    ...(printed?.value && comparison
      ? {
          reported: {
            value: printed.value.toFixed(),
            decimals: printed.decimals,
            place: printed.where.place,
            ...(sameUnit(printed.unit, unit)
              ? {}
              : {
                  unit: textOf((language) => state.model.units.symbol(printed.unit, language)),
                  differs: comparison.verdict === "unexplained",
                }),
          },
          verdict: comparison.verdict,
        }
      : {}),
    lineage: value.lineage,
  };
}
