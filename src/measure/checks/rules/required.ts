import { RATIO } from "../../../ground/quantity/index.ts";
import { type Figure, formOf } from "../figure.ts";
import { amount, type Draft, list, named, placed, printed, text } from "../finding.ts";
import type { Incomplete } from "../incomplete.ts";
import { middle } from "../interval.ts";
import type { RelationOf } from "../relation.ts";
import type { Context, Rule } from "../rule.ts";
import { figuresOf, subject } from "../sums.ts";

type Required = RelationOf<"required">;

/** A row that does not exist, so that the finding names the place that should have had it. */
function nowhere(indicator: string, period: string, place: string): Figure {
  return {
    indicator,
    period,
    dims: {},
    value: undefined,
    unit: RATIO,
    decimals: 0,
    qualifier: "exact",
    origin: "reported",
    where: { place },
  };
}

const CAUSES = {
  reported: "CHECK-CAUSE-INDEX-POINTS-NOWHERE",
  nothing: "CHECK-CAUSE-INDEX-OPEN",
  none: "CHECK-CAUSE-NOT-DISCLOSED",
} as const;

function requiredFigure(context: Context, relation: Required, period: string): Draft | undefined {
  const { figures } = context;
  const readings = relation.indicators.flatMap((indicator) =>
    figures.dimsOf(indicator).flatMap((dims) => figures.readings({ indicator, dims }, period)),
  );
  const index = context.claims("index").filter(({ requirement }) => requirement === relation.requirement);
  if (index.some(({ says }) => says === "explained" || says === "negative-statement")) return undefined;
  const [first] = readings;
  const [indicator = relation.requirement] = relation.indicators;
  const values = { figure: text(relation.title), requirement: text(relation.requirement), period: text(period) };
  if (first) {
    const inTable = readings.some((reading) => reading.figures.some(({ where }) => formOf(where) === "table"));
    if (relation.form === "any" || inTable) return undefined;
    return {
      code: "CHECK-TEXT-ONLY",
      severity: relation.severity,
      cause: "CHECK-CAUSE-TEXT-ONLY",
      subjects: [subject({ indicator, dims: {} }, period)],
      expected: text(relation.requirement),
      actual: printed(first.figure),
      difference: text("–"),
      effect: 0.5,
      values: {
        ...values,
        place: placed(first.figure.where.place),
        amount: amount(middle(first.interval), first.figure),
      },
      figures: figuresOf(readings),
      key: relation.id,
    };
  }
  // What is there in part is told as such.
  const inPart = ({ indicator, period: of }: Incomplete): boolean =>
    of === period && relation.indicators.includes(indicator);
  if (context.completeness.incomplete.some(inPart)) return undefined;
  const says = index[0]?.says;
  return {
    code: "CHECK-REQUIRED",
    severity: relation.severity,
    cause: CAUSES[says === "reported" || says === "nothing" ? says : "none"],
    subjects: [subject({ indicator: relation.group ?? indicator, dims: {} }, period)],
    indicators: relation.indicators,
    aspect: relation.id,
    expected: text(relation.requirement),
    actual: text("–"),
    difference: text("–"),
    effect: 0.5,
    values,
    figures: index.map(({ where }) => nowhere(indicator, period, where)),
    key: relation.group ?? relation.id,
  };
}

function missingMembers(context: Context, relation: RelationOf<"members">, period: string): Draft | undefined {
  const { figures } = context;
  const ref = { indicator: relation.indicator, dims: {} };
  const claims = context
    .claims("covers")
    .filter((claim) => claim.indicator === relation.indicator && claim.dimension === relation.dimension);
  const printed = figures
    .dimsOf(relation.indicator)
    .filter((dims) => figures.presence({ indicator: relation.indicator, dims }, period) !== "none");
  const covered = new Set([
    ...claims.filter((claim) => claim.period === period).flatMap(({ members }) => members),
    ...printed.flatMap((dims) => dims[relation.dimension] ?? []),
  ]);
  const missing = relation.members.filter((member) => !covered.has(member));
  if (covered.size === 0 || missing.length === 0) return undefined;
  const total = figures.readings(ref, period);
  const name = (member: string): ReturnType<typeof text> => ({ kind: "member", dimension: relation.dimension, member });
  return {
    code: "CHECK-MEMBERS",
    severity: relation.severity,
    cause: "CHECK-CAUSE-MEMBERS-OPEN",
    subjects: [subject(ref, period)],
    expected: text(String(relation.members.length)),
    actual: text(String(relation.members.length - missing.length)),
    difference: text(`-${missing.length}`),
    effect: missing.length / relation.members.length,
    values: {
      figure: named(ref),
      requirement: text(relation.requirement),
      period: text(period),
      missing: list(missing.map(name)),
      count: text(String(missing.length)),
      all: text(String(relation.members.length)),
    },
    figures: [...figuresOf(total), ...claims.map(({ where }) => nowhere(relation.indicator, period, where))],
    key: relation.id,
  };
}

/** What a standard asks for in the last period, and is not given, explained or denied in words. */
export const required: Rule = {
  id: "required",
  codes: ["CHECK-REQUIRED", "CHECK-TEXT-ONLY", "CHECK-MEMBERS"],
  run(context) {
    const period = context.periods[context.periods.length - 1];
    if (period === undefined) return { drafts: [], checked: 0 };
    const figures = context.relations("required");
    const members = context.relations("members");
    const drafts = [
      ...figures.map((relation) => requiredFigure(context, relation, period)),
      ...members.map((relation) => missingMembers(context, relation, period)),
    ];
    return { drafts: drafts.filter((draft) => draft !== undefined), checked: figures.length + members.length };
  },
};
