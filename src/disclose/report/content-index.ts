import { type Text, textOf } from "../../ground/issue/index.ts";
import { describeReason, type RequirementCoverage } from "../standards/index.ts";
import type { BuildContext } from "./build-context.ts";
import type { Paragraph, Rich, Row, Table } from "./document.ts";
import { boundText } from "./bound-text.ts";
import { anchorOf } from "./figure.ts";
import { EMPTY_RICH, joinRich, richLink, richText, SEMICOLON } from "./rich.ts";
import { sameText } from "./words.ts";

const NARRATIVE: readonly string[] = ["narrative-answered"];

/** Where in the report a requirement is answered: the tables that hold its indicators, and what the narrative side names. */
function places(context: BuildContext, entry: RequirementCoverage): Rich {
  const tables = new Map(
    entry.requirement.answeredBy
      .flatMap((indicator) => context.placesOf(indicator))
      .map((table) => [table.anchor, table]),
  );
  const links = [...tables.values()].map((table) =>
    richLink(table.anchor, boundText(context, table.caption, `table ${table.id}`)),
  );
  const words = entry.why.flatMap((reason) =>
    reason.kind === "narrative-answered" && reason.place ? [richText(reason.place)] : [],
  );
  return joinRich([...links, ...words], SEMICOLON);
}

/** Why a requirement is not plainly met, in words. */
function reasons(context: BuildContext, entry: RequirementCoverage): Text[] {
  if (entry.state === "met")
    return entry.why
      .filter((reason) => reason.kind === "indicator" && reason.status === "reported-only")
      .map((reason) => describeReason(reason, context.inputs.texts, (id) => context.indicatorTitle(id)));
  return entry.why
    .filter(
      (reason) => !(reason.kind === "indicator" && reason.status === "complete") && !NARRATIVE.includes(reason.kind),
    )
    .map((reason) => describeReason(reason, context.inputs.texts, (id) => context.indicatorTitle(id)));
}

function indexRow(context: BuildContext, standard: string, entry: RequirementCoverage): Row {
  const { requirement, state } = entry;
  const anchor = anchorOf(standard, requirement.id);
  const depth = Math.min(entry.path.length, 3);
  if (requirement.kind === "heading") {
    const title = textOf((language) => `${requirement.id} ${requirement.title[language]}`);
    return { anchor, depth: 0, title: true, cells: [{ content: richText(title), span: 4 }] };
  }
  const why = reasons(context, entry);
  const detail = why.length > 0 ? { detail: joinRich(why.map(richText), SEMICOLON) } : {};
  return {
    anchor,
    depth: Math.max(0, depth - 1),
    cells: [
      { content: richText(sameText(requirement.id)) },
      { content: richText(requirement.title), ...detail },
      state
        ? { content: EMPTY_RICH, badge: { tone: state, text: context.word(`coverage.${state}`) } }
        : { content: EMPTY_RICH },
      { content: places(context, entry) },
    ],
  };
}

/** Requirement → where in the report, with its state and the totals above the table. */
export function contentIndex(
  context: BuildContext,
  id: string,
  standardId: string,
  path: string,
): (Table | Paragraph)[] {
  const found = context.standard(standardId, path);
  if (!found) return [];
  const totals = Object.fromEntries(
    Object.entries({
      met: "met",
      partly: "partly",
      explained: "explained",
      open: "open",
      later: "not-in-force",
    } as const).map(([name, state]) => [name, String(found.totals[state])]),
  );
  return [
    { kind: "paragraph", tone: "note", text: richText(context.word("index.totals", totals)) },
    {
      kind: "table",
      anchor: `table-${id}`,
      caption: found.standard.title,
      style: "index",
      columns: [
        { title: context.word("column.requirement"), align: "start", width: 12 },
        { title: context.word("column.asks"), align: "start", width: 46 },
        { title: context.word("column.coverage"), align: "start", width: 14 },
        { title: context.word("column.place"), align: "start", width: 28 },
      ],
      groups: [{ rows: found.requirements.map((entry) => indexRow(context, standardId, entry)) }],
    },
  ];
}
