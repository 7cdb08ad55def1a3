import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { expectOk } from "../../ground/issue/index.ts";
import { createUnitTable, Decimal, type UnitDefinition } from "../../ground/quantity/index.ts";
import { type CheckInput, type CheckReport, check } from "./check.ts";
import { type Claim, claimSchema, type Target, targetSchema } from "./claim.ts";
import { type Figure, parseRef } from "./figure.ts";
import { type Relation, type RelationInput, relationSchema } from "./relation.ts";
import type { Rule } from "./rule.ts";
import type { CheckTexts } from "./wording.ts";

const content = new URL("../../../content/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, content), "utf8");

/** The units that ship. */
export const unitsForTests = expectOk(createUnitTable(parse(read("units/units.yaml")) as UnitDefinition[]));

/** The texts that ship. */
export const textsForTests: ReadonlyMap<string, CheckTexts> = new Map(
  Object.entries(parse(read("locales/issues/checks.yaml")) as Record<string, CheckTexts>),
);

/** What `content/checks` declares. */
export const relationsForTests: readonly Relation[] = readdirSync(new URL("checks", content))
  .filter((name) => name.endsWith(".yaml"))
  .sort()
  .flatMap((name) => z.array(relationSchema).parse(parse(read(`checks/${name}`))));

export const bandsForTests: readonly Relation[] = relationsForTests.filter(({ kind }) => kind === "bands");

/** Reads relations as content writes them, with the shipped bands. */
export const relations = (...inputs: readonly RelationInput[]): Relation[] => [
  ...bandsForTests,
  ...inputs.map((input) => relationSchema.parse(input)),
];

export const claims = (...inputs: readonly z.input<typeof claimSchema>[]): Claim[] =>
  inputs.map((input) => claimSchema.parse(input));

export const targets = (...inputs: readonly z.input<typeof targetSchema>[]): Target[] =>
  inputs.map((input) => targetSchema.parse(input));

/** One figure: `["people.headcount{gender=male}", "2025", "2,472 person"]`, optionally `place` and a partial figure. */
export type Row = readonly [ref: string, period: string, printed: string, more?: Partial<Figure> & { place?: string }];

const QUALIFIERS = { ">": "over", "~": "near", "≤": "at-most", "≥": "at-least" } as const;

/** Makes figures of rows; `-` is a dash, `> 2,100`, `~ 5.8`, `≤ 1.28` and `≥ 90` are qualified. */
export function figures(...rows: readonly Row[]): Figure[] {
  return rows.map(([name, period, printed, more = {}]) => {
    const ref = parseRef(name);
    const match = /^([>~≤≥])?\s*(-?[\d,.]+|-)\s*(.*)$/.exec(printed);
    if (!ref || !match?.[2]) throw new Error(`not a figure: ${name} ${printed}`);
    const digits = match[2].replaceAll(",", "");
    const unit = unitsForTests.unit(match[3] === "%" ? "percent" : match[3] || "ratio");
    const { place = "table", ...rest } = more;
    return {
      ...ref,
      period,
      value: digits === "-" ? undefined : new Decimal(digits),
      unit,
      decimals: digits.split(".")[1]?.length ?? 0,
      qualifier: match[1] ? QUALIFIERS[match[1] as keyof typeof QUALIFIERS] : "exact",
      origin: "reported",
      where: { place },
      ...rest,
    };
  });
}

export const PERIODS = ["2023", "2024", "2025"] as const;

/** Checks rows under relations with the shipped texts and units. */
export function checkRows(
  rows: readonly Row[],
  more: Partial<CheckInput> & { rules?: readonly Rule[] } = {},
): CheckReport {
  const { rules, ...input } = more;
  const complete: CheckInput = {
    figures: figures(...rows),
    relations: bandsForTests,
    periods: PERIODS,
    units: unitsForTests,
    texts: textsForTests,
    ...input,
  };
  return rules ? check(complete, rules) : check(complete);
}

/** `error CHECK-PARTS-SUM energy.direct 2024`, one line a finding. */
export const lines = ({ findings }: CheckReport): string[] =>
  findings.map(
    ({ severity, code, indicators, periods }) => `${severity} ${code} ${indicators.join("+")} ${periods.join("+")}`,
  );
