import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expectOk, type Issue, type IssueTexts, LANGUAGES, ok, placeholders } from "../../../ground/issue/index.ts";
import { createUnitTable, type UnitDefinition } from "../../../ground/quantity/index.ts";
import { IssueSink } from "./issue-sink.ts";
import { parseMapping } from "./mapping.ts";
import { prepareRecords } from "./prepare-records.ts";
import type {
  ImportActivity,
  ImportOutcome,
  ImportSite,
  PreparedRow,
  PrepareOptions,
  RecordContext,
} from "./prepared-row.ts";
import { type ReadOptions, readTable } from "./read-table.ts";
import { bytesSource } from "./table-source.ts";

export const ACTIVITIES: readonly ImportActivity[] = [
  {
    id: "electricity.purchased",
    title: { "zh-Hant": "外購電力", "zh-Hans": "外购电力", en: "Electricity purchased" },
    unit: "MWh",
    measure: "flow",
    minimum: "0",
  },
  {
    id: "fuel.combustion",
    unit: "MWh",
    measure: "flow",
    minimum: "0",
    dimensions: { fuel: ["natural-gas", "diesel"] },
  },
  { id: "water.withdrawn", unit: "m3", measure: "flow", minimum: "0" },
  { id: "donation.paid", unit: "wanCNY", measure: "flow" },
  {
    id: "people.employed",
    unit: "person",
    measure: "stock",
    minimum: "0",
    dimensions: { gender: ["female", "male"], region: [] },
    cuts: ["gender", "region"],
  },
];

export const SITES: readonly ImportSite[] = [
  {
    id: "lingang",
    timeZone: "Asia/Shanghai",
    names: ["上海臨港", "上海临港"],
  },
  { id: "hong-kong", timeZone: "Asia/Hong_Kong" },
  { id: "london", timeZone: "Europe/London" },
];

const UNITS_FILE = new URL("../../../../content/units/units.yaml", import.meta.url);
const UNITS = expectOk(createUnitTable(parse(readFileSync(UNITS_FILE, "utf8")) as UnitDefinition[]));

export function contextForTests(more: Partial<RecordContext> = {}): RecordContext {
  return {
    activities: ACTIVITIES,
    sites: SITES,
    units: UNITS,
    evidence: (text) => ok({ type: "citation", source: text ?? "the file itself" }),
    ...more,
  };
}

export interface Imported {
  readonly rows: readonly PreparedRow[];
  readonly issues: readonly Issue[];
  readonly outcome: ImportOutcome | undefined;
}

export interface ImportForTests extends Omit<ReadOptions, "mapping">, PrepareOptions {
  readonly mapping?: string;
  readonly context?: Partial<RecordContext>;
  readonly name?: string;
  /** Bytes per piece in which the file arrives. */
  readonly pieces?: number;
}

/** Imports a file from memory, as the app does from disk. */
export async function importBytes(bytes: Uint8Array | string, options: ImportForTests = {}): Promise<Imported> {
  const { mapping, context, name = "t.csv", pieces, ...rest } = options;
  const issues = new IssueSink();
  const source = bytesSource(name, typeof bytes === "string" ? Buffer.from(bytes) : bytes, pieces);
  const read: ReadOptions =
    mapping === undefined ? rest : { ...rest, mapping: expectOk(parseMapping(mapping, "mapping.yaml")) };
  const table = await readTable(source, read, issues);
  const rows: PreparedRow[] = [];
  if (!table) return { rows, issues: issues.report(name), outcome: undefined };
  const prepared = prepareRecords(table, contextForTests(context), rest, issues);
  for await (const chunk of prepared.chunks) rows.push(...chunk);
  return { rows, issues: issues.report(name), outcome: prepared.outcome() };
}

/** An issue in short: `IMPORT-041 3 activity`. */
export function short({ code, at }: Issue): string {
  return [code, at.row ?? (at.line === undefined ? undefined : `line ${at.line}`), at.column]
    .filter((part) => part !== undefined)
    .join(" ");
}

const TEXTS = parse(
  readFileSync(new URL("../../../../content/locales/issues/import.yaml", import.meta.url), "utf8"),
) as Record<string, IssueTexts>;

/** The placeholders of an issue's texts that it gives no value for; none is right. */
export function untold(issue: Issue): string[] {
  const texts = TEXTS[issue.code];
  if (!texts) return [];
  const given = { ...issue.at, ...issue.values, expected: issue.expected, actual: issue.actual } as Record<
    string,
    unknown
  >;
  const wanted = LANGUAGES.flatMap((language) => [
    ...placeholders(texts.message[language]),
    ...placeholders(texts.remedy[language]),
  ]);
  return [...new Set(wanted)].filter((name) => given[name] === undefined).map((name) => `${issue.code} {${name}}`);
}
