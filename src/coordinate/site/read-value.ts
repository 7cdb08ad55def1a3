import { fail, type Issue, ok, type Result, type Where } from "../../ground/issue/index.ts";
import { checkTimeZone, dateNumber } from "../../ground/quantity/index.ts";
import { parseInstant } from "../sense/csv-readings.ts";
import type { Value } from "./component.ts";
import type { Attribute, SiteContent } from "./component-table.ts";
import { parseNumber } from "./parse-number.ts";
import { parseDays, parseHours, parseMonths } from "./ranges.ts";

/** What a YAML node says, as texts. */
export type Reading =
  | { readonly text: string }
  | { readonly list: readonly string[] }
  | { readonly entries: readonly { readonly key: string; readonly text: string; readonly at: Where }[] }
  | { readonly shape: string };

const ID = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

const shown = (reading: Reading): string =>
  "text" in reading
    ? reading.text.slice(0, 80)
    : "shape" in reading
      ? reading.shape
      : "list" in reading
        ? "[ … ]"
        : "{ … }";

function numberWithin(text: string, attribute: Attribute, content: SiteContent, at: Where): Result<number> {
  const unit = attribute.kind === "temperature" ? "temperature" : (attribute.unit ?? "ratio");
  const number = parseNumber(text, unit, content.units, at);
  if (!number.ok) return number;
  const { least, most } = attribute;
  if ((least !== undefined && number.value < Number(least)) || (most !== undefined && number.value > Number(most)))
    return fail({
      code: "SITE-004",
      severity: "error",
      at,
      expected: `${least ?? "−∞"} … ${most ?? "∞"} ${unit}`,
      actual: text,
      values: { attribute: attribute.name },
    });
  return number;
}

function readCurve(attribute: Attribute, reading: Reading, content: SiteContent, at: Where): Result<Value> {
  if ("text" in reading) {
    const named = content.curves.get(reading.text);
    const fitting = [...content.curves.values()].filter(({ x, unit }) => x === attribute.x && unit === attribute.unit);
    if (reading.text === "constant") return ok({ x: [0], y: [1] });
    if (!named || !fitting.includes(named))
      return fail({
        code: "SITE-006",
        severity: "error",
        at,
        expected: fitting.map(({ id }) => id).join(", "),
        actual: reading.text,
        values: { attribute: attribute.name },
      });
    return ok(named.curve);
  }
  if (!("entries" in reading) || reading.entries.length === 0)
    return fail({ code: "SITE-009", severity: "error", at, actual: shown(reading) });
  const issues: Issue[] = [];
  const points: { x: number; y: number }[] = [];
  for (const entry of reading.entries) {
    const where = { ...entry.at, ...(at.path === undefined ? {} : { path: at.path }) };
    const x = parseNumber(entry.key, attribute.x ?? "ratio", content.units, where);
    const y = numberWithin(entry.text, attribute, content, where);
    if (!x.ok) issues.push(...x.issues);
    if (!y.ok) issues.push(...y.issues);
    if (x.ok && y.ok) points.push({ x: x.value, y: y.value });
  }
  if (issues.length > 0) return fail(...issues);
  if (points.some((point, i) => i > 0 && point.x <= (points[i - 1]?.x ?? point.x)))
    return fail({
      code: "SITE-009",
      severity: "error",
      at,
      actual: reading.entries.map(({ key }) => key).join(", "),
    });
  return ok({ x: points.map(({ x }) => x), y: points.map(({ y }) => y) });
}

/**
 * Reads the value of an attribute by its kind.
 * @issues SITE-003 (another shape), SITE-004 (outside its range), SITE-005 (none of the choices), SITE-006 (a name of
 *         nothing), SITE-009 (not a curve), SITE-017 (not a date, month, hour or kind of day); those of the quantity
 */
export function readValue(attribute: Attribute, reading: Reading, content: SiteContent, at: Where): Result<Value> {
  const wrong = (code: "SITE-003" | "SITE-005" | "SITE-017", expected: string): Result<never> =>
    fail({ code, severity: "error", at, expected, actual: shown(reading), values: { attribute: attribute.name } });
  if (attribute.kind === "curve") return readCurve(attribute, reading, content, at);
  if (attribute.kind === "dates") {
    if (!("list" in reading)) return wrong("SITE-003", "[2025-01-01, …]");
    const bad = reading.list.filter((date) => dateNumber(date) === undefined);
    return bad.length === 0
      ? ok([...reading.list])
      : fail({ code: "SITE-017", severity: "error", at, expected: "2025-01-31", actual: bad.join(", ") });
  }
  if (attribute.kind === "speeds") {
    if (!("entries" in reading)) return wrong("SITE-003", "{ training: 1 }");
    const read = reading.entries.map(({ key, text, at: line }) => ({
      key,
      number: parseNumber(text, "ratio", content.units, line),
    }));
    const issues = read.flatMap(({ number }) => (number.ok ? [] : number.issues));
    return issues.length > 0
      ? fail(...issues)
      : ok(new Map(read.map(({ key, number }) => [key, number.ok ? number.value : 0])));
  }
  if (attribute.kind === "references") {
    const named = "list" in reading ? reading.list : "text" in reading ? reading.text.split(",") : [];
    const ids = named.map((one) => one.trim());
    return ids.length > 0 && ids.every((id) => ID.test(id)) ? ok(ids) : wrong("SITE-003", "[a, b]");
  }
  if (!("text" in reading)) return wrong("SITE-003", attribute.kind);
  const { text } = reading;
  const ranges = { months: parseMonths, hours: parseHours, days: parseDays } as const;
  switch (attribute.kind) {
    case "quantity":
    case "temperature":
      return numberWithin(text, attribute, content, at);
    case "choice":
      return attribute.choices?.includes(text) ? ok(text) : wrong("SITE-005", attribute.choices?.join(", ") ?? "");
    case "flag":
      return text === "true" || text === "false" ? ok(text === "true") : wrong("SITE-005", "true, false");
    case "id":
    case "reference":
      return ID.test(text) ? ok(text) : wrong("SITE-003", "small-letters-and-hyphens");
    case "unit": {
      if (/^(°C|℃|degC)$/.test(text)) return ok("°C");
      const unit = content.units.parse(text, at);
      return unit.ok ? ok(unit.value.id) : unit;
    }
    case "instant": {
      // An hour that does not say of which zone it is would be taken for another.
      const instant = WITH_OFFSET.test(text) ? parseInstant(text) : undefined;
      return instant === undefined ? wrong("SITE-017", "2025-07-14T08:00+08:00") : ok(instant);
    }
    case "climate":
      return content.climates.has(text) ? ok(text) : wrong("SITE-005", [...content.climates.keys()].join(", "));
    case "time-zone":
      return checkTimeZone(text, at);
    case "months":
    case "hours":
    case "days": {
      const read = ranges[attribute.kind](text);
      const example = { months: "1, 7-8", hours: "22-6, 11-18", days: "workday, weekend, holiday" }[attribute.kind];
      return read ? ok(read) : wrong("SITE-017", example);
    }
    default:
      return text.trim() === "" ? wrong("SITE-003", "text") : ok(text);
  }
}
