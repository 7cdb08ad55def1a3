import { fail, type Issue, ok, type Result, type Text, textOf } from "../../ground/issue/index.ts";
import { Decimal, formatNumber, roundTo } from "../../ground/quantity/index.ts";
import type { Figure } from "./document.ts";
import type { BoundValue, ReportedValue, Where } from "./model.ts";

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** The key of a figure: `ghg.scope1@2025`, `people.headcount[gender=female]@2025`. */
export function figureKey(indicator: string, period: string, where: Where = {}): string {
  const conditions = Object.entries(where)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([dimension, member]) => `${dimension}=${member}`);
  return `${indicator}${conditions.length > 0 ? `[${conditions.join(",")}]` : ""}@${period}`;
}

/** A key as an anchor that every format can hold. */
export function anchorOf(prefix: string, key: string): string {
  return `${prefix}-${key.replace(/[^\p{L}\p{N}.-]/gu, (mark) => (mark === "@" ? "_" : `_${mark.codePointAt(0)?.toString(16) ?? ""}_`))}`;
}

function printed(text: string, decimals: number): Pick<Required<Figure>, "rounded" | "display"> {
  const value = new Decimal(text);
  const rounded = roundTo(value, decimals);
  return {
    // A negative value that rounds to nothing has no sign.
    rounded: (rounded.isZero() ? rounded.abs() : rounded).toFixed(decimals),
    display: textOf((language) => formatNumber(value, decimals, language)),
  };
}

function problems(value: BoundValue): Issue[] {
  const at = { indicator: value.indicator, period: value.period };
  const numbers = [value.value, value.reported?.value, value.restatement?.previous].filter(
    (text) => text !== undefined,
  );
  const issues: Issue[] = numbers
    .filter((text) => !DECIMAL.test(text))
    .map((actual) => ({ code: "REPORT-008", severity: "error", at, actual }));
  const none = value.value === undefined;
  if (none !== (value.status === "missing"))
    issues.push({ code: "REPORT-009", severity: "error", at, expected: value.status, actual: value.value ?? "–" });
  // A partial value may be so because of records that reach beyond the period: a caveat says it then.
  const told = value.missing.length + (value.status === "partial" ? (value.caveats ?? []).length : 0);
  if ((value.status === "missing" || value.status === "partial") && told === 0) {
    issues.push({ code: "REPORT-010", severity: "error", at, actual: value.status });
  }
  return issues;
}

const agrees = (exact: string, reported: ReportedValue): boolean =>
  roundTo(new Decimal(exact), reported.decimals).equals(new Decimal(reported.value));

/** The source's figure at the places it printed, with its unit where that is another one. */
function reportedDisplay(reported: ReportedValue): Text {
  const { display } = printed(reported.value, reported.decimals);
  const { unit } = reported;
  return unit ? textOf((language) => `${display[language]} ${unit[language]}`) : display;
}

/**
 * A bound value as the report prints it: rounded here, once, by the declared precision. What the source printed differs
 * when the value, rounded to the places that the source printed, is another number.
 * @issues REPORT-008 not a decimal; REPORT-009 status and value disagree; REPORT-010 does not say what is missing
 */
export function createFigure(value: BoundValue, lineage: string | undefined): Result<Figure> {
  const issues = problems(value);
  if (issues.length > 0) return fail(...issues);
  const { indicator, period, where = {}, title, unit, status, missing, reported, verdict, restatement } = value;
  const exact = value.value;
  const differs = reported !== undefined && exact !== undefined && (reported.differs ?? !agrees(exact, reported));
  return ok({
    key: figureKey(indicator, period, where),
    indicator,
    period,
    where,
    title,
    unit,
    status,
    ...(exact === undefined ? {} : { value: exact, ...printed(exact, value.precision) }),
    missing,
    caveats: value.caveats ?? [],
    ...(reported
      ? {
          reported: { value: reported.value, display: reportedDisplay(reported), place: reported.place, differs },
        }
      : {}),
    ...(verdict ? { verdict } : {}),
    ...(restatement
      ? {
          restatement: {
            previous: printed(restatement.previous, restatement.decimals).display,
            release: restatement.release,
            reason: restatement.reason,
          },
        }
      : {}),
    ...(lineage === undefined ? {} : { lineage }),
  });
}
