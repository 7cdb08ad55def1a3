import { nearestOf } from "../../../ground/issue/index.ts";
import { canonicalJson } from "../../../ground/journal/index.ts";
import { sameDimension, scaledAmount, type Unit } from "../../../ground/quantity/index.ts";
import { convertedUnit } from "./converted-unit.ts";
import { PeriodReader } from "./period-reader.ts";
import type { ImportActivity, ImportSite, RecordContext } from "./prepared-row.ts";
import { listed, missing, type Problem } from "./row-cursor.ts";
import { AmountSizes } from "./scale-slips.ts";
import { SeenPeriods } from "./seen-periods.ts";

/** What is wrong with the cell of one field. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: Problem;
}

/** A type of activity with what has been worked out for its rows. */
export interface ActivityRules {
  readonly activity: ImportActivity;
  readonly unit: Unit;
  readonly flow: boolean;
  /** Base units; undefined when any amount will do. */
  readonly minimum: number | undefined;
  /** The units that its rows have used, by their text. */
  readonly units: Map<string, UnitReading>;
}

/** The rows of one activity at one site in one combination of dimensions: what is checked among them stands here. */
export interface Series {
  readonly rules: ActivityRules;
  readonly site: string;
  readonly dims: string;
  readonly reader: PeriodReader;
  readonly seen: SeenPeriods;
  readonly sizes: AmountSizes;
  /** Whether one of its rows is in money, for the wording of slips. */
  money: boolean;
}

export type SeriesReading = { readonly series: Series } | { readonly problems: readonly FieldProblem[] };

/** A unit that rows use, with what is wrong with it for their activity. */
/** @param at the declared conversion by which a unit of another dimension was taken, `1 t/m3` */
export type UnitReading = { readonly unit: Unit; readonly at?: string } | { readonly problems: readonly Problem[] };

/**
 * Finds what the words of a row stand for: activity, site, dimensions, unit. Every combination is worked out once.
 * @issues IMPORT-040 … IMPORT-045, UNIT-001, UNIT-003, UNIT-009
 */
export class SeriesIndex {
  readonly #context: RecordContext;
  readonly #dimensionNames: readonly string[];
  readonly #activities = new Map<string, ActivityRules>();
  readonly #sites = new Map<string, ImportSite>();
  readonly #readings = new Map<string, SeriesReading>();
  readonly #series = new Map<string, Series>();
  readonly #readers = new Map<string, PeriodReader>();

  /** @param dimensionNames the dimensions that have a column, in the order in which their texts are given */
  constructor(context: RecordContext, dimensionNames: readonly string[]) {
    this.#context = context;
    this.#dimensionNames = dimensionNames;
    const rules = context.activities.map((activity) => rulesOf(activity, context));
    // An id counts more than a title.
    for (const one of rules)
      for (const title of Object.values(one.activity.title ?? {})) this.#activities.set(plain(title), one);
    for (const one of rules) this.#activities.set(plain(one.activity.id), one);
    for (const site of context.sites) for (const name of site.names ?? []) this.#sites.set(plain(name), site);
    for (const site of context.sites) this.#sites.set(plain(site.id), site);
  }

  /** Every series met so far. */
  get all(): Iterable<Series> {
    return this.#series.values();
  }

  /** @param key the texts joined, as long as they are the same the reading is */
  series(key: string, activity: string, site: string, dims: readonly string[]): SeriesReading {
    const known = this.#readings.get(key);
    if (known) return known;
    const reading = this.#read(activity.trim(), site.trim(), dims);
    if (this.#readings.size >= 1_000_000) this.#readings.clear();
    this.#readings.set(key, reading);
    return reading;
  }

  /** The unit of an amount of an activity. @issues IMPORT-040, IMPORT-045, UNIT-001, UNIT-003, UNIT-009 */
  unit(rules: ActivityRules, text: string): UnitReading {
    const known = rules.units.get(text);
    if (known) return known;
    const reading = this.#readUnit(rules, text.trim());
    if (rules.units.size >= 10_000) rules.units.clear();
    rules.units.set(text, reading);
    return reading;
  }

  #read(activityText: string, siteText: string, dims: readonly string[]): SeriesReading {
    const problems: FieldProblem[] = [];
    const rules = this.#activities.get(plain(activityText));
    const site = this.#sites.get(plain(siteText));
    if (activityText === "") problems.push({ field: "activity", problem: missing("activity") });
    else if (!rules)
      problems.push(
        unknown("IMPORT-041", "activity", activityText, this.#context.activities, (one) =>
          Object.values(one.title ?? {}),
        ),
      );
    if (siteText === "") problems.push({ field: "site", problem: missing("site") });
    else if (!site)
      problems.push(unknown("IMPORT-042", "site", siteText, this.#context.sites, (one) => one.names ?? []));
    const given: Record<string, string> = {};
    for (const [index, name] of this.#dimensionNames.entries()) {
      const value = (dims[index] ?? "").trim();
      if (value === "") continue;
      const problem = rules ? dimensionProblem(rules.activity, name, value) : undefined;
      if (problem) problems.push({ field: `dim.${name}`, problem });
      given[name] = canonicalValue(rules?.activity.dimensions?.[name], value);
    }
    const cuts = rules?.activity.cuts ?? [];
    const taken = cuts.filter((name) => name in given);
    if (rules && cuts.length > 0 && taken.length !== 1) {
      const values = { activity: rules.activity.id };
      const problem: Problem = {
        code: "IMPORT-077",
        severity: "error",
        expected: listed(cuts),
        actual: listed(taken),
        values,
      };
      problems.push({ field: `dim.${taken[1] ?? ""}`, problem });
    }
    if (problems.length > 0 || !rules || !site) return { problems };
    const text = canonicalJson(given);
    const key = `${rules.activity.id}\u0001${site.id}\u0001${text}`;
    let series = this.#series.get(key);
    if (!series) {
      const reader = this.#readerOf(site);
      series = {
        rules,
        site: site.id,
        dims: text,
        reader,
        seen: new SeenPeriods(),
        sizes: new AmountSizes(),
        money: isMoney(rules.unit),
      };
      this.#series.set(key, series);
    }
    return { series };
  }

  #readerOf(site: ImportSite): PeriodReader {
    let reader = this.#readers.get(site.timeZone);
    if (!reader) {
      const { fiscalYearStartMonth = 1, period } = this.#context;
      reader = new PeriodReader(site.timeZone, { fiscalYearStartMonth, expected: period });
      this.#readers.set(site.timeZone, reader);
    }
    return reader;
  }

  #readUnit(rules: ActivityRules, text: string): UnitReading {
    if (text === "") return { problems: [missing("unit")] };
    const unit = this.#context.units.parse(text);
    if (!unit.ok) return { problems: unit.issues.map(({ at: _, ...problem }) => problem) };
    if (sameDimension(unit.value, rules.unit)) return { unit: unit.value };
    const { conversions = [] } = rules.activity;
    const converted = convertedUnit(unit.value, rules.unit, conversions, this.#context.units);
    if (converted) return converted;
    const values = { activity: rules.activity.id };
    return {
      problems: [{ code: "IMPORT-045", severity: "error", expected: rules.activity.unit, actual: text, values }],
    };
  }
}

function rulesOf(activity: ImportActivity, { units }: RecordContext): ActivityRules {
  const unit = units.unit(activity.unit);
  const minimum = activity.minimum === undefined ? undefined : scaledAmount(activity.minimum, unit);
  return {
    activity,
    unit,
    flow: activity.measure === "flow",
    minimum: minimum?.ok ? Number(minimum.value) : undefined,
    units: new Map(),
  };
}

function isMoney(unit: Unit): boolean {
  return Object.entries(unit.dimensions).some(
    ([dimension, exponent]) => dimension.startsWith("money_") && exponent > 0,
  );
}

/** Ids and titles are matched whatever their case, width and spaces. */
function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

/** What was probably meant by a name that nothing has: an id written a little otherwise, or a title of which it is the beginning. */
function unknown<T extends { readonly id: string }>(
  code: string,
  field: string,
  text: string,
  known: readonly T[],
  titlesOf: (one: T) => readonly string[],
): FieldProblem {
  const ids = known.map(({ id }) => id);
  const begun = known.flatMap((one) => {
    const title = titlesOf(one).find((name) => plain(name).startsWith(plain(text)));
    return title === undefined || text.length < 2 ? [] : [`${one.id} (${title})`];
  });
  const values = { nearest: begun[0] ?? nearestOf(text, ids) };
  return { field, problem: { code, severity: "error", expected: listed(ids), actual: text.slice(0, 80), values } };
}

function dimensionProblem(activity: ImportActivity, name: string, value: string): Problem | undefined {
  const dimensions = activity.dimensions ?? {};
  const allowed = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
  const values = { activity: activity.id, dimension: name };
  if (!allowed)
    return {
      code: "IMPORT-043",
      severity: "error",
      expected: listed(Object.keys(dimensions)),
      actual: value.slice(0, 80),
      values,
    };
  if (allowed.length === 0 || allowed.some((one) => plain(one) === plain(value))) return undefined;
  return {
    code: "IMPORT-044",
    severity: "error",
    expected: listed(allowed),
    actual: value.slice(0, 80),
    values: { ...values, nearest: nearestOf(value, allowed) },
  };
}

function canonicalValue(allowed: readonly string[] | undefined, value: string): string {
  // Half of a surrogate pair cannot be stored.
  return allowed?.find((one) => plain(one) === plain(value)) ?? value.replace(/\p{Surrogate}/gu, "\ufffd");
}
