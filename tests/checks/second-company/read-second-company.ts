import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import {
  bandsForTests,
  figures,
  type Row,
  textsForTests,
  unitsForTests,
} from "../../../src/measure/checks/figures-for-tests.ts";
import { type CheckInput, claimSchema, type Figure, relationSchema, targetSchema } from "../../../src/measure/index.ts";

const read = (name: string): unknown => parse(readFileSync(new URL(name, import.meta.url), "utf8"));

const PERIODS = ["FY2022", "FY2023", "FY2024"];

const figuresSchema = z.strictObject({
  tables: z.array(
    z.strictObject({
      place: z.string(),
      edition: z.string(),
      rows: z.array(z.tuple([z.string(), z.string()], z.string())),
    }),
  ),
  texts: z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()])),
  ledger: z.array(z.tuple([z.string(), z.string()], z.string())),
  incomplete: z.array(
    z.strictObject({
      indicator: z.string(),
      period: z.string(),
      kind: z.enum(["incomplete", "straddling"]),
      activity: z.string(),
      count: z.number(),
      open: z.array(
        z.strictObject({
          site: z.string(),
          where: z.record(z.string(), z.string()),
          spans: z.array(z.string()),
          more: z.number(),
        }),
      ),
    }),
  ),
  variants: z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()])),
});

/** One row of a table: a figure for each period; an empty cell is no figure. */
function tableRow([name, unit, ...values]: readonly string[], more: Partial<Figure> & { place?: string }): Row[] {
  return values.flatMap((value, index): Row[] =>
    value === "" ? [] : [[name ?? "", PERIODS[index] ?? "", `${value} ${unit}`, more]],
  );
}

const expectedSchema = z.array(
  z.strictObject({
    rule: z.string(),
    code: z.string(),
    indicator: z.string(),
    period: z.string(),
    planted: z.string(),
  }),
);

/** The errors that were planted in the tables of the second company. */
export const planted = expectedSchema.parse(read("expected.yaml"));

/** The tables of a hotel group that no rule was written for. */
export function secondCompany(): CheckInput {
  const { tables, texts, ledger, incomplete, variants } = figuresSchema.parse(read("figures.yaml"));
  const recomputed = { origin: "recomputed", place: "ledger" } as const;
  const rows = [
    ...tables.flatMap(({ place, edition, rows }) =>
      rows.flatMap((row) => tableRow(row, { where: { place, edition } })),
    ),
    ...texts.map(
      ([place, name, period, unit, value]): Row => [
        name,
        period,
        `${value} ${unit}`,
        { where: { place, edition: "2024" } },
      ],
    ),
    ...ledger.flatMap((row) => tableRow(row, recomputed)),
    ...variants.map(
      ([name, period, unit, value, variant]): Row => [name, period, `${value} ${unit}`, { ...recomputed, variant }],
    ),
  ];
  const said = z.object({ claims: z.array(claimSchema), targets: z.array(targetSchema) }).parse(read("claims.yaml"));
  return {
    figures: figures(...rows),
    completeness: { values: ledger.length * PERIODS.length, incomplete },
    relations: [...bandsForTests, ...z.array(relationSchema).parse(read("relations.yaml"))],
    ...said,
    periods: PERIODS,
    units: unitsForTests,
    texts: textsForTests,
  };
}
