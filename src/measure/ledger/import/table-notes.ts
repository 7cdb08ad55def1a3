import type { Severity } from "../../../ground/issue/index.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { TablePlace } from "./match-header.ts";

/** What is worth saying once about a table, with the first row and how many there are. */
const NOTES = {
  /** An end that looks like the last day where the day after it is asked for. */
  inclusiveEnd: { code: "IMPORT-063", severity: "warning" },
  emptyMonth: { code: "IMPORT-068", severity: "notice" },
  converted: { code: "IMPORT-091", severity: "notice" },
  formula: { code: "IMPORT-072", severity: "notice" },
  scaled: { code: "IMPORT-076", severity: "warning" },
} as const satisfies Record<string, { code: string; severity: Severity }>;

type Note = keyof typeof NOTES;

/** Counts what would be tiresome to report row by row. */
export class TableNotes {
  readonly #counts = new Map<Note, { first: number; count: number }>();

  add(note: Note, row: number): void {
    const known = this.#counts.get(note);
    if (known) known.count += 1;
    else this.#counts.set(note, { first: row, count: 1 });
  }

  /** @issues IMPORT-063, IMPORT-068, IMPORT-072, IMPORT-076, IMPORT-091 */
  report(place: TablePlace, issues: IssueSink): void {
    for (const [note, { first, count }] of this.#counts)
      issues.add({ ...NOTES[note], at: { ...place, row: first }, actual: String(count) });
  }
}
