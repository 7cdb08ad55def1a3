import { type Figure, refText } from "./figure.ts";
import type { Draft, Subject } from "./finding.ts";

/** Drafts of one root cause, the case with the largest effect first. */
export interface Defect {
  readonly lead: Draft;
  readonly cases: readonly Draft[];
}

const SLIP = "CHECK-SCALE-SLIP";

/** What a code says already about a figure, so that the codes after it need not be told of that figure again. */
const EXPLAINS: Readonly<Record<string, readonly string[]>> = {
  [SLIP]: [
    "CHECK-PARTS-SUM",
    "CHECK-RATIO",
    "CHECK-JUMP",
    "CHECK-SAME-FIGURE",
    "CHECK-RECOMPUTED",
    "CHECK-STEADY-RATIO",
    "CHECK-BOUND",
    "CHECK-DRIVER",
    "CHECK-STOCK-FLOW",
    "CHECK-CLASSIFICATION",
    "CHECK-UNIT-SLIP",
    "CHECK-WITHDRAWAL",
    "CHECK-TARGET-MISSED",
    "CHECK-TARGET-PEAK",
    "CHECK-LIMITS",
  ],
  "CHECK-UNIT-SLIP": ["CHECK-SAME-FIGURE", "CHECK-RATIO", "CHECK-JUMP", "CHECK-RECOMPUTED"],
  "CHECK-LIMITS": ["CHECK-BETWEEN-PARTS", "CHECK-WEIGHTED-MEAN", "CHECK-IMPLIED-SHARE", "CHECK-BOUND", "CHECK-RATIO"],
  "CHECK-CLASSIFICATION": ["CHECK-JUMP", "CHECK-STEADY-RATIO"],
  "CHECK-INCOMPLETE": ["CHECK-RECOMPUTED"],
  "CHECK-BETWEEN-PARTS": ["CHECK-RECOMPUTED"],
  "CHECK-WEIGHTED-MEAN": ["CHECK-RECOMPUTED"],
  "CHECK-PARTS-SUM": ["CHECK-RECOMPUTED"],
  "CHECK-STOCK-FLOW": ["CHECK-JUMP"],
  "CHECK-WITHDRAWAL": ["CHECK-JUMP"],
  "CHECK-WATER-BALANCE": ["CHECK-JUMP"],
};

/** Where one place of several has a wrong unit, what is wrong in another place is still told. */
const BY_PLACE = new Set(["CHECK-SAME-FIGURE", "CHECK-RATIO"]);

const placeOf = ({ figures: [first] }: Draft): string => JSON.stringify([first?.where.place, first?.where.edition]);

const name = (subject: Subject): string => `${refText(subject)}@${subject.period}`;

const RANK = { error: 0, warning: 1, notice: 2 } as const;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Severity, then size to the hundredth, then the newer period. */
function byWeight(a: Draft, b: Draft): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    Math.round(b.effect * 100) - Math.round(a.effect * 100) ||
    compareText(b.subjects[0]?.period ?? "", a.subjects[0]?.period ?? "")
  );
}

/** Leaves out what another draft explains, and what was reckoned from a figure that is off by a power of ten. */
function unexplained(drafts: readonly Draft[]): Draft[] {
  const told = new Set<string>();
  const slipped = new Set<string>();
  for (const draft of drafts) {
    for (const code of EXPLAINS[draft.code] ?? [])
      for (const subject of draft.subjects) told.add(explanation(code, draft, subject));
    if (draft.code === SLIP) for (const subject of draft.subjects) slipped.add(name(subject));
  }
  return drafts.filter((draft) => {
    const { code, subjects, involved } = draft;
    const [first] = subjects;
    if (first && told.has(explanation(code, draft, first))) return false;
    const used = [...subjects, ...(involved ?? [])];
    return !EXPLAINS[SLIP]?.includes(code) || !used.some((subject) => slipped.has(name(subject)));
  });
}

const explanation = (code: string, draft: Draft, subject: Subject): string =>
  [code, name(subject), BY_PLACE.has(code) ? placeOf(draft) : ""].join("|");

/** Two drafts of one code about one figure of one period are one case; places add up. */
function oneCaseEach(drafts: readonly Draft[]): Draft[] {
  const cases = new Map<string, Draft>();
  for (const draft of [...drafts].sort(byWeight)) {
    const key = [
      draft.code,
      draft.subjects[0] ? name(draft.subjects[0]) : "",
      draft.key ?? "",
      draft.aspect ?? "",
    ].join("|");
    const known = cases.get(key);
    cases.set(key, known ? { ...known, figures: unique([...known.figures, ...draft.figures]) } : draft);
  }
  return [...cases.values()];
}

function unique(figures: readonly Figure[]): Figure[] {
  const different = new Map(
    figures.map((figure) => [JSON.stringify([figure.where, figure.indicator, figure.dims, figure.period]), figure]),
  );
  return [...different.values()];
}

/** The activities that the figure a draft is about was computed from; undefined where a source printed it. */
const activitiesOf = ({ figures: [first] }: Draft): readonly string[] | undefined => first?.activities;

/** What two drafts must share for one to follow from the other: what they say, of which periods, of which part. */
const sayingOf = ({ code, cause, subjects, aspect }: Draft): string =>
  JSON.stringify([code, cause, aspect, subjects.map(({ dims, period }) => [dims, period])]);

/**
 * What is computed from an activity goes where the activity goes: of computed figures of which the same is said, the one that
 * rests on the fewest activities stands for those that rest on these and others.
 */
function atTheRoot(drafts: readonly Draft[]): Draft[] {
  const size = (draft: Draft): number => activitiesOf(draft)?.length ?? 0;
  const roots: { root: Draft; saying: string; follow: Draft[] }[] = [];
  for (const draft of [...drafts].sort((a, b) => size(a) - size(b) || compareText(orderKey(a), orderKey(b)))) {
    const rests = new Set(activitiesOf(draft));
    const saying = sayingOf(draft);
    const host = roots.find(({ root, saying: said }) => {
      const own = activitiesOf(root) ?? [];
      return own.length > 0 && said === saying && own.every((activity) => rests.has(activity));
    });
    if (host) host.follow.push(draft);
    else roots.push({ root: draft, saying, follow: [] });
  }
  return roots.map(({ root, follow }) => ({
    ...root,
    subjects: [root, ...follow].flatMap(({ subjects }) => subjects),
  }));
}

/**
 * Merges drafts into defects: what another explains is left out, cases of one cause about one figure come together, and
 * what only adds to a stronger finding about the same indicator joins it. Ordered by severity, then size, then name.
 */
export function merge(drafts: readonly Draft[]): Defect[] {
  const ordered = [...drafts].sort((a, b) => compareText(orderKey(a), orderKey(b)));
  const kept = unexplained(atTheRoot(ordered));
  const groups = new Map<string, Draft[]>();
  for (const draft of kept) {
    const [first] = draft.subjects;
    const key = [draft.code, first ? refText(first) : "", draft.cause, draft.key ?? ""].join("|");
    groups.set(key, [...(groups.get(key) ?? []), draft]);
  }
  const defects = [...groups.values()].map((group) => oneCaseEach(group).sort(byWeight));
  const joined = join(defects);
  return joined
    .flatMap((cases): Defect[] => (cases[0] ? [{ lead: cases[0], cases }] : []))
    .sort((a, b) => byWeight(a.lead, b.lead) || compareText(orderKey(a.lead), orderKey(b.lead)));
}

function orderKey(draft: Draft): string {
  const places = draft.figures.map(({ where }) => `${where.place}/${where.row ?? ""}/${where.edition ?? ""}`).sort();
  return [draft.code, draft.subjects.map(name).join("+"), draft.cause, draft.key ?? "", ...places].join("|");
}

function join(defects: readonly (readonly Draft[])[]): Draft[][] {
  const periodsOf = (cases: readonly Draft[]): Set<string> =>
    new Set(cases.flatMap(({ subjects }) => subjects.map(({ period }) => period)));
  const result: Draft[][] = [];
  const guests: (readonly Draft[])[] = [];
  for (const cases of defects) (cases[0]?.joins ? guests : result).push([...cases]);
  for (const cases of guests) {
    const [lead] = cases;
    const periods = periodsOf(cases);
    const host = result.find((other) => {
      const [head] = other;
      const same = head?.subjects[0]?.indicator === lead?.subjects[0]?.indicator;
      return (
        head && lead?.joins?.includes(head.code) && same && [...periodsOf(other)].some((period) => periods.has(period))
      );
    });
    if (host) host.push(...cases);
    else result.push([...cases]);
  }
  return result;
}
