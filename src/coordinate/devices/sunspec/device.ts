import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import type { RegisterBus } from "../register-bus.ts";
import { decodeModel, encodePoint, type RegisterWrite, type SunspecValue } from "./codec.ts";
import type { SunspecModel, SunspecModels } from "./model.ts";

/** Where SunSpec devices begin, in the order in which they are looked at. */
const BASES = [40_000, 0, 50_000] as const;
const MARKER = [0x5375, 0x6e53] as const;
const END = 0xffff;
/** A chain of models that goes on longer than this is no chain. */
const MOST_MODELS = 200;

/** One model in a device: which, where and how long. */
export interface FoundModel {
  readonly id: number;
  /** Address of its id. */
  readonly address: number;
  /** Registers in all, id and length included. */
  readonly size: number;
}

/** A SunSpec device that was found on a bus. */
export interface SunspecDevice {
  readonly name: string;
  /** Every model in the device, also those that no content describes. */
  readonly found: readonly FoundModel[];
  /**
   * The values of a model, now. What the device does not have is not in the map.
   * @issues DEVICE-001 … DEVICE-004; DEVICE-005 (the device has no such model, or no content describes it)
   */
  read(model: number): Promise<Result<Map<string, SunspecValue>>>;
  /**
   * Writes points of a model in the order given, neighbours in one request: what must hold before a control is enabled
   * (its revert values and timer) is named first, the enabling last.
   * @param values in the points' units
   * @issues those of `read`; DEVICE-006, DEVICE-007
   */
  write(model: number, values: Readonly<Record<string, SunspecValue>>): Promise<Result<void>>;
}

/**
 * Looks for the marker "SunS" and walks the chain of models behind it.
 * @issues DEVICE-001 … DEVICE-004 (no connection, no answer, refused, no sense), DEVICE-008 (no marker), DEVICE-009 (a broken chain)
 */
export async function findSunspec(
  bus: RegisterBus,
  unit: number,
  models: SunspecModels,
): Promise<Result<SunspecDevice>> {
  const at = { file: bus.name };
  const base = await findMarker(bus, unit);
  if (!base.ok) return base;
  const found: FoundModel[] = [];
  let address = base.value + MARKER.length;
  for (;;) {
    const head = await bus.read(unit, address, 2);
    if (!head.ok) return head;
    const [id = END, length = 0] = head.value;
    if (id === END) break;
    if (id === 0 || address + length > 0xffff || found.length >= MOST_MODELS)
      return fail({ code: "DEVICE-009", severity: "error", at, actual: `${id} @ ${address}` });
    found.push({ id, address, size: length + 2 });
    address += length + 2;
  }
  const named = (id: number): Result<{ place: FoundModel; model: SunspecModel }> => {
    const place = found.find((one) => one.id === id);
    const model = models.get(id);
    return place && model
      ? ok({ place, model })
      : fail({
          code: "DEVICE-005",
          severity: "error",
          at,
          expected: found.map((one) => one.id).join(", ") || "–",
          actual: String(id),
        });
  };
  const registersOf = ({ address: from, size }: FoundModel): Promise<Result<Uint16Array>> => bus.read(unit, from, size);
  return ok({
    name: bus.name,
    found,
    async read(id) {
      const known = named(id);
      if (!known.ok) return known;
      const registers = await registersOf(known.value.place);
      return registers.ok ? ok(decodeModel(known.value.model, registers.value)) : registers;
    },
    async write(id, values) {
      const known = named(id);
      if (!known.ok) return known;
      const { place, model } = known.value;
      const registers = await registersOf(place);
      if (!registers.ok) return registers;
      const encoded = Object.entries(values).map(([name, value]) =>
        encodePoint(model, name, value, registers.value, at),
      );
      const issues = encoded.flatMap((one) => (one.ok ? [] : one.issues));
      if (issues.length > 0) return fail(...issues);
      for (const { offset, registers: block } of neighbours(encoded.flatMap((one) => (one.ok ? [one.value] : [])))) {
        const written = await bus.write(unit, place.address + offset, block);
        if (!written.ok) return written;
      }
      return ok(undefined);
    },
  });
}

async function findMarker(bus: RegisterBus, unit: number): Promise<Result<number>> {
  const seen: string[] = [];
  for (const base of BASES) {
    const marker = await bus.read(unit, base, MARKER.length);
    // A device that has no registers there says so by an exception: it may have them at the next place.
    if (!marker.ok && marker.issues.some(({ code }) => code !== "DEVICE-003")) return marker;
    if (marker.ok && MARKER.every((register, i) => marker.value[i] === register)) return ok(base);
    seen.push(`${base}: ${marker.ok ? [...marker.value].map((one) => one.toString(16)).join(" ") : "–"}`);
  }
  return fail({ code: "DEVICE-008", severity: "error", at: { file: bus.name }, actual: seen.join("; ") });
}

/** Writes that follow each other in order and in place become one. */
function neighbours(writes: readonly RegisterWrite[]): RegisterWrite[] {
  const joined: RegisterWrite[] = [];
  for (const write of writes) {
    const last = joined.at(-1);
    if (last && last.offset + last.registers.length === write.offset)
      joined[joined.length - 1] = {
        offset: last.offset,
        registers: Uint16Array.from([...last.registers, ...write.registers]),
      };
    else joined.push(write);
  }
  return joined;
}
