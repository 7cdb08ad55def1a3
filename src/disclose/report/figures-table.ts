import { type Text, textOf } from "../../ground/issue/index.ts";
import type { BoundRow, BuildContext } from "./build-context.ts";
import type { Cell, Column, Figure, List, Row, RowGroup, Table } from "./document.ts";
import { anchorOf } from "./figure.ts";
import type { Where } from "./model.ts";
import { periodTitle } from "./period-title.ts";
import { EMPTY_RICH, joinRich, richFigure, richText, SEMICOLON } from "./rich.ts";
import { tableNotes } from "./table-notes.ts";
import type { TemplateBlock, TemplateRow } from "./template.ts";

type TableTemplate = Extract<TemplateBlock, { table: unknown }>["table"];

/** A figure in its cell: the value, or what the source printed when nothing could be recomputed, or that it is missing. */
export function figureCell(figure: Figure, context: BuildContext): Cell {
  const details = [];
  if (figure.value !== undefined && figure.reported?.differs) {
    details.push(
      joinRich(
        [richText(context.word("as-reported")), richFigure(figure.key, "reported")],
        textOf(() => " "),
      ),
    );
  }
  if (figure.restatement)
    details.push(richText(context.word("restated-from", { previous: figure.restatement.previous })));
  const detail = details.length > 0 ? { detail: joinRich(details, SEMICOLON) } : {};
  if (figure.value === undefined) {
    if (!figure.reported)
      return { content: EMPTY_RICH, badge: { tone: "missing", text: context.word("status.missing") }, ...detail };
    return {
      content: richFigure(figure.key, "reported"),
      badge: { tone: "reported-only", text: context.word("verdict.reported-only") },
      ...detail,
    };
  }
  const badge =
    figure.status === "complete"
      ? {}
      : { badge: { tone: figure.status, text: context.word(`status.${figure.status}`) } };
  return { content: richFigure(figure.key), ...badge, ...detail };
}

/** A title inside a sentence: English drops its capital, unless it is an abbreviation. */
const inSentence = (title: Text): Text => ({
  ...title,
  en: title.en.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()),
});

interface Bound {
  readonly row: Row;
  readonly bound?: BoundRow;
}

function figureRow(
  context: BuildContext,
  table: string,
  indicator: string,
  where: Where,
  depth: number,
  label: Text | undefined,
  path: string,
): Bound | undefined {
  const figures = context.inputs.meta.periods.map((period) => context.figure(indicator, period, where, path));
  const found = figures.filter((figure) => figure !== undefined);
  const first = found[0];
  if (!first || found.length < figures.length) return undefined;
  const title = label ?? first.title;
  const cells: Cell[] = [
    { content: richText(title) },
    { content: richText(first.unit) },
    ...found.map((figure) => figureCell(figure, context)),
  ];
  const keys = found.map((figure) => figure.key);
  return {
    row: { anchor: anchorOf(table, first.key.slice(0, first.key.lastIndexOf("@"))), depth, cells },
    bound: { indicator, where, label: title, unit: first.unit, keys },
  };
}

function rowsOf(
  context: BuildContext,
  table: string,
  row: TemplateRow,
  previous: string | undefined,
  path: string,
): Bound[] {
  const where = row.where ?? {};
  const { by } = row;
  if (!by) {
    const members = Object.entries(where).map(([dimension, member]) => context.term(dimension, member));
    const label =
      members.length === 0
        ? undefined
        : textOf(
            (language) =>
              `${context.indicatorTitle(row.indicator)[language]} – ${members.map((member) => member[language]).join(", ")}`,
          );
    const bound = figureRow(context, table, row.indicator, where, 0, label, path);
    return bound ? [bound] : [];
  }
  const dimension = inSentence(context.term(by.dimension));
  const heading =
    previous === row.indicator
      ? context.word("by-dimension", { dimension })
      : context.word("indicator-by-dimension", { indicator: context.indicatorTitle(row.indicator), dimension });
  const members = by.members
    .map((member) =>
      figureRow(
        context,
        table,
        row.indicator,
        { ...where, [by.dimension]: member },
        2,
        context.term(by.dimension, member),
        path,
      ),
    )
    .filter((bound) => bound !== undefined)
    // The closing table and the lineage name a row by itself, so its label there says what it is a part of.
    .map(({ row: shown, bound }) => ({
      row: shown,
      ...(bound
        ? {
            bound: {
              ...bound,
              label: textOf(
                (language) => `${context.indicatorTitle(row.indicator)[language]} – ${bound.label[language]}`,
              ),
            },
          }
        : {}),
    }));
  return [
    {
      row: {
        depth: previous === row.indicator ? 1 : 0,
        title: true,
        cells: [{ content: richText(heading), span: 2 + context.inputs.meta.periods.length }],
      },
    },
    ...members,
  ];
}

/** The columns that every figures table has: what, unit, and one for each period shown. */
export function figureColumns(context: BuildContext): Column[] {
  return [
    { title: context.word("column.indicator"), align: "start", width: 38 },
    { title: context.word("column.unit"), align: "start", width: 17 },
    ...context.inputs.meta.periods.map((period): Column => ({ title: periodTitle(period), align: "end", width: 15 })),
  ];
}

/** Indicators × periods, grouped as the template says, and the notes that the values themselves ask for. */
export function figuresTable(context: BuildContext, template: TableTemplate, path: string): (Table | List)[] {
  const anchor = `table-${template.id}`;
  const groups: RowGroup[] = [];
  const bound: { title?: Text; rows: BoundRow[] }[] = [];
  for (const [index, group] of template.groups.entries()) {
    const requirement =
      group.requirement === undefined ? undefined : context.requirement(group.requirement, `${path}.groups[${index}]`);
    const title = requirement
      ? textOf((language) => `${requirement.requirement.id} ${requirement.requirement.title[language]}`)
      : group.title;
    let previous: string | undefined;
    const rows = group.rows.flatMap((row, rowIndex) => {
      const made = rowsOf(context, template.id, row, previous, `${path}.groups[${index}].rows[${rowIndex}]`);
      previous = row.indicator;
      return made;
    });
    groups.push({ ...(title ? { title } : {}), rows: rows.map(({ row }) => row) });
    bound.push({ ...(title ? { title } : {}), rows: rows.flatMap((row) => (row.bound ? [row.bound] : [])) });
  }
  context.tables.set(template.id, { id: template.id, anchor, caption: template.caption, groups: bound });
  const table: Table = {
    kind: "table",
    anchor,
    caption: template.caption,
    style: "figures",
    columns: figureColumns(context),
    groups,
  };
  return [
    table,
    ...tableNotes(
      context,
      bound.flatMap((group) => group.rows),
      template.notes,
    ),
  ];
}
