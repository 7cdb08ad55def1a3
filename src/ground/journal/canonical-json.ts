/** What a body may hold: no floats (amounts are decimal strings), no dates, no classes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * One text for one value: keys sorted by UTF-16 code units, no spaces, integers only. Two programs that agree on the
 * value agree on every byte, so the text can be hashed. A value outside of `Json` is a broken invariant and throws:
 * fractions (write a decimal string), unsafe integers, `undefined`, class instances, lone surrogates.
 * @source RFC 8785 (JSON Canonicalization Scheme), less its floating point numbers
 */
export function canonicalJson(value: Json): string {
  return write(value, "$");
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeText(value, path);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value))
      throw new TypeError(`${path} is ${value}: only safe integers are numbers here; write a decimal as text`);
    return String(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(",")}]`;
  if (typeof value !== "object" || !isPlain(value)) throw new TypeError(`${path} is ${describe(value)}: not JSON`);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${writeText(key, path)}:${write(item, `${path}.${key}`)}`);
  return `{${members.join(",")}}`;
}

/** Half of a surrogate pair has no UTF-8 form: what is stored would not be what was hashed. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function writeText(text: string, path: string): string {
  if (!isWellFormed(text)) throw new TypeError(`${path} holds half of a surrogate pair`);
  return JSON.stringify(text);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? (value.constructor?.name ?? "an object") : typeof value;
}
