import { type Draft, labelled, list, named, type Param, text } from "../finding.ts";
import type { Incomplete } from "../incomplete.ts";
import type { Rule } from "../rule.ts";
import { subject } from "../sums.ts";

/** So many series are told, and so many indicators. */
const TOLD = 6;

const few = (items: readonly Param[]): Param =>
  list(items.length > TOLD ? [...items.slice(0, TOLD), text(`+${items.length - TOLD}`)] : items);

/** One series with the time that it lacks. */
function seriesOf({ site, where, spans, more }: Incomplete["open"][number]): Param {
  const members = Object.entries({ site, ...where }).map(
    ([dimension, member]): Param => ({ kind: "member", dimension, member }),
  );
  return labelled(list(members), list([...spans, ...(more > 0 ? [`+${more}`] : [])].map((span) => text(span))));
}

const CAUSES = {
  incomplete: "CHECK-CAUSE-TIME-OPEN",
  straddling: "CHECK-CAUSE-STRADDLING",
  absent: "CHECK-CAUSE-NO-RECORDS",
} as const;

function missingOf({ kind, open, count, before }: Incomplete): Param {
  if (kind === "incomplete") return few(open.map(seriesOf));
  if (kind === "straddling") return labelled({ kind: "word", word: "records-across" }, text(String(count)));
  return labelled({ kind: "word", word: "all-records" }, text(before ?? ""));
}

/** The values that lack the same of one activity are one defect: what the records leave open. */
function draftOf(cases: readonly [Incomplete, ...Incomplete[]]): Draft {
  const [first] = cases;
  const { period, kind, activity, open } = first;
  const indicators = [...new Set(cases.map(({ indicator }) => indicator))].sort();
  const missing = missingOf(first);
  return {
    code: "CHECK-INCOMPLETE",
    severity: "warning",
    cause: CAUSES[kind],
    subjects: indicators.map((indicator) => subject({ indicator, dims: {} }, period)),
    expected: text(period),
    actual: text({ incomplete: `< ${period}`, straddling: `> ${period}`, absent: "–" }[kind]),
    difference: kind === "incomplete" ? missing : text(kind === "straddling" ? `+${first.count}` : "–"),
    effect: 0.5,
    values: {
      figures: few(indicators.map((indicator) => named({ indicator, dims: {} }))),
      period: text(period),
      activity: named({ indicator: activity, dims: {} }),
      missing,
    },
    figures: [],
    key: JSON.stringify([period, kind, activity, open]),
  };
}

/** A value whose records do not hold the whole of its period is not the period's value. */
export const completeness: Rule = {
  id: "completeness",
  codes: ["CHECK-INCOMPLETE"],
  run({ completeness: { values, incomplete } }) {
    const groups = new Map<string, [Incomplete, ...Incomplete[]]>();
    for (const item of incomplete) {
      const key = JSON.stringify([item.period, item.kind, item.activity, item.open]);
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
    return { drafts: [...groups.values()].map(draftOf), checked: values };
  },
};
