import { type Text, textOf } from "../../ground/issue/index.ts";
import { Decimal, formatNumber, roundTo } from "../../ground/quantity/index.ts";
import type { BoundRow, BuildContext } from "./build-context.ts";
import type { Cell, Figure, Row, Table } from "./document.ts";
import { figureColumns } from "./figures-table.ts";
import { anchorOf } from "./figure.ts";
import type { LineageNode } from "./model.ts";
import { COLON, DOT, EMPTY_RICH, joinRich, richFigure, richLink, richText } from "./rich.ts";
import { sameText } from "./words.ts";

/** Places shown of an amount inside a tree, fewer for large ones; what has more is marked as approximate. */
const PLACES = { small: 6, large: 3 };
const LARGE = 1000;

/** Details in the order in which a reader asks for them; those in `HIDDEN` repeat what the row says already. */
const DETAILS = [
  "method",
  "formula",
  "where",
  "activity",
  "filter",
  "of",
  "site",
  "records",
  "groups",
  "measure",
  "start",
  "end",
  "factor",
  "set",
  "region",
  "valid",
  "source",
  "read",
  "status",
  "pinned",
  "coversPeriod",
];
const HIDDEN = new Set(["indicator", "operation", "period", "measure", "start", "end", "content", "contentHash"]);

/** An exact amount as a tree prints it. */
export function shownAmount(exact: string): Text {
  const value = new Decimal(exact);
  const places = value.abs().lessThan(LARGE) ? PLACES.small : PLACES.large;
  const shown = roundTo(value, places);
  const sign = shown.equals(value) ? "" : "≈ ";
  return textOf((language) => `${sign}${formatNumber(shown, shown.decimalPlaces(), language)}`);
}

/** The same place in the trees of several periods. */
interface Merged {
  readonly nodes: readonly (LineageNode | undefined)[];
  readonly first: LineageNode;
  readonly children: readonly Merged[];
}

const identity = (node: LineageNode): string =>
  `${node.kind} ${node.label.en} ${node.detail.factor ?? ""} ${node.detail.filter ?? ""}`;

/** Lays the trees of several periods over each other, so that years stand side by side; what only one year has stays its own row. */
function merge(nodes: readonly (LineageNode | undefined)[]): Merged {
  const first = nodes.find((node) => node !== undefined);
  if (!first) throw new Error("a merged node needs at least one node");
  const slots = new Map<string, (LineageNode | undefined)[]>();
  for (const [period, node] of nodes.entries()) {
    const met = new Map<string, number>();
    for (const child of node?.children ?? []) {
      const nth = met.get(identity(child)) ?? 0;
      met.set(identity(child), nth + 1);
      const key = `${identity(child)} ${nth}`;
      const slot = slots.get(key) ?? nodes.map(() => undefined);
      slot[period] = child;
      slots.set(key, slot);
    }
  }
  return { nodes, first, children: [...slots.values()].map(merge) };
}

/** Details that hold conditions, `gender=female, region=china`; shown by the names of dimensions and members. */
const CONDITIONS = new Set(["filter", "where", "of", "groups"]);

function conditionText(context: BuildContext, value: string): Text {
  return textOf((language) =>
    value.replace(/([a-z][a-z0-9.-]*)=([^,;\s]+)/g, (_, dimension: string, member: string) => {
      const [name, shown] = [context.term(dimension)[language], context.term(dimension, member)[language]];
      return `${name}${language === "en" ? " = " : "＝"}${shown}`;
    }),
  );
}

function detailText(context: BuildContext, key: string, value: string): Text {
  const label = context.inputs.texts.get(`detail.${key}`) ?? sameText(key);
  const shown =
    context.inputs.texts.get(`detail.${key}.${value}`) ??
    (CONDITIONS.has(key) ? conditionText(context, value) : sameText(value));
  return textOf((language) => `${label[language]}${COLON[language]}${shown[language]}`);
}

/** Details that hold for every period, and those that differ, each with its values in the order of the periods. */
function details(context: BuildContext, merged: Merged): Text[] {
  const keys = new Set(merged.nodes.flatMap((node) => Object.keys(node?.detail ?? {})));
  const ordered = [
    ...DETAILS.filter((key) => keys.has(key)),
    ...[...keys].filter((key) => !DETAILS.includes(key)).sort(),
  ];
  return ordered
    .filter((key) => !HIDDEN.has(key))
    .map((key) => {
      const values = merged.nodes.map((node) => node?.detail[key]);
      const different = [...new Set(values.filter((value) => value !== undefined))];
      return detailText(
        context,
        key,
        different.length === 1 ? (different[0] ?? "") : values.map((value) => value ?? "–").join(" / "),
      );
    });
}

function unitOf(context: BuildContext, node: LineageNode): Text {
  if (node.unit === undefined) return sameText("");
  return context.inputs.unitSymbol?.(node.unit) ?? sameText(node.unit);
}

/** A tree that the annex tells, and the values by which a node elsewhere is known to be the same. */
interface Told {
  readonly anchor: string;
  readonly values: readonly (string | undefined)[];
}

type Trees = ReadonlyMap<string, readonly Told[]>;

/**
 * The anchor of the tree that tells this node by itself: the same indicator with the same values in every period. A node
 * may be a part of its indicator (one fuel, one gender), and a tree of the whole does not explain that part.
 */
function placeOf(merged: Merged, trees: Trees): string | undefined {
  const { first, nodes } = merged;
  if (first.kind !== "indicator" || nodes.every((node) => node?.value === undefined)) return undefined;
  const same = (told: Told): boolean => nodes.every((node, period) => node?.value === told.values[period]);
  return trees.get(first.id)?.find(same)?.anchor;
}

/** Rows of a tree below its root. An indicator that has a tree of its own is linked, not told again. */
function rowsBelow(context: BuildContext, merged: Merged, depth: number, own: Trees): Row[] {
  const { first } = merged;
  const place = placeOf(merged, own);
  const label = place === undefined ? richText(first.label) : richLink(place, first.label);
  const told = place === undefined ? details(context, merged) : [];
  const detail = told.length > 0 ? { detail: joinRich(told.map(richText), DOT) } : {};
  const cells: Cell[] = [
    { content: label, ...detail },
    { content: richText(unitOf(context, first)) },
    ...merged.nodes.map(
      (node): Cell =>
        node?.value === undefined ? { content: EMPTY_RICH } : { content: richText(shownAmount(node.value)) },
    ),
  ];
  const below =
    place === undefined ? merged.children.flatMap((child) => rowsBelow(context, child, depth + 1, own)) : [];
  return [{ depth, cells }, ...below];
}

const treeAnchor = (row: BoundRow): string => anchorOf("tree", row.keys[0]?.split("@")[0] ?? "");

/** Widths of the derivation, the unit and each period: derivations are long. */
const WIDTHS = [46, 14];
const PERIOD_WIDTH = 14;

/** Whether rounding took anything away that the tree should still show. */
function roundedAway(figure: Figure): boolean {
  return (
    figure.value !== undefined &&
    figure.rounded !== undefined &&
    !new Decimal(figure.value).equals(new Decimal(figure.rounded))
  );
}

function tree(context: BuildContext, row: BoundRow, own: Trees): Table {
  const figures = row.keys.map((key) => context.figures.get(key));
  const merged = merge(row.keys.map((key) => context.bound.get(key)?.lineage));
  const root: Cell[] = figures.map((figure) => {
    if (!figure) return { content: EMPTY_RICH };
    const anchor = anchorOf("lineage", figure.key);
    if (figure.value === undefined)
      return { anchor, content: EMPTY_RICH, badge: { tone: "missing", text: context.word("status.missing") } };
    return {
      anchor,
      content: richFigure(figure.key, "exact"),
      ...(roundedAway(figure) ? { detail: richText(shownAmount(figure.value)) } : {}),
    };
  });
  const told = details(context, merged);
  const missing = figures.flatMap((figure) => figure?.missing ?? []);
  const unique = [
    ...new Map(missing.map((text) => [text.en, context.word("remark.missing", { missing: text })])).values(),
  ];
  const lines = [...told, ...unique];
  const first: Cell = {
    content: richText(context.word("lineage.value")),
    ...(lines.length > 0 ? { detail: joinRich(lines.map(richText), DOT) } : {}),
  };
  return {
    kind: "table",
    anchor: treeAnchor(row),
    caption: row.label,
    style: "lineage",
    columns: figureColumns(context).map((column, index) => ({
      ...column,
      width: WIDTHS[index] ?? PERIOD_WIDTH,
      ...(index === 0 ? { title: context.word("column.derivation") } : {}),
    })),
    groups: [
      {
        rows: [
          { depth: 0, cells: [first, { content: richText(row.unit) }, ...root] },
          ...merged.children.flatMap((child) => rowsBelow(context, child, 1, own)),
        ],
      },
    ],
  };
}

/** Rows of all tables, and figures that only running text binds, each once. */
function rowsToTell(context: BuildContext): BoundRow[] {
  const rows = new Map<string, BoundRow>();
  const told = new Set<string>();
  const add = (row: BoundRow): void => {
    const name = row.keys[0]?.split("@")[0] ?? "";
    if (!rows.has(name)) rows.set(name, row);
    for (const key of row.keys) told.add(key);
  };
  for (const table of context.tables.values()) for (const group of table.groups) for (const row of group.rows) add(row);
  for (const figure of context.figures.values()) {
    if (told.has(figure.key)) continue;
    const keys = context.inputs.meta.periods.map(
      (period) => context.figure(figure.indicator, period, figure.where, "lineage")?.key,
    );
    const known = keys.filter((key) => key !== undefined);
    add({
      indicator: figure.indicator,
      where: figure.where,
      label: figure.title,
      unit: figure.unit,
      keys: known.includes(figure.key) ? known : [figure.key],
    });
  }
  return [...rows.values()];
}

/** The lineage annex: for each figure the tree from value to records and factors, the periods side by side. */
export function lineageAnnex(context: BuildContext): Table[] {
  const rows = rowsToTell(context);
  const own = new Map<string, Told[]>();
  for (const row of rows) {
    const values = row.keys.map((key) => context.bound.get(key)?.lineage.value);
    own.set(row.indicator, [...(own.get(row.indicator) ?? []), { anchor: treeAnchor(row), values }]);
  }
  return rows.map((row) => tree(context, row, own));
}
