import { CsvScanner } from "./csv-scanner.ts";
import { decodeText } from "./decode-text.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { ReadLimits } from "./read-limits.ts";
import type { RowBlock } from "./row-block.ts";
import type { Encoding } from "./text-encoding.ts";

/** The characters that may part the cells of a row. */
export const DELIMITERS = [",", ";", "\t", "|"] as const;

export type Delimiter = (typeof DELIMITERS)[number];

const SAMPLE_CHARS = 1 << 16;

/**
 * Reads delimited text as blocks of rows, in memory that does not grow with the file.
 * @param delimiterScore tells how well a first row would do as header; the delimiter is the one that makes the best of it
 * @issues IMPORT-004 encoding ambiguous, and those of the scanner
 */
export async function* readCsv(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  options: {
    readonly encoding?: Encoding | undefined;
    readonly delimiter?: Delimiter | undefined;
    readonly limits: ReadLimits;
  },
  delimiterScore: (names: readonly string[]) => number,
  issues: IssueSink,
): AsyncGenerator<RowBlock> {
  const decoded = decodeText(bytes, options.encoding, (candidates) => {
    const values = { candidates: candidates.map(({ encoding, text }) => `${encoding}: ${text}`).join(" / ") };
    const suggested = candidates.map(({ encoding }) => encoding).join(", ");
    issues.add({ code: "IMPORT-004", severity: "error", at: { file }, actual: suggested, values });
  });
  let scanner: CsvScanner | undefined;
  let sample = "";
  for await (const piece of decoded.chunks) {
    let text = piece;
    if (!scanner) {
      sample += piece;
      if (sample.length < SAMPLE_CHARS) continue;
      [scanner, text] = started(sample);
    }
    yield scanner.push(text);
    if (scanner.stopped) return;
  }
  if (!scanner) {
    const [made, text] = started(sample);
    scanner = made;
    yield scanner.push(text);
  }
  yield scanner.end();

  function started(text: string): [CsvScanner, string] {
    // Excel writes `sep=;` as a first line and hides it; so do we, leaving the line so that rows keep their numbers.
    const named = /^sep=([,;|\t])\r?\n/.exec(text);
    const delimiter =
      options.delimiter ??
      (named?.[1] as Delimiter | undefined) ??
      detectDelimiter(text, delimiterScore, options.limits);
    return [new CsvScanner(file, delimiter, options.limits, issues), named ? text.slice(named[0].length - 1) : text];
  }
}

/**
 * The delimiter by which one of the first rows holds most known names; among equals, the one that cuts the first rows into the same
 * number of cells, and more of them.
 */
export function detectDelimiter(
  text: string,
  score: (names: readonly string[]) => number,
  limits: ReadLimits,
): Delimiter {
  const end = text.lastIndexOf("\n", SAMPLE_CHARS);
  const head = end > 0 ? text.slice(0, end + 1) : text;
  const silent: Pick<IssueSink, "add"> = { add: () => undefined };
  let best: { delimiter: Delimiter; known: number; even: number } = { delimiter: ",", known: -1, even: 0 };
  for (const delimiter of DELIMITERS) {
    const scanner = new CsvScanner("", delimiter, limits, silent as IssueSink);
    const block = scanner.push(head);
    const tail = block.rows.length === 0 ? scanner.end() : block;
    const widths = new Map<number, number>();
    let known = 0;
    for (let row = 0; row < Math.min(tail.rows.length, 40); row += 1) {
      const cells = tail.cells.slice(tail.offsets[row], tail.offsets[row + 1]);
      if (row < 20) known = Math.max(known, score(cells));
      if (cells.length > 1) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
    }
    const even = Math.max(0, ...[...widths].map(([width, rows]) => rows * Math.min(width, 20)));
    if (known > best.known || (known === best.known && even > best.even)) best = { delimiter, known, even };
  }
  return best.delimiter;
}
