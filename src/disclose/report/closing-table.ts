import { textOf } from "../../ground/issue/index.ts";
import type { BoundRow, BuildContext } from "./build-context.ts";
import { boundText } from "./bound-text.ts";
import type { Cell, Figure, Paragraph, Row, RowGroup, Table } from "./document.ts";
import { anchorOf } from "./figure.ts";
import { findingAnchor, orderedFindings } from "./findings-annex.ts";
import type { Verdict } from "./model.ts";
import { periodTitle } from "./period-title.ts";
import { COMMA, EMPTY_RICH, joinRich, richLink, richText } from "./rich.ts";
import { sameText } from "./words.ts";

const VERDICTS: readonly Verdict[] = ["recomputed", "consistent", "reported-only", "unexplained"];

/** Links to the findings that speak of a figure. */
function findingsOf(context: BuildContext, figure: Figure): Cell["detail"] {
  const links = orderedFindings(context.inputs.findings).flatMap((finding, index) =>
    finding.indicators.includes(figure.indicator) && finding.periods.includes(figure.period)
      ? [richLink(findingAnchor(index), context.word("finding.number", { number: String(index + 1) }))]
      : [],
  );
  return links.length > 0 ? joinRich(links, COMMA) : undefined;
}

function verdictCell(context: BuildContext, figure: Figure | undefined): Cell {
  if (!figure?.verdict)
    return { content: richText(context.word(figure?.value === undefined ? "verdict.none" : "verdict.unprinted")) };
  const detail = figure.verdict === "unexplained" ? findingsOf(context, figure) : undefined;
  return {
    content: EMPTY_RICH,
    badge: { tone: figure.verdict, text: context.word(`verdict.${figure.verdict}`) },
    ...(detail ? { detail } : {}),
  };
}

/** Each row × year of the named tables: recomputed, consistent, reported only or unexplained; and how many of each. */
export function closingTable(
  context: BuildContext,
  id: string,
  tables: readonly string[],
  path: string,
): (Table | Paragraph)[] {
  const { periods } = context.inputs.meta;
  const groups: RowGroup[] = [];
  const seen = new Set<string>();
  const rows: BoundRow[] = [];
  for (const name of tables) {
    const table = context.tables.get(name);
    if (!table) {
      context.issues.push({ code: "REPORT-005", severity: "error", at: { path }, actual: name });
      continue;
    }
    // A row that stands in two tables is one figure and is counted once.
    const fresh = table.groups
      .flatMap((group) => group.rows)
      .filter((row) => !seen.has(row.keys.join()) && seen.add(row.keys.join()));
    rows.push(...fresh);
    const shown = fresh.map((row): Row => {
      const cells = row.keys.map((key) => verdictCell(context, context.figures.get(key)));
      return { anchor: anchorOf(id, row.keys[0] ?? ""), depth: 0, cells: [{ content: richText(row.label) }, ...cells] };
    });
    if (shown.length > 0) groups.push({ title: boundText(context, table.caption, path), rows: shown });
  }
  const figures = rows.flatMap((row) => row.keys.map((key) => context.figures.get(key)));
  const count = (verdict: Verdict, period?: string): number =>
    figures.filter((figure) => figure?.verdict === verdict && (period === undefined || figure.period === period))
      .length;
  const totals = VERDICTS.map(
    (verdict): Row => ({
      depth: 0,
      cells: [
        { content: EMPTY_RICH, badge: { tone: verdict, text: context.word(`verdict.${verdict}`) } },
        ...periods.map((period) => ({ content: richText(sameText(String(count(verdict, period)))) })),
      ],
    }),
  );
  groups.push({ title: context.word("closing.totals"), rows: totals });
  const numbers = Object.fromEntries([
    ...VERDICTS.map((verdict) => [verdict === "reported-only" ? "only" : verdict, String(count(verdict))]),
    ["figures", String(figures.length)],
  ]) as Record<string, string>;
  return [
    { kind: "paragraph", tone: "note", text: richText(context.word("closing.sentence", numbers)) },
    {
      kind: "table",
      anchor: `table-${id}`,
      caption: context.word("closing.caption"),
      style: "index",
      columns: [
        { title: context.word("column.indicator"), align: "start", width: 46 },
        ...periods.map((period) => ({
          title: textOf((language) => periodTitle(period)[language]),
          align: "start" as const,
          width: 18,
        })),
      ],
      groups,
    },
  ];
}
