import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { BLOCK_BYTES, decodeHeader, encodeHeader, paddingOf } from "./tar-header.ts";

it.each([0, 1, 511, 512, 513, 8 * 1024 ** 3 - 1, 8 * 1024 ** 3, 2 ** 50])("keeps a size of %i bytes", (size) => {
  const header = encodeHeader({ name: "tables/record.copy.gz", size });
  expect(decodeHeader(header)).toEqual({ name: "tables/record.copy.gz", size });
});

it("fills whole blocks", () => {
  expect([0, 1, 511, 512, 513].map(paddingOf)).toEqual([0, 511, 1, 0, 511]);
});

it("is what tar programs read", () => {
  const content = Buffer.from("hello");
  const archive = Buffer.concat([
    encodeHeader({ name: "files/00000001", size: 5 }),
    content,
    Buffer.alloc(BLOCK_BYTES - 5),
    Buffer.alloc(1024),
  ]);
  expect(execFileSync("tar", ["xOf", "-", "files/00000001"], { input: archive }).toString()).toBe("hello");
});

it.each(["", "a b", "數據", "x".repeat(101), "a\nb"])("refuses to write the name %j", (name) => {
  expect(() => encodeHeader({ name, size: 0 })).toThrow("not a name");
});

it("reads nothing out of bytes that are no header of ours", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: BLOCK_BYTES, maxLength: BLOCK_BYTES }), (bytes) => {
      expect(decodeHeader(Buffer.from(bytes))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 263 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const header = encodeHeader({ name: "manifest.json", size: 1234 });
      header[at] = (header[at] as number) ^ change;
      const read = decodeHeader(header);
      // The last two bytes of the checksum's own field carry nothing.
      if (at !== 154 && at !== 155) expect(read).toBeUndefined();
    }),
  );
});
