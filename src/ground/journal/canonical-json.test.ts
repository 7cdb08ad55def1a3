import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson, type Json } from "./canonical-json.ts";

it.each<[Json, string]>([
  [null, "null"],
  [true, "true"],
  ['電\n"a"', '"電\\n\\"a\\""'],
  [0, "0"],
  [-0, "0"],
  [9007199254740991, "9007199254740991"],
  [[], "[]"],
  [{}, "{}"],
  [{ b: 1, a: [{ d: null, c: "x" }] }, '{"a":[{"c":"x","d":null}],"b":1}'],
  [{ "10": 1, "9": 2, "": 3 }, '{"":3,"10":1,"9":2}'],
  // By UTF-16 code units, as RFC 8785 says: the emoji's first unit comes before U+FB33.
  [{ "\ufb33": 1, "😂": 2, "\u20ac": 3, "\r": 4 }, '{"\\r":4,"\u20ac":3,"😂":2,"\ufb33":1}'],
])("%j", (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

it.each<[string, unknown]>([
  ["a fraction", { a: 0.1 }],
  ["an unsafe integer", [2 ** 53]],
  ["not a number", NaN],
  ["infinity", Infinity],
  ["a bigint", 1n],
  ["undefined", { a: undefined }],
  ["a date", new Date(0)],
  ["a map", new Map()],
  ["a function", () => {}],
  ["half a surrogate pair", "\ud83d"],
  ["half a surrogate pair in a key", { "\ud83d": 1 }],
])("refuses %s", (_, value) => {
  expect(() => canonicalJson(value as Json)).toThrow(TypeError);
});

it("says where", () => {
  expect(() => canonicalJson({ rows: [{ amount: 1 }, { amount: 1.5 }] })).toThrow("$.rows[1].amount is 1.5");
});

const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("json")),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("json"), { noNullPrototype: true }),
  ),
})).json;

it("is JSON, and one text for one value whatever the order of its keys", () => {
  const reversed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value as Record<string, Json>)
        .reverse()
        .map(([key, item]) => [key, reversed(item)]),
    );
  };
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(reversed(value))).toBe(text);
      expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
    }),
  );
});
