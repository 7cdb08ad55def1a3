import fc from "fast-check";
import { expect, it } from "vitest";
import { type Envelope, envelopeHash, GENESIS, microseconds } from "./envelope.ts";

const first: Envelope = {
  stream: "ledger",
  seq: 1,
  position: 1n,
  atMicroseconds: "1751299200123000",
  actor: "local-owner",
  kind: "batch.submitted",
  body: '{"rows":3}',
  previous: GENESIS,
};

it("is a hash that any program can compute: lengths and fields, SHA-256", () => {
  // Computed by another program: python's struct.pack(">I", len) and hashlib.
  expect(envelopeHash(first).toString("hex")).toBe("f5eabb0d75d502ae2296ee3ac90f431bc00ba7de02cc558e729526825122bb41");
});

it("changes with every field", () => {
  const other = Buffer.from(GENESIS);
  other[31] = 1;
  const changed: Partial<Envelope>[] = [
    { stream: "ledgers" },
    { seq: 2 },
    { position: 2n },
    { atMicroseconds: "1751299200123001" },
    { actor: "local-Owner" },
    { kind: "batch.approved" },
    { body: '{"rows":4}' },
    { previous: other },
  ];
  const hashes = [first, ...changed.map((change) => ({ ...first, ...change }))].map((one) =>
    envelopeHash(one).toString("hex"),
  );
  expect(new Set(hashes).size).toBe(changed.length + 1);
});

it("changes when text moves from one field to the next", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" }), (actor, kind) => {
      const moved = { ...first, actor: actor.slice(0, -1), kind: actor.slice(-1) + kind };
      expect(envelopeHash({ ...first, actor, kind }).equals(envelopeHash(moved))).toBe(false);
    }),
  );
});

it.each([
  [new Date("2025-06-30T16:00:00.123Z"), "1751299200123000"],
  [new Date(0), "0"],
  [new Date(-1), "-1000"],
])("%s is %s microseconds", (instant, text) => {
  expect(microseconds(instant)).toBe(text);
});

it("refuses a clock that gives no instant", () => {
  expect(() => microseconds(new Date("never"))).toThrow("no valid instant");
});
