import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPack } from "../../../ground/content/index.ts";
import { expectOk } from "../../../ground/issue/index.ts";
import { decodeModel, encodeModel, encodePoint } from "./codec.ts";
import { createSunspecModels, type SunspecModels } from "./model.ts";
import { absentRegisters, readRegisters, writeRegisters } from "./registers.ts";

const modelsOf = (text: string): ReturnType<typeof createSunspecModels> =>
  createSunspecModels([expectOk(createPack("test", "1.0.0", new Map([["devices/sunspec/9.yaml", text]])))]);

const MODELS: SunspecModels = expectOk(
  modelsOf(`
- id: 9
  name: sample
  title: a model for this test
  points:
    - { name: ID, type: uint16 }
    - { name: L, type: uint16 }
    - { name: W, type: int16, factor: W_SF, unit: W }
    - { name: WH, type: acc32, factor: 2, unit: Wh }
    - { name: WSet, type: int32, factor: W_SF, unit: W, writable: true }
    - { name: Share, type: uint16, factor: -1, unit: "%", writable: true }
    - { name: Name, type: string, size: 4, writable: true }
    - { name: St, type: enum16, symbols: { OFF: 1, ON: 2 } }
    - { name: W_SF, type: sunssf }
`),
);
const model = MODELS.get(9)!;

describe("reading a model", () => {
  it("applies scale factors, exactly where they are tenths", () => {
    const registers = Uint16Array.of(9, 12, 0xfffd, 0, 7, 0, 1234, 305, 0x4142, 0x4300, 0, 0, 2, 0xffff);
    expect(Object.fromEntries(decodeModel(model, registers))).toEqual({
      ID: 9,
      L: 12,
      W: -0.3,
      WH: 700,
      WSet: 123.4,
      Share: 30.5,
      Name: "ABC",
      St: 2,
      W_SF: -1,
    });
  });

  it("leaves out what the device does not have, and what nobody can scale", () => {
    const registers = Uint16Array.of(9, 12, 5, 0, 0, 0x8000, 0, 0xffff, 0, 0, 0, 0, 0xffff, 0x8000);
    expect([...decodeModel(model, registers).keys()]).toEqual(["ID", "L"]);
  });

  it("reads an older, shorter model as far as it goes", () => {
    expect([...decodeModel(model, Uint16Array.of(9, 2, 5)).keys()]).toEqual(["ID", "L"]);
  });
});

describe("writing a point", () => {
  const registers = expectOk(encodeModel(model, new Map([["W_SF", 2]])));
  it.each([
    [1200, 1200],
    [1299, 1200],
    [-1299, -1200],
    [0, 0],
  ])("cuts %d W towards zero, to %d", (asked, kept) => {
    const written = expectOk(encodePoint(model, "WSet", asked, registers));
    registers.set(written.registers, written.offset);
    expect(decodeModel(model, registers).get("WSet")).toBe(kept);
  });
  it.each([
    ["W", 1, "DEVICE-006"],
    ["Nothing", 1, "DEVICE-006"],
    ["WSet", Number.NaN, "DEVICE-007"],
    ["WSet", Number.POSITIVE_INFINITY, "DEVICE-007"],
    ["WSet", 1e15, "DEVICE-007"],
    ["Share", -1, "DEVICE-007"],
    ["Share", 6553.5, "DEVICE-007"],
    ["Name", "much too long", "DEVICE-007"],
  ])("refuses %s = %s with %s", (name, value, code) => {
    const result = encodePoint(model, name, value, registers);
    expect(result.ok ? [] : result.issues.map((issue) => issue.code)).toEqual([code]);
  });
});

it("reads back what it writes, for every type", () => {
  const types = fc.constantFrom("int16", "uint16", "int32", "uint32", "enum16", "bitfield32", "acc32", "float32");
  fc.assert(
    fc.property(types, fc.integer({ min: -(2 ** 33), max: 2 ** 33 }), (type, value) => {
      const size = type.endsWith("32") ? 2 : 1;
      const written = writeRegisters(type, size, value);
      if (written === undefined) return;
      const read = readRegisters(type, written);
      if (type === "acc32" && value === 0) expect(read).toBeUndefined();
      else expect(read).toBe(type === "float32" ? Math.fround(value) : value);
    }),
  );
  for (const type of ["int16", "int64", "uint64", "acc16", "sunssf", "string", "float32", "pad"] as const)
    expect(readRegisters(type, absentRegisters(type, type.endsWith("64") ? 4 : type === "float32" ? 2 : 1))).toBe(
      undefined,
    );
});

it("says what is wrong with a definition", () => {
  const broken = modelsOf(`
- id: 9
  name: sample
  title: twice a point, and a factor that is none
  points:
    - { name: ID, type: uint16 }
    - { name: L, type: uint16 }
    - { name: W, type: int16, factor: L }
    - { name: W, type: int16 }
`);
  expect(broken.ok ? [] : broken.issues.map((issue) => issue.code)).toEqual(["CONTENT-005"]);
});
