import type { DateOrder } from "./date-text.ts";
import { type Field, HEADER_NAMES, RECORD_FIELDS, REPORTED_FIELDS } from "./header-names.ts";
import type { Mapping } from "./mapping.ts";
import { type MonthColumn, monthColumn } from "./month-columns.ts";

export type TableKind = "records" | "reported";

/** What the name of a column says about it. */
export interface ColumnReading {
  readonly field: Field | `dim.${string}` | "month" | "ignore";
  readonly unit?: string;
  readonly dates?: DateOrder;
  readonly values?: Readonly<Record<string, string>>;
  readonly month?: MonthColumn;
}

/** The plain form in which names of columns are compared. */
export function plainName(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\-:：*]/g, "");
}

const BRACKETS = /^(.*?)\s*[([【〔]([^()[\]【】〔〕]+)[)\]】〕]\s*$/;

/** Takes the unit off a name such as `用電量（kWh）`. */
export function splitUnit(name: string): { name: string; unit?: string } {
  const match = BRACKETS.exec(name.normalize("NFKC").trim());
  return match?.[1] && match[2] ? { name: match[1], unit: match[2].trim() } : { name };
}

const FIELD_BY_NAME: Record<TableKind, ReadonlyMap<string, Field>> = {
  records: namesOf(RECORD_FIELDS),
  reported: namesOf(REPORTED_FIELDS),
};

function namesOf(fields: readonly Field[]): ReadonlyMap<string, Field> {
  const names = new Map<string, Field>();
  for (const field of fields)
    for (const name of [field, ...HEADER_NAMES[field]].map(plainName)) if (!names.has(name)) names.set(name, field);
  return names;
}

/** Reads the names of columns, by the mapping first, then by what people call them in three languages. */
export class ColumnNames {
  readonly #kind: TableKind;
  readonly #dimensions: ReadonlyMap<string, string>;
  readonly #mapped: ReadonlyMap<string, ColumnReading>;

  /** @param dimensions a column called like one holds it even without `dim.` */
  constructor(kind: TableKind, mapping: Mapping, dimensions: Iterable<string>) {
    this.#kind = kind;
    this.#dimensions = new Map([...dimensions].map((name) => [plainName(name), name]));
    const columns = Object.entries(mapping.columns ?? {}).map(([name, column]): [string, ColumnReading] => [
      plainName(name),
      mappedColumn(name, column),
    ]);
    const months = Object.entries(mapping.months?.columns ?? {}).map(([name, period]): [string, ColumnReading] => {
      const month = monthColumn(period, true);
      return [plainName(name), { field: "month", ...unitOf(name), ...(month ? { month } : {}) }];
    });
    this.#mapped = new Map([...months, ...columns]);
  }

  /** What a column holds, by its name; undefined when the name says nothing. */
  read(name: string): ColumnReading | undefined {
    return this.#mapped.get(plainName(name)) ?? this.#readByItself(name);
  }

  /** How much some names say: one for each field and month, a little more where they say the unit too. Finds the header. */
  score(names: readonly string[]): number {
    const known = new Set<string>();
    let units = 0;
    for (const name of names) {
      const reading = name.trim() === "" ? undefined : this.read(name);
      if (!reading) continue;
      known.add(reading.field === "month" || reading.field === "ignore" ? `${reading.field} ${name}` : reading.field);
      if (reading.unit !== undefined) units += 1;
    }
    return known.size + units / 1000;
  }

  #readByItself(name: string): ColumnReading | undefined {
    const dimension = /^dim[.:_ ]\s*([a-z0-9.-]+)$/i.exec(name.trim());
    if (dimension?.[1]) return { field: `dim.${dimension[1].toLowerCase()}` };
    const whole = FIELD_BY_NAME[this.#kind].get(plainName(name));
    if (whole) return { field: whole };
    const split = splitUnit(name);
    const field = FIELD_BY_NAME[this.#kind].get(plainName(split.name));
    if (field) return { field, ...(field === "amount" || field === "value" ? unitOf(name) : {}) };
    const named = this.#dimensions.get(plainName(name));
    if (named) return { field: `dim.${named}` };
    const month = this.#kind === "records" ? monthColumn(split.name) : undefined;
    return month ? { field: "month", month, ...unitOf(name) } : undefined;
  }
}

function mappedColumn(name: string, column: NonNullable<Mapping["columns"]>[string]): ColumnReading {
  const { field, unit, dates, values } = typeof column === "string" ? { field: column } : column;
  return {
    field: field as ColumnReading["field"],
    ...(field === "amount" || field === "value" ? (unit === undefined ? unitOf(name) : { unit }) : {}),
    ...(dates === undefined ? {} : { dates }),
    ...(values === undefined ? {} : { values }),
  };
}

function unitOf(name: string): { unit?: string } {
  const { unit } = splitUnit(name);
  return unit === undefined ? {} : { unit };
}
