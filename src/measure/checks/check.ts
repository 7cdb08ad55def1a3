import { type Severity, type Text, textOf } from "../../ground/issue/index.ts";
import type { UnitTable } from "../../ground/quantity/index.ts";
import type { Claim, Target } from "./claim.ts";
import type { Figure, Place } from "./figure.ts";
import { createFigureSet } from "./figure-set.ts";
import type { Completeness } from "./incomplete.ts";
import type { Draft, Finding, Param } from "./finding.ts";
import { type Defect, merge } from "./merge.ts";
import type { Relation, RelationKind, RelationOf } from "./relation.ts";
import type { Context, Rule } from "./rule.ts";
import { ALL_RULES } from "./rules/index.ts";
import { type CheckTexts, createWording, joinCases, type Titles, type Wording } from "./wording.ts";

/** Everything that is checked. Nothing else is looked at. */
export interface CheckInput {
  readonly figures: readonly Figure[];
  /** Which computed values are not the whole of their period, of how many. */
  readonly completeness?: Completeness;
  /** Derived from formulas and declared in content; one item must be the `bands`. */
  readonly relations: readonly Relation[];
  readonly claims?: readonly Claim[];
  readonly targets?: readonly Target[];
  /** Labels of the periods, oldest first. */
  readonly periods: readonly string[];
  readonly units: UnitTable;
  readonly titles?: Titles;
  /** Texts by code, `content/locales/issues/checks.yaml`. */
  readonly texts: ReadonlyMap<string, CheckTexts>;
}

export interface CheckReport {
  /** By severity, then by the size of the effect. */
  readonly findings: readonly Finding[];
  /** How many comparisons each rule made: nothing is proven by a rule that compared nothing. */
  readonly checked: Readonly<Record<string, number>>;
}

const UNKNOWN = "CHECK-CAUSE-UNKNOWN";

/** So many cases are told in a message, the largest; `periods` and `places` name all of them. */
const TOLD = 6;

function contextOf(input: CheckInput): Context {
  const bands = input.relations.filter((relation) => relation.kind === "bands").at(-1);
  if (!bands) throw new Error("checks need their bands, content/checks/bands.yaml");
  const claims = input.claims ?? [];
  return {
    figures: createFigureSet(input.figures, input.periods),
    periods: input.periods,
    relations: <K extends RelationKind>(kind: K) =>
      input.relations.filter((relation): relation is RelationOf<K> => relation.kind === kind),
    claims: <K extends Claim["kind"]>(kind: K) =>
      claims.filter((claim): claim is Extract<Claim, { kind: K }> => claim.kind === kind),
    targets: input.targets ?? [],
    completeness: input.completeness ?? { values: 0, incomplete: [] },
    bands,
    units: input.units,
  };
}

function textsOf(input: CheckInput, code: string): CheckTexts {
  const texts = input.texts.get(code);
  if (!texts) throw new Error(`no texts for ${code}`);
  return texts;
}

function placesOf(cases: readonly Draft[]): Place[] {
  const places = new Map<string, Place>();
  for (const { where } of cases.flatMap(({ figures }) => figures)) {
    places.set(JSON.stringify([where.edition ?? "", where.place, where.row ?? ""]), where);
  }
  return [...places].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, where]) => where);
}

function messageOf(input: CheckInput, wording: Wording, cases: readonly Draft[], lead: Draft): Text {
  const order = (item: Draft): number => (item.joins ? -1 : input.periods.indexOf(item.subjects[0]?.period ?? ""));
  const newestFirst = cases.slice(0, TOLD).sort((a, b) => order(b) - order(a));
  const told = newestFirst.flatMap((item): Text[] => {
    const template = textsOf(input, item.code).case;
    const values: Record<string, Param> = {
      expected: item.expected,
      actual: item.actual,
      difference: item.difference,
      ...item.values,
    };
    return template ? [textOf((language) => wording.fill(template[language], values, language))] : [];
  });
  const all = joinCases(told);
  const values = { ...lead.values };
  return textOf((language) =>
    wording.fill(
      textsOf(input, lead.code).message[language],
      { ...values, cases: { kind: "text", text: all } },
      language,
    ),
  );
}

function findingOf(input: CheckInput, wording: Wording, { lead, cases }: Defect): Finding {
  // What joined a stronger finding adds to its message, not to what it is about.
  const own = cases.filter((item) => item === lead || !item.joins);
  const subjects = own.flatMap((item) => item.subjects);
  const cause = textsOf(input, lead.cause);
  const remedy = (lead.cause === UNKNOWN ? textsOf(input, lead.code) : cause).remedy;
  const values = lead.values ?? {};
  const filled = (text: Text): Text => textOf((language) => wording.fill(text[language], values, language));
  const newestFirst = [...new Set(subjects.map(({ period }) => period))].sort(
    (a, b) => input.periods.indexOf(b) - input.periods.indexOf(a),
  );
  const severities: Severity[] = ["error", "warning", "notice"];
  return {
    code: lead.code,
    severity: severities.find((severity) => cases.some((item) => item.severity === severity)) ?? lead.severity,
    indicators: [...new Set(own.flatMap((item) => item.indicators ?? item.subjects.map(({ indicator }) => indicator)))],
    periods: newestFirst,
    expected: wording.set(lead.expected),
    actual: wording.set(lead.actual),
    difference: wording.set(lead.difference),
    causeCode: lead.cause,
    cause: filled(cause.message),
    remedy: filled(remedy),
    message: messageOf(input, wording, cases, lead),
    places: placesOf(cases),
  };
}

/**
 * Checks a set of figures against what they must obey. Pure: the same input gives the same findings, in whatever order
 * figures are given.
 * @param rules the rules to run; all of them unless a subset is asked for
 * @returns findings by severity and effect, and how many comparisons each rule made
 * @source own method; the tolerance of every comparison is the interval that the printed digits leave open
 */
export function check(input: CheckInput, rules: readonly Rule[] = ALL_RULES): CheckReport {
  const context = contextOf(input);
  const wording = createWording(
    input.units,
    input.titles ?? {},
    (word) => input.texts.get(`CHECK-WORD-${word.toUpperCase()}`)?.message,
  );
  const results = rules.map((rule) => ({ rule, result: rule.run(context) }));
  const defects = merge(results.flatMap(({ result }) => result.drafts));
  return {
    findings: defects.map((defect) => findingOf(input, wording, defect)),
    checked: Object.fromEntries(results.map(({ rule, result }) => [rule.id, result.checked])),
  };
}
