import { textOf } from "../../ground/issue/index.ts";
import type { BuildContext } from "./build-context.ts";
import type { Block, Cell, Tone } from "./document.ts";
import { EMPTY_RICH, joinRich, richCode, richText } from "./rich.ts";
import { sameText } from "./words.ts";

/** The states that a reader can meet, in the order in which the note explains them. */
const STATES: readonly { tone: Tone; word: string; meaning: string }[] = [
  { tone: "partial", word: "status.partial", meaning: "meaning.partial" },
  { tone: "preliminary", word: "status.preliminary", meaning: "meaning.preliminary" },
  { tone: "missing", word: "status.missing", meaning: "meaning.missing" },
  { tone: "recomputed", word: "verdict.recomputed", meaning: "meaning.recomputed" },
  { tone: "consistent", word: "verdict.consistent", meaning: "meaning.consistent" },
  { tone: "reported-only", word: "verdict.reported-only", meaning: "meaning.reported-only" },
  { tone: "unexplained", word: "verdict.unexplained", meaning: "meaning.unexplained" },
];

/** How to read the report: the states, and what it was computed from, so that anyone can verify it. */
export function readingNote(context: BuildContext, id: string): Block[] {
  const { meta } = context.inputs;
  const named = (label: string, content: Cell["content"]): { depth: 0; cells: Cell[] } => ({
    depth: 0,
    cells: [{ content: richText(context.word(label)) }, { content }],
  });
  const states = STATES.map(({ tone, word, meaning }) => ({
    depth: 0,
    cells: [
      { content: EMPTY_RICH, badge: { tone, text: context.word(word) } },
      { content: richText(context.word(meaning)) },
    ],
  }));
  const columns = (left: string, right: string) => [
    { title: context.word(left), align: "start" as const, width: 26 },
    { title: context.word(right), align: "start" as const, width: 74 },
  ];
  return [
    { kind: "paragraph", tone: "body", text: richText(context.word("reading.rounding")) },
    {
      kind: "table",
      anchor: `table-${id}-states`,
      caption: context.word("reading.states"),
      style: "plain",
      columns: columns("column.sign", "column.meaning"),
      groups: [{ rows: states }],
    },
    {
      kind: "table",
      anchor: `table-${id}-basis`,
      caption: context.word("reading.basis"),
      style: "plain",
      columns: columns("column.item", "column.content"),
      groups: [
        {
          rows: [
            named("basis.position", richText(sameText(meta.journal.position))),
            named("basis.head", richCode(meta.journal.head)),
            named("basis.generated", richText(sameText(meta.generatedAt))),
            ...meta.packs.map((pack) => ({
              depth: 0,
              cells: [
                {
                  content: richText(
                    textOf((language) => `${context.word("basis.pack")[language]} ${pack.id} ${pack.version}`),
                  ),
                },
                {
                  content: joinRich(
                    [richCode(pack.hash)],
                    textOf(() => ""),
                  ),
                },
              ],
            })),
          ],
        },
      ],
    },
  ];
}
