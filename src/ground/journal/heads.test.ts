import fc from "fast-check";
import { expect, it } from "vitest";
import { formatHeads, HeadsHash, parseHeads } from "./heads.ts";

const sha256 = "0123456789abcdef".repeat(4);

it.each([
  [`candela-head-1:0:${sha256}`, 0n],
  [`  candela-head-1:42:${sha256}\n`, 42n],
  [`candela-head-1:9223372036854775807:${sha256}`, 9223372036854775807n],
])("reads %j", (text, position) => {
  expect(parseHeads(text)).toEqual({ ok: true, value: { position, sha256 } });
});

it.each([
  "",
  "head",
  `candela-head-2:1:${sha256}`,
  `candela-head-1:01:${sha256}`,
  `candela-head-1:-1:${sha256}`,
  `candela-head-1:1:${sha256.slice(1)}`,
  `candela-head-1:1:${sha256.toUpperCase()}`,
])("refuses %j", (text) => {
  expect(parseHeads(text, { file: "head.txt" })).toMatchObject({
    ok: false,
    issues: [{ code: "JOURNAL-007", at: { file: "head.txt" } }],
  });
});

it("prints what it reads", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (position) => {
      expect(parseHeads(formatHeads({ position, sha256 }))).toEqual({ ok: true, value: { position, sha256 } });
    }),
  );
});

it("tells streams, numbers and hashes apart", () => {
  const of = (...ends: [string, number, number][]): string => {
    const hash = new HeadsHash();
    for (const [stream, seq, byte] of ends) hash.add(stream, seq, Buffer.alloc(32, byte));
    return hash.heads(1n).sha256;
  };
  const all = [
    of(),
    of(["a", 1, 0]),
    of(["a", 1, 1]),
    of(["a", 2, 0]),
    of(["b", 1, 0]),
    of(["a", 1, 0], ["b", 1, 0]),
    of(["a1", 1, 0]),
    of(["a", 11, 0]),
  ];
  expect(new Set(all).size).toBe(all.length);
});
