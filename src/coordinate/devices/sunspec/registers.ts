import type { PointType } from "./model.ts";

const IS_SIGNED: ReadonlySet<PointType> = new Set(["int16", "int32", "int64", "sunssf"]);
const IS_ACCUMULATOR: ReadonlySet<PointType> = new Set(["acc16", "acc32", "acc64"]);

/** What a device writes into a point that it does not have; read back, such a point is missing. */
function absent(type: PointType, bits: bigint): bigint {
  if (IS_ACCUMULATOR.has(type) || type === "string") return 0n;
  return IS_SIGNED.has(type) ? 1n << (bits - 1n) : (1n << bits) - 1n;
}

function joined(registers: Uint16Array): bigint {
  let whole = 0n;
  for (const register of registers) whole = (whole << 16n) | BigInt(register);
  return whole;
}

function split(whole: bigint, size: number): Uint16Array {
  return Uint16Array.from({ length: size }, (_, i) => Number((whole >> BigInt(16 * (size - 1 - i))) & 0xffffn));
}

const bitsOf = (size: number): bigint => BigInt(16 * size);

/**
 * The plain value of a point's registers, before its scale factor; undefined when the device does not have the point.
 * Of an accumulator 0 means "not accumulated", so a counter that has never counted is missing too.
 * @source SunSpec Device Information Model Specification 1.1, types and their unimplemented values
 */
export function readRegisters(type: PointType, registers: Uint16Array): number | string | undefined {
  if (type === "pad") return undefined;
  const bytes = new DataView(new ArrayBuffer(2 * registers.length));
  for (const [i, register] of registers.entries()) bytes.setUint16(2 * i, register);
  if (type === "string") {
    const text = new TextDecoder("utf-8")
      .decode(bytes)
      .replace(/\0[\s\S]*$/, "")
      .trim();
    return text === "" ? undefined : text;
  }
  if (type === "float32") {
    const value = bytes.getFloat32(0);
    return Number.isFinite(value) ? value : undefined;
  }
  const bits = bitsOf(registers.length);
  const whole = joined(registers);
  if (whole === absent(type, bits)) return undefined;
  const value = Number(IS_SIGNED.has(type) ? BigInt.asIntN(Number(bits), whole) : whole);
  return type === "sunssf" && Math.abs(value) > 10 ? undefined : value;
}

/** Registers of a plain value; undefined when the type does not hold it, or takes it for an absent one. */
export function writeRegisters(type: PointType, size: number, value: number | string): Uint16Array | undefined {
  if (type === "string") {
    const bytes = new TextEncoder().encode(String(value));
    if (bytes.length > 2 * size) return undefined;
    return Uint16Array.from({ length: size }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  if (type === "float32") {
    const bytes = new DataView(new ArrayBuffer(4));
    bytes.setFloat32(0, value);
    return Uint16Array.of(bytes.getUint16(0), bytes.getUint16(2));
  }
  if (!Number.isInteger(value)) return undefined;
  const bits = bitsOf(size);
  const whole = BigInt(value);
  const least = IS_SIGNED.has(type) ? -(1n << (bits - 1n)) : 0n;
  const most = IS_SIGNED.has(type) ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  const unsigned = BigInt.asUintN(Number(bits), whole);
  if (whole < least || whole > most || (unsigned === absent(type, bits) && !IS_ACCUMULATOR.has(type))) return undefined;
  return split(unsigned, size);
}

/** Registers that say "this device does not have the point". */
export function absentRegisters(type: PointType, size: number): Uint16Array {
  if (type === "pad") return new Uint16Array(size).fill(0x8000);
  if (type === "float32") return Uint16Array.of(0x7fc0, 0);
  return split(absent(type, bitsOf(size)), size);
}
