import {
  describeWhere,
  type Issue,
  type IssueCatalogue,
  type Language,
  renderIssue,
  type RenderedIssue,
  type Text,
} from "../../ground/issue/index.ts";
import type { InterfaceTexts } from "../interface-texts.ts";

/** Exit codes of every command: fine, findings, wrong usage, failure. */
export const EXIT = { fine: 0, findings: 1, usage: 2, failure: 3 } as const;

/** Where a command writes: results to standard output, issues and progress to standard error, so that output can be piped. */
export interface Terminal {
  readonly json: boolean;
  readonly language: Language;
  /** The texts of issues, read when there is one to print. */
  readonly texts: () => Promise<IssueCatalogue>;
  readonly words: InterfaceTexts;
  /** Words of the interface in the terminal's language, placeholders filled. */
  say(id: string, values?: Readonly<Record<string, Text | string>>): string;
  out(text: string): void;
  progress(text: string): void;
}

/** Issues with their texts, as `--json` gives them. */
export async function renderIssues(terminal: Terminal, issues: readonly Issue[]): Promise<RenderedIssue[]> {
  if (issues.length === 0) return [];
  const texts = await terminal.texts();
  return issues.map((issue) => renderIssue(issue, texts));
}

const MARK = { error: "✗", warning: "!", notice: "·" } as const;

/** Issues as a person reads them: what, where, what next; one JSON object under `--json`. */
export async function printIssues(terminal: Terminal, issues: readonly Issue[], total = issues.length): Promise<void> {
  const rendered = await renderIssues(terminal, issues);
  if (terminal.json) {
    terminal.out(JSON.stringify({ issues: rendered, total }));
    return;
  }
  for (const issue of rendered) {
    const where = describeWhere(issue.at, terminal.language);
    process.stderr.write(
      `${MARK[issue.severity]} ${issue.code}${where ? `  ${where}` : ""}\n  ${issue.message[terminal.language]}\n  → ${issue.remedy[terminal.language]}\n`,
    );
  }
  if (total > issues.length)
    process.stderr.write(`  … ${terminal.say("more", { count: String(total - issues.length) })}\n`);
}

/** Rows as a table with columns aligned; wide (CJK) characters count as two. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const width = (text: string): number =>
    [...text].reduce((sum, character) => sum + (/[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u.test(character) ? 2 : 1), 0);
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, width(cell))),
    [],
  );
  const pad = (cell: string, column: number): string => {
    const space = " ".repeat((widths[column] ?? 0) - width(cell));
    return right.includes(column) ? space + cell : cell + space;
  };
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
