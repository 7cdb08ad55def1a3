import { z } from "zod";
import type { AllowedSetPoint } from "./order.ts";
import type { DeviceState } from "./state.ts";

/** What a device says on `topic/state`, retained; times in ISO 8601 with a zone, or in ms since 1970 UTC. */
const stateSchema = z.object({
  at: z.union([z.string(), z.number()]),
  powerKw: z.number().optional(),
  storedKwh: z.number().optional(),
  /** What it holds; absent when it holds nothing and runs by itself. */
  setPointKw: z.number().optional(),
  limitKw: z.number().optional(),
  mode: z.string().optional(),
  since: z.union([z.string(), z.number()]).optional(),
  /** Seconds until it goes to its safe value by itself. */
  revertsInS: z.number().optional(),
  /** Modes that it can go to now, by its own interlocks. */
  allowedModes: z.array(z.string()).optional(),
});

export type DeviceMessage = z.infer<typeof stateSchema>;

const instantOf = (value: string | number): number => (typeof value === "number" ? value : Date.parse(value));

/** The state in a message; nothing when it is none. */
export function readMessage(
  text: string,
): { readonly message: DeviceMessage; readonly state: DeviceState } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = stateSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const message = parsed.data;
  const at = instantOf(message.at);
  if (!Number.isFinite(at)) return undefined;
  const since = message.since === undefined ? Number.NaN : instantOf(message.since);
  const measured = (value: number | undefined): { value: number; at: number } | undefined =>
    value === undefined ? undefined : { value, at };
  const [powerKw, storedKwh, setPointKw] = [message.powerKw, message.storedKwh, message.setPointKw].map(measured);
  const state: DeviceState = {
    ...(powerKw ? { powerKw } : {}),
    ...(storedKwh ? { storedKwh } : {}),
    ...(setPointKw ? { setPointKw } : {}),
    ...(message.mode === undefined ? {} : { mode: { mode: message.mode, at } }),
    ...(Number.isFinite(since) ? { changedAt: since } : {}),
    ...(message.allowedModes ? { allowedModes: message.allowedModes } : {}),
  };
  return { message, state };
}

/** What goes to `topic/set`: the set-point, and how long it holds. */
export function setMessage(setPoint: AllowedSetPoint, now: number): object {
  const value =
    setPoint.kind === "mode"
      ? { mode: setPoint.mode }
      : setPoint.kind === "power"
        ? { powerKw: setPoint.powerKw }
        : { limitKw: setPoint.limitKw };
  return { ...value, revertAfterS: setPoint.revertAfterS, sentAt: new Date(now).toISOString() };
}

/** Whether a device's message shows that it holds a set-point. */
export function holds(message: DeviceMessage, setPoint: AllowedSetPoint): boolean {
  const near = (a: number | undefined, b: number): boolean =>
    a !== undefined && Math.abs(a - b) <= Math.max(0.01, Math.abs(b) * 0.01);
  if (setPoint.kind === "mode") return message.mode === setPoint.mode;
  return setPoint.kind === "power"
    ? near(message.setPointKw, setPoint.powerKw)
    : near(message.limitKw, setPoint.limitKw);
}
