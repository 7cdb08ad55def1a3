import { Decimal, type Unit } from "../../../ground/quantity/index.ts";
import type { ClaimOf } from "../claim.ts";
import type { Figure } from "../figure.ts";
import { isDiscrete, printedInterval, type Reading } from "../figure-set.ts";
import {
  amount,
  atLeast,
  atMost,
  type Draft,
  labelled,
  list,
  members,
  named,
  placed,
  printed,
  range,
  share,
  text,
} from "../finding.ts";
import { gap, middle, over, relativeDistance } from "../interval.ts";
import { type Context, periodBefore, type Rule } from "../rule.ts";
import { figuresOf, subject } from "../sums.ts";

type Result = { readonly drafts: readonly Draft[]; readonly checked: number };

const NOTHING: Result = { drafts: [], checked: 0 };

/** People and attendances of people may be compared: there are never fewer attendances than people who attended. */
function comparable(a: Reading, b: Reading): boolean {
  return (isDiscrete(a.figure.unit) && isDiscrete(b.figure.unit)) || a.figure.unit.id === b.figure.unit.id;
}

function placeOf(claim: ClaimOf<"all"> | ClaimOf<"attributed"> | ClaimOf<"trend">): Figure["where"] {
  return {
    place: claim.where,
    ...(claim.row === undefined ? {} : { row: claim.row }),
    ...(claim.edition === undefined ? {} : { edition: claim.edition }),
  };
}

/** The figures with the claim's own place in front, so that the finding names it. */
function withPlace(claim: Parameters<typeof placeOf>[0], readings: readonly Reading[]): Figure[] {
  const [first] = readings;
  const own = first ? [{ ...first.figure, where: placeOf(claim) }] : [];
  return [...own, ...figuresOf(readings)];
}

/** "All": those covered must be as many as there are. */
function all(context: Context, claim: ClaimOf<"all">): Result {
  const { period } = claim;
  const covered = context.figures.at(claim.covered, period);
  const population = context.figures.at(claim.population, period);
  if (!covered || !population || !comparable(covered, population)) return NOTHING;
  if (covered.interval.high.gte(population.interval.low)) return { drafts: [], checked: 1 };
  const part = covered.interval.high.div(population.interval.low);
  const attendances = Object.hasOwn(covered.figure.unit.dimensions, "attendance");
  const draft: Draft = {
    code: "CHECK-CLAIM-ALL",
    severity: "warning",
    cause: attendances ? "CHECK-CAUSE-ATTENDANCES" : "CHECK-CAUSE-NOT-ALL",
    subjects: [subject(claim.covered, period)],
    involved: [subject(claim.population, period)],
    expected: atLeast(amount(middle(population.interval), population.figure)),
    actual: printed(covered.figure),
    difference: amount(gap(covered.interval, population.interval), population.figure, true),
    effect: new Decimal(1).minus(part).toNumber(),
    values: {
      figure: named(claim.covered),
      population: named(claim.population),
      period: text(period),
      part: share(part, 0),
      place: placed(claim.where),
    },
    figures: withPlace(claim, [covered, population]),
  };
  return { drafts: [draft], checked: 1 };
}

/** An amount put down to a use must be plausible for it. */
function attributed(context: Context, claim: ClaimOf<"attributed">): Result {
  const { period } = claim;
  const figure = context.figures.at(claim.figure, period);
  const results = context.relations("plausible").flatMap((relation): Result[] => {
    const per = context.figures.at(relation.per, period);
    const each = relation.use === claim.to && figure && per ? over(figure.interval, per.interval) : undefined;
    if (!figure || !per || !each) return [];
    const limit = relation.most
      .map(({ value, unit }) => ({ value: new Decimal(value), unit: context.units.unit(unit) }))
      .find(({ unit }) => unit.id === `${figure.figure.unit.id}/${per.figure.unit.id}` || sameKind(unit, figure, per));
    if (!limit) return [];
    const most = printedInterval({ ...figure.figure, value: limit.value, unit: limit.unit, origin: "recomputed" });
    if (each.low.lte(most.high)) return [{ drafts: [], checked: 1 }];
    const shown = { unit: limit.unit, decimals: 1 };
    const draft: Draft = {
      code: "CHECK-CLAIM-USE",
      severity: "warning",
      cause: "CHECK-CAUSE-OTHER-USE",
      subjects: [subject(claim.figure, period)],
      involved: [subject(relation.per, period)],
      expected: atMost(amount(most.high, { unit: limit.unit, decimals: 0 })),
      actual: range(each, shown),
      difference: share(relativeDistance(each, most), 0),
      effect: Math.min(1, relativeDistance(each, most)),
      values: {
        figure: named(claim.figure),
        use: text(relation.title),
        per: named(relation.per),
        period: text(period),
        place: placed(claim.where),
      },
      figures: withPlace(claim, [figure, per]),
    };
    return [{ drafts: [draft], checked: 1 }];
  });
  return { drafts: results.flatMap(({ drafts }) => drafts), checked: results.length };
}

function sameKind(unit: Unit, figure: Reading, per: Reading): boolean {
  const wanted = { ...figure.figure.unit.dimensions } as Record<string, number>;
  for (const [name, power] of Object.entries(per.figure.unit.dimensions)) wanted[name] = (wanted[name] ?? 0) - power;
  const names = Object.keys(wanted).filter((name) => wanted[name] !== 0);
  return (
    names.length === Object.keys(unit.dimensions).length &&
    names.every((name) => unit.dimensions[name] === wanted[name])
  );
}

/** "Fell", "rose", "peaked": against the period before, or all periods for a peak. */
function trend(context: Context, claim: ClaimOf<"trend">): Result {
  const { period, direction } = claim;
  const before = periodBefore(context.periods, period);
  const now = context.figures.at(claim.figure, period);
  const then = before === undefined ? undefined : context.figures.at(claim.figure, before);
  if (!now || !then || before === undefined) return NOTHING;
  const rose = now.interval.low.gt(then.interval.high);
  const fell = now.interval.high.lt(then.interval.low);
  const wrong = { fell: rose || !fell, rose: fell || !rose, unchanged: rose || fell, peaked: rose }[direction];
  if (!wrong) return { drafts: [], checked: 1 };
  const draft: Draft = {
    code: "CHECK-CLAIM-TREND",
    severity: "error",
    cause: "CHECK-CAUSE-TREND",
    subjects: [subject(claim.figure, period)],
    involved: [subject(claim.figure, before)],
    expected: amount(middle(then.interval), then.figure),
    actual: printed(now.figure),
    difference: amount(middle(now.interval).minus(middle(then.interval)), now.figure, true),
    effect: Math.min(1, relativeDistance(now.interval, then.interval)),
    values: {
      figure: named(claim.figure),
      direction: { kind: "word", word: direction },
      period: text(period),
      before: text(before),
      place: placed(claim.where),
    },
    figures: withPlace(claim, [now, then]),
  };
  return { drafts: [draft], checked: 1 };
}

/** A footnote changes a definition: what earlier periods print is not comparable unless it was restated. */
function basisChanged(context: Context, claim: ClaimOf<"basis-changed">): Result {
  const { figures } = context;
  const earlier = context.periods.slice(0, Math.max(0, context.periods.indexOf(claim.period)));
  const left = earlier
    .toReversed()
    .flatMap((period) =>
      claim.figures.filter((ref) => figures.presence(ref, period) !== "none").map((ref) => subject(ref, period)),
    );
  const now = claim.figures.flatMap((ref) => figures.readings(ref, claim.period).slice(0, 1));
  const [first] = left;
  if (!first || now.length === 0) return { drafts: [], checked: claim.figures.length };
  const values = left.flatMap((item) => figures.readings(item, item.period).slice(0, 1));
  const told = left.map((item) => {
    const [reading] = figures.readings(item, item.period);
    return labelled(labelled(text(item.period), members(item)), reading ? printed(reading.figure) : text("–"));
  });
  const draft: Draft = {
    code: "CHECK-BASIS-CHANGED",
    severity: "notice",
    cause: values.length > 0 ? "CHECK-CAUSE-NOT-RESTATED" : "CHECK-CAUSE-NO-COMPARATIVES",
    subjects: left,
    expected: { kind: "word", word: "comparatives" },
    actual: list(told),
    difference: text("–"),
    effect: 0.1,
    values: {
      figure: { kind: "figure", ref: { indicator: first.indicator, dims: {} } },
      members: list(claim.figures.map(members)),
      period: text(claim.period),
      place: placed(claim.where),
    },
    figures: figuresOf([...now, ...values]),
    key: claim.id,
  };
  return { drafts: [draft], checked: claim.figures.length };
}

/** What the text says of figures, against the figures. */
export const claimRule: Rule = {
  id: "claim",
  codes: ["CHECK-CLAIM-ALL", "CHECK-CLAIM-USE", "CHECK-CLAIM-TREND", "CHECK-BASIS-CHANGED"],
  run(context) {
    const results = [
      ...context.claims("all").map((claim) => all(context, claim)),
      ...context.claims("attributed").map((claim) => attributed(context, claim)),
      ...context.claims("trend").map((claim) => trend(context, claim)),
      ...context.claims("basis-changed").map((claim) => basisChanged(context, claim)),
    ];
    return {
      drafts: results.flatMap(({ drafts }) => drafts),
      checked: results.reduce((count, { checked }) => count + checked, 0),
    };
  },
};
