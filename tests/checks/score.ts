import type { Finding } from "../../src/measure/index.ts";

/** What a list says should be found: one finding may answer several entries. */
export interface Expected {
  readonly rule: string;
  readonly code: string;
  readonly indicator: string;
  readonly period: string;
}

export interface Score {
  readonly missed: readonly Expected[];
  readonly unexpected: readonly Finding[];
  /** One line a rule: expected, found, false, precision and recall. */
  readonly table: string;
}

const answers = (finding: Finding, { code, indicator, period }: Expected): boolean =>
  finding.code === code &&
  finding.periods.includes(period) &&
  (finding.indicators.includes(indicator) || (finding.indicators.length === 0 && finding.expected.includes(indicator)));

const percent = (part: number, whole: number): string => (whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`);

/** Compares findings with a list, by rule. A finding counts for the rules whose codes it may carry. */
export function score(
  name: string,
  findings: readonly Finding[],
  expected: readonly Expected[],
  checked: Readonly<Record<string, number>>,
): Score {
  const missed = expected.filter((item) => !findings.some((finding) => answers(finding, item)));
  const unexpected = findings.filter((finding) => !expected.some((item) => answers(finding, item)));
  const rules = Object.keys(checked).map((rule) => {
    const own = expected.filter((item) => item.rule === rule);
    const found = own.filter((item) => !missed.includes(item));
    const codes = new Set(own.map(({ code }) => code));
    const wrong = unexpected.filter(({ code }) => codes.has(code));
    return [
      rule,
      String(checked[rule]),
      String(own.length),
      String(found.length),
      percent(found.length, found.length + wrong.length),
      percent(found.length, own.length),
    ];
  });
  const found = expected.length - missed.length;
  const all = [
    "all",
    "",
    String(expected.length),
    String(found),
    percent(found, found + unexpected.length),
    percent(found, expected.length),
  ];
  const head = [name, "compared", "expected", "found", "precision", "recall"];
  const lines = [head, ...rules, all].map((cells) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(10))).join(""),
  );
  return { missed, unexpected, table: lines.join("\n") };
}
