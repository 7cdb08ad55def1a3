import type { Issue } from "../../ground/issue/index.ts";
import type { DevicePort, JobsPort, MeterPort } from "./ports.ts";
import type { DeviceState, JobState, Measured, SiteState } from "./state.ts";

/** Since when a device has been in what it is in, as far as it was seen. */
export interface Since {
  readonly what: string;
  readonly at: number;
}

/** What can be read of a site. */
export interface Sensors {
  readonly devices: ReadonlyMap<string, DevicePort>;
  readonly meter: MeterPort | undefined;
  readonly jobs: JobsPort | undefined;
  /** Modes that the site's rules allow now; nothing where there is no rule: then the device's own interlocks decide. */
  readonly allowedModes: (device: string, state: SiteState) => readonly string[] | undefined;
}

/**
 * Reads all devices, the meter and the scheduler at once. What does not answer is absent from the state.
 * @issues those of the ports
 */
export async function senseSite(
  ports: Sensors,
  at: number,
  before: ReadonlyMap<string, Since>,
): Promise<{
  readonly state: SiteState;
  readonly since: ReadonlyMap<string, Since>;
  readonly issues: readonly Issue[];
}> {
  const issues: Issue[] = [];
  const [devices, gridKw, jobs] = await Promise.all([
    Promise.all([...ports.devices].map(async ([device, port]) => [device, await port.read()] as const)),
    ports.meter?.read(),
    ports.jobs?.read(),
  ]);
  const states = new Map<string, DeviceState>();
  const since = new Map(before);
  for (const [device, read] of devices) {
    if (!read.ok) {
      issues.push(...read.issues);
      continue;
    }
    const what = whatOf(read.value);
    const known = since.get(device);
    if (known?.what !== what) since.set(device, { what, at });
    // A first sight says nothing about how long it has been so.
    const changedAt = read.value.changedAt ?? (known === undefined ? undefined : since.get(device)?.at);
    if (known === undefined) since.set(device, { what, at: Number.NEGATIVE_INFINITY });
    states.set(device, { ...read.value, ...(changedAt === undefined ? {} : { changedAt }) });
  }
  for (const read of [gridKw, jobs]) if (read && !read.ok) issues.push(...read.issues);
  const state: SiteState = { at, devices: states, ...valueOf("gridKw", gridKw), ...valueOf("jobs", jobs) };
  const withModes = new Map(
    [...states].map(([device, one]): readonly [string, DeviceState] => {
      const byRules = ports.allowedModes(device, state);
      if (!byRules) return [device, one];
      // What the machine's own interlocks forbid, no rule allows.
      const own = one.allowedModes;
      return [device, { ...one, allowedModes: own ? byRules.filter((mode) => own.includes(mode)) : byRules }];
    }),
  );
  return { state: { ...state, devices: withModes }, since, issues };
}

/** On, off, or in a mode. */
function whatOf({ mode, setPointKw, powerKw }: DeviceState): string {
  if (mode) return mode.mode;
  return Math.abs((setPointKw ?? powerKw)?.value ?? 0) > 0 ? "on" : "off";
}

type Read =
  | { readonly ok: true; readonly value: Measured | ReadonlyMap<string, JobState> }
  | { readonly ok: false }
  | undefined;

function valueOf(name: string, read: Read): object {
  return read?.ok ? { [name]: read.value } : {};
}
