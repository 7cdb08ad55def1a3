import { fail, ok, type Result, type Where } from "../../../ground/issue/index.ts";
import type { SunspecModel, SunspecPoint } from "./model.ts";
import { absentRegisters, readRegisters, writeRegisters } from "./registers.ts";

/** Numbers in the point's unit (scale factor applied), enumerations by number, texts. */
export type SunspecValue = number | string;

/** Registers to write, counted from the model's first one. */
export interface RegisterWrite {
  readonly offset: number;
  readonly registers: Uint16Array;
}

/** Power of ten of a point; undefined when the device does not have the point that holds it: then nobody knows the unit. */
function exponent(model: SunspecModel, point: SunspecPoint, registers: Uint16Array): number | undefined {
  if (point.factor === undefined) return 0;
  if (typeof point.factor === "number") return point.factor;
  const factor = model.points.get(point.factor);
  const read = factor && readRegisters(factor.type, registers.subarray(factor.offset, factor.offset + factor.size));
  return typeof read === "number" ? read : undefined;
}

/** Dividing by a whole power is exact to the last digit where multiplying by 0.1 is not. */
const scaled = (value: number, power: number): number => (power < 0 ? value / 10 ** -power : value * 10 ** power);

/**
 * The values of a model's registers. A point that the device does not have is not in the map: it is missing, not zero.
 * @param registers from the model's id on; of a shorter (older) model, the points beyond its end are missing
 */
export function decodeModel(model: SunspecModel, registers: Uint16Array): Map<string, SunspecValue> {
  const values = new Map<string, SunspecValue>();
  for (const point of model.points.values()) {
    if (point.offset + point.size > registers.length) continue;
    const raw = readRegisters(point.type, registers.subarray(point.offset, point.offset + point.size));
    if (raw === undefined) continue;
    const power = exponent(model, point, registers);
    if (power === undefined) continue;
    values.set(point.name, typeof raw === "number" ? scaled(raw, power) : raw);
  }
  return values;
}

/**
 * Registers by which one point gets a value. What falls between two steps of the device is cut towards zero, so that a
 * set-point never becomes larger than it was asked to be.
 * @param value    in the point's unit; an enumeration by its number
 * @param registers the model as it was read, for its scale factors
 * @issues DEVICE-006 (no such point, or not writable), DEVICE-007 (the point does not hold the value)
 */
export function encodePoint(
  model: SunspecModel,
  name: string,
  value: SunspecValue,
  registers: Uint16Array,
  at: Where = {},
): Result<RegisterWrite> {
  const point = model.points.get(name);
  const where = { ...at, path: `${model.id}.${name}` };
  if (!point?.writable) {
    const expected = [...model.points.values()].filter((one) => one.writable).map((one) => one.name);
    return fail({ code: "DEVICE-006", severity: "error", at: where, expected: expected.join(", ") || "–" });
  }
  return encode(model, point, value, registers, where);
}

function encode(
  model: SunspecModel,
  point: SunspecPoint,
  value: SunspecValue,
  registers: Uint16Array,
  at: Where,
): Result<RegisterWrite> {
  const power = exponent(model, point, registers);
  const raw = typeof value === "number" && power !== undefined ? towardsZero(scaled(value, -power), point) : value;
  const written = power === undefined ? undefined : writeRegisters(point.type, point.size, raw);
  return written
    ? ok({ offset: point.offset, registers: written })
    : fail({
        code: "DEVICE-007",
        severity: "error",
        at,
        expected: power === undefined ? String(point.factor) : `${point.type} × 10^${power}`,
        actual: String(value),
      });
}

function towardsZero(value: number, point: SunspecPoint): number {
  if (point.type === "float32") return value;
  const nearest = Math.round(value);
  // 0.3 / 0.1 is a hair below 3: a value that is a step up to rounding is that step.
  return Math.abs(value - nearest) <= 1e-9 * Math.max(1, Math.abs(value)) ? nearest : Math.trunc(value);
}

/**
 * A whole model as a device holds it: id, length, the values given, and "not there" for all others.
 * @issues DEVICE-006 (no such point), DEVICE-007 (a point does not hold its value)
 */
export function encodeModel(model: SunspecModel, values: ReadonlyMap<string, SunspecValue>): Result<Uint16Array> {
  const registers = new Uint16Array(model.size);
  for (const { type, offset, size } of model.points.values()) registers.set(absentRegisters(type, size), offset);
  registers[0] = model.id;
  registers[1] = model.size - 2;
  // Scale factors first: what is encoded after them needs them.
  const ordered = [...values].sort(([a], [b]) => Number(isFactor(model, b)) - Number(isFactor(model, a)));
  for (const [name, value] of ordered) {
    const point = model.points.get(name);
    const at = { path: `${model.id}.${name}` };
    if (!point)
      return fail({ code: "DEVICE-006", severity: "error", at, expected: [...model.points.keys()].join(", ") });
    const write = encode(model, point, value, registers, at);
    if (!write.ok) return write;
    registers.set(write.value.registers, write.value.offset);
  }
  return ok(registers);
}

const isFactor = (model: SunspecModel, name: string): boolean => model.points.get(name)?.type === "sunssf";
