import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { findSunspec, type RegisterBus, type SunspecDevice, type SunspecModels } from "../devices/index.ts";
import type { DevicePort, MeterPort } from "./ports.ts";
import type { DeviceState, Measured } from "./state.ts";

/** A SunSpec device on a bus, found when it is first needed and again after it was lost. */
export interface SunspecPlace {
  readonly device: string;
  readonly bus: RegisterBus;
  readonly unit: number;
  readonly models: SunspecModels;
  readonly now: () => number;
}

const METER = 203;
const INVERTERS = [101, 102, 103] as const;
const STORAGE = 802;
const CONTROLS = 704;

/** Finds the device once, and again when it answered that it is not what it was. */
function finder({ bus, unit, models }: SunspecPlace): () => Promise<Result<SunspecDevice>> {
  let found: SunspecDevice | undefined;
  return async () => {
    if (found) return ok(found);
    const fresh = await findSunspec(bus, unit, models);
    if (fresh.ok) found = fresh.value;
    return fresh;
  };
}

function unanswered(device: string, actual: string): Issue {
  return { code: "ACT-020", severity: "error", at: { path: device }, actual, values: { device } };
}

function notTaken(device: string, expected: string, actual: string): Issue {
  return { code: "ACT-021", severity: "error", at: { path: device }, expected, actual, values: { device } };
}

const numberOf = (points: ReadonlyMap<string, number | string>, name: string): number | undefined => {
  const value = points.get(name);
  return typeof value === "number" ? value : undefined;
};

/** Set-points are whole steps of the device, and powers are shown rounded. */
const near = (a: number | undefined, b: number): boolean =>
  a !== undefined && Math.abs(a - b) <= Math.max(1, Math.abs(b) * 0.01);

/**
 * A battery with models 802 (what it holds and gives) and 704 (set-point with a revert timer that the device keeps). In
 * SunSpec power out of the battery is positive, here charging is.
 * @param energyKwh of which the device tells a share
 * @issues DEVICE-…; ACT-020 (it does not say what it holds), ACT-021 (it did not take the set-point with its timer)
 */
export function sunspecBattery(place: SunspecPlace, energyKwh: number): DevicePort {
  const { device, now } = place;
  const find = finder(place);
  return {
    async read(): Promise<Result<DeviceState>> {
      const found = await find();
      if (!found.ok) return found;
      const storage = await found.value.read(STORAGE);
      if (!storage.ok) return storage;
      const controls = await found.value.read(CONTROLS);
      if (!controls.ok) return controls;
      const at = now();
      const watts = numberOf(storage.value, "W");
      const share = numberOf(storage.value, "SoC");
      if (watts === undefined || share === undefined) return fail(unanswered(device, "802: W, SoC"));
      const set = controls.value.get("WSetEna") === 1 ? numberOf(controls.value, "WSet") : undefined;
      return ok({
        powerKw: { value: -watts / 1000, at },
        storedKwh: { value: (share / 100) * energyKwh, at },
        ...(set === undefined ? {} : { setPointKw: { value: -set / 1000, at } }),
      });
    },
    async write(setPoint): Promise<Result<void>> {
      if (setPoint.kind !== "power") return fail(notTaken(device, "power", setPoint.kind));
      const found = await find();
      if (!found.ok) return found;
      const timer = Math.max(1, Math.ceil(setPoint.revertAfterS));
      const watts = -setPoint.powerKw * 1000;
      // The timer first: should this process end between the two requests, nothing holds without one.
      const armed = await found.value.write(CONTROLS, { WSetRvrt: 0, WSetEnaRvrt: 0, WSetRvrtTms: timer });
      if (!armed.ok) return armed;
      const set = await found.value.write(CONTROLS, { WSetEna: 1, WSetMod: 1, WSet: watts });
      if (!set.ok) return set;
      const back = await found.value.read(CONTROLS);
      if (!back.ok) return back;
      const held = numberOf(back.value, "WSet");
      const left = numberOf(back.value, "WSetRvrtRem") ?? 0;
      const taken = back.value.get("WSetEna") === 1 && near(held && held / 1000, watts / 1000) && left > 0;
      return taken
        ? ok(undefined)
        : fail(notTaken(device, `WSet ${watts} W, WSetRvrtRem > 0 s`, `WSet ${held ?? "–"} W, WSetRvrtRem ${left} s`));
    },
    close: () => place.bus.close(),
  };
}

/**
 * A PV inverter with model 103 (or 101, 102) and the limit of model 704, in percent of its rating.
 * @issues DEVICE-…; ACT-020, ACT-021
 */
export function sunspecInverter(place: SunspecPlace, ratingKw: number): DevicePort {
  const { device, now } = place;
  const find = finder(place);
  return {
    async read(): Promise<Result<DeviceState>> {
      const found = await find();
      if (!found.ok) return found;
      const model = INVERTERS.find((id) => found.value.found.some((one) => one.id === id)) ?? 103;
      const read = await found.value.read(model);
      if (!read.ok) return read;
      const watts = numberOf(read.value, "W");
      return watts === undefined
        ? fail(unanswered(device, `${model}: W`))
        : ok({ powerKw: { value: -watts / 1000, at: now() } });
    },
    async write(setPoint): Promise<Result<void>> {
      if (setPoint.kind !== "limit") return fail(notTaken(device, "limit", setPoint.kind));
      const found = await find();
      if (!found.ok) return found;
      const timer = Math.max(1, Math.ceil(setPoint.revertAfterS));
      const percent = Math.min(100, Math.max(0, (100 * setPoint.limitKw) / ratingKw));
      const armed = await found.value.write(CONTROLS, {
        WMaxLimPctRvrt: 100,
        WMaxLimPctEnaRvrt: 0,
        WMaxLimPctRvrtTms: timer,
      });
      if (!armed.ok) return armed;
      const set = await found.value.write(CONTROLS, { WMaxLimPctEna: 1, WMaxLimPct: percent });
      if (!set.ok) return set;
      const back = await found.value.read(CONTROLS);
      if (!back.ok) return back;
      const held = numberOf(back.value, "WMaxLimPct");
      const left = numberOf(back.value, "WMaxLimPctRvrtRem") ?? 0;
      return near(held, percent) && left > 0
        ? ok(undefined)
        : fail(notTaken(device, `WMaxLimPct ${percent} %, > 0 s`, `WMaxLimPct ${held ?? "–"} %, ${left} s`));
    },
    close: () => place.bus.close(),
  };
}

/** The meter of the grid connection, model 203: W, positive into the site. @issues DEVICE-…; ACT-020 */
export function sunspecMeter(place: SunspecPlace): MeterPort {
  const find = finder(place);
  return {
    async read(): Promise<Result<Measured>> {
      const found = await find();
      if (!found.ok) return found;
      const read = await found.value.read(METER);
      if (!read.ok) return read;
      const watts = numberOf(read.value, "W");
      return watts === undefined
        ? fail(unanswered("grid", `${METER}: W`))
        : ok({ value: watts / 1000, at: place.now() });
    },
    close: () => place.bus.close(),
  };
}
