import { type Text, textOf } from "../../ground/issue/index.ts";
import type { BoundRow, BuildContext } from "./build-context.ts";
import type { List, Rich } from "./document.ts";
import type { LineageNode } from "./model.ts";
import { periodTitle } from "./period-title.ts";
import { COMMA, joinTexts, richText, SEMICOLON } from "./rich.ts";

/** Something that holds for some rows and periods. */
interface Remark {
  readonly text: Text;
  readonly rows: Map<string, { label: Text; periods: string[] }>;
}

function collect(remarks: Map<string, Remark>, text: Text, label: Text, period: string): void {
  const remark = remarks.get(text.en) ?? { text, rows: new Map() };
  remarks.set(text.en, remark);
  const row = remark.rows.get(label.en) ?? { label, periods: [] };
  remark.rows.set(label.en, row);
  if (!row.periods.includes(period)) row.periods.push(period);
}

/**
 * `what: row (period, period); row`, or `what (period): row; row` where it holds for the same periods of every row; periods are
 * left out where it holds for all that are shown.
 */
function remarkLine(context: BuildContext, remark: Remark): Rich {
  const shown = context.inputs.meta.periods.length;
  const within = (row: Text, periods: readonly string[]): Text =>
    periods.length === shown
      ? row
      : context.word("row-in-periods", { row, periods: joinTexts(periods.map(periodTitle), COMMA) });
  const all = [...remark.rows.values()];
  const [first] = all;
  const alike = first && all.length > 1 && all.every(({ periods }) => periods.join() === first.periods.join());
  const rows = all.map(({ label, periods }) => (alike ? label : within(label, periods)));
  const text = alike ? within(remark.text, first.periods) : remark.text;
  return richText(context.word("remark", { remark: text, rows: joinTexts(rows, SEMICOLON) }));
}

function gaps(context: BuildContext, rows: readonly BoundRow[]): Rich[] {
  const remarks = new Map<string, Remark>();
  for (const row of rows) {
    for (const key of row.keys) {
      const figure = context.figures.get(key);
      if (!figure) continue;
      for (const missing of figure.missing)
        collect(remarks, context.word("remark.missing", { missing }), row.label, figure.period);
      for (const caveat of figure.caveats) collect(remarks, caveat, row.label, figure.period);
      if (figure.restatement) {
        const { release, reason } = figure.restatement;
        collect(remarks, context.word("remark.restated", { release, reason }), row.label, figure.period);
      }
    }
  }
  return [...remarks.values()].map((remark) => remarkLine(context, remark));
}

function notesOfIndicators(context: BuildContext, rows: readonly BoundRow[]): Rich[] {
  const notes = new Map<string, Rich>();
  for (const row of rows) {
    const value = row.keys.map((key) => context.bound.get(key)).find((bound) => bound?.note !== undefined);
    if (value?.note && !notes.has(value.indicator))
      notes.set(value.indicator, richText(context.word("note-of", { indicator: value.title, note: value.note })));
  }
  return [...notes.values()];
}

function factorsIn(node: LineageNode): LineageNode[] {
  return [...(node.kind === "factor" ? [node] : []), ...node.children.flatMap(factorsIn)];
}

/** The factors that the table's values rest on, each with its source and the periods it served. */
function factors(context: BuildContext, rows: readonly BoundRow[]): Rich[] {
  const found = new Map<string, { node: LineageNode; periods: Set<string> }>();
  for (const row of rows) {
    for (const key of row.keys) {
      const bound = context.bound.get(key);
      for (const node of bound ? factorsIn(bound.lineage) : []) {
        const identity = `${node.detail.factor ?? node.label.en} ${node.value ?? ""} ${node.unit ?? ""}`;
        const entry = found.get(identity) ?? { node, periods: new Set() };
        found.set(identity, entry);
        if (bound) entry.periods.add(bound.period);
      }
    }
  }
  const shown = context.inputs.meta.periods;
  return [...found.values()].map(({ node, periods }) => {
    const unit =
      (node.unit === undefined ? undefined : context.inputs.unitSymbol?.(node.unit)) ?? textOf(() => node.unit ?? "");
    const values = { factor: node.label, value: node.value ?? "–", unit, source: node.detail.source ?? "–" };
    const line = context.word(node.detail.status === "unverified" ? "factor-line-unverified" : "factor-line", values);
    const years = joinTexts(shown.filter((period) => periods.has(period)).map(periodTitle), COMMA);
    return richText(
      periods.size === shown.length ? line : context.word("row-in-periods", { row: line, periods: years }),
    );
  });
}

/** The notes below a table: what is missing, what the indicators say of themselves, which factors were used. */
export function tableNotes(
  context: BuildContext,
  rows: readonly BoundRow[],
  kinds: readonly ("gaps" | "indicators" | "factors")[],
): List[] {
  const make = { gaps, indicators: notesOfIndicators, factors };
  return kinds.flatMap((kind) => {
    const items = make[kind](context, rows);
    return items.length > 0 ? [{ kind: "list" as const, title: context.word(`notes.${kind}`), items }] : [];
  });
}
