import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { boundRich, boundText } from "./bound-text.ts";
import { BuildContext } from "./build-context.ts";
import { closingTable } from "./closing-table.ts";
import { contentIndex } from "./content-index.ts";
import type { Block, ReportDocument } from "./document.ts";
import { figuresTable } from "./figures-table.ts";
import { findingsAnnex } from "./findings-annex.ts";
import { lineageAnnex } from "./lineage-annex.ts";
import type { ReportInputs } from "./model.ts";
import { readingNote } from "./reading-note.ts";
import { richText } from "./rich.ts";
import type { ReportTemplate, TemplateBlock } from "./template.ts";
import { findTypedInNumbers } from "./typed-in-numbers.ts";
import { unfilledWord } from "./words.ts";

/** Words that renderers print by themselves. */
const RENDERER_WORDS = ["contents", "page", "on-page", "skip", "status.missing"];

function repeatedIds(template: ReportTemplate): Issue[] {
  const seen = new Set<string>();
  return template.blocks.flatMap((block): Issue[] => {
    const body = Object.values(block)[0] as { id?: string } | undefined;
    if (body?.id === undefined) return [];
    // A heading may be called as what it heads; their anchors differ.
    const name = `${"heading" in block ? "heading" : "block"} ${body.id}`;
    const repeated = seen.has(name);
    seen.add(name);
    return repeated ? [{ code: "REPORT-006", severity: "error", at: { file: template.id }, actual: body.id }] : [];
  });
}

/** Blocks that speak about other blocks are built after them, wherever they stand. */
const isLate = (block: TemplateBlock): boolean => !("table" in block);
/** Texts may bind figures, and the lineage tells every figure bound: it comes last. */
const isLast = (block: TemplateBlock): boolean => "lineage" in block;

function build(context: BuildContext, block: TemplateBlock, path: string): Block[] {
  if ("heading" in block)
    return [
      {
        kind: "heading",
        anchor: `section-${block.heading.id}`,
        level: block.heading.level,
        text: boundText(context, block.heading.text, path),
      },
    ];
  if ("paragraph" in block)
    return [{ kind: "paragraph", tone: "body", text: boundRich(context, block.paragraph, path) }];
  if ("table" in block)
    return figuresTable(context, { ...block.table, caption: boundText(context, block.table.caption, path) }, path);
  if ("index" in block) return contentIndex(context, block.index.id, block.index.standard, path);
  if ("findings" in block) return findingsAnnex(context);
  if ("closing" in block) return closingTable(context, block.closing.id, block.closing.tables, path);
  if ("reading" in block) return readingNote(context, block.reading.id);
  return lineageAnnex(context);
}

/**
 * Builds a report from its template and its inputs alone: the same inputs give the same document, byte for byte.
 * @returns a tree with all three languages, or every problem of the template and the inputs
 * @issues REPORT-001 typed-in number; REPORT-002 unknown binding; REPORT-003 no such value; REPORT-004 no such standard or
 *         requirement; REPORT-005 no such table; REPORT-006 id given twice; REPORT-008, -009, -010 a value contradicts itself
 */
export function buildReport(template: ReportTemplate, inputs: ReportInputs): Result<ReportDocument> {
  const context = new BuildContext(inputs, template.blocks.some(isLast));
  context.issues.push(...findTypedInNumbers(template, template.id).issues, ...repeatedIds(template));
  const built = new Map<number, Block[]>();
  for (const stage of [
    (block: TemplateBlock) => !isLate(block),
    (block: TemplateBlock) => isLate(block) && !isLast(block),
    isLast,
  ]) {
    for (const [index, block] of template.blocks.entries()) {
      if (stage(block)) built.set(index, build(context, block, `blocks[${index}]`));
    }
  }
  const title = boundText(context, template.title, "title");
  const superseded = inputs.meta.supersededBy;
  const banner: Block[] = superseded
    ? [
        {
          kind: "paragraph",
          tone: "warning",
          text: richText(context.word("superseded", { release: superseded.release, reason: superseded.reason })),
        },
      ]
    : [];
  if (context.issues.length > 0) return fail(...unique(context.issues));
  return ok({
    format: "candela-report/1",
    template: template.id,
    title,
    meta: inputs.meta,
    figures: Object.fromEntries([...context.figures].sort(([a], [b]) => (a < b ? -1 : 1))),
    blocks: [...banner, ...template.blocks.flatMap((_, index) => built.get(index) ?? [])],
    words: Object.fromEntries(RENDERER_WORDS.map((word) => [word, unfilledWord(inputs.texts, word)])),
  });
}

/** A problem is met once in each language of a text and told once. */
function unique(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values()];
}
