import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AllowedSetPoint,
  type Connection,
  type Control,
  createSunspecModels,
  type DevicePort,
  envelopeOf,
  type EnvelopeLimits,
  type JobsPort,
  type MeterPort,
  modbusTcp,
  mqttDevice,
  type RegisterBus,
  type Site,
  type SiteState,
  slurmJobs,
  sunspecBattery,
  sunspecInverter,
  sunspecMeter,
  upsModeAllowed,
  watchedDevice,
} from "../coordinate/index.ts";
import { ok, type Result } from "../ground/issue/index.ts";
import { localDateOf, localHourOf } from "../ground/quantity/index.ts";
import { shippedPack } from "./package-folder.ts";

/** What a site file connects, as ports. */
export interface SiteConnections {
  readonly devices: ReadonlyMap<string, DevicePort>;
  readonly meter: MeterPort | undefined;
  readonly jobs: JobsPort | undefined;
  readonly allowedModes: (device: string, state: SiteState) => readonly string[] | undefined;
  close(): Promise<void>;
}

/** An answer must come well within a step. */
function timeoutMs({ stepS }: Control): number {
  return Math.min(5000, Math.max(300, stepS * 250));
}

/**
 * Connects what a site file names; connections are made when they are first used.
 * @param watchdog socket of the watchdog, for devices that it brings back; without one they are written as they are
 * @issues CONTENT-… (the device models)
 */
export async function connectSite(
  site: Site,
  control: Control,
  now: () => number,
  watchdog: string | undefined,
): Promise<Result<SiteConnections>> {
  const models = createSunspecModels([await shippedPack()]);
  if (!models.ok) return models;
  const limits = envelopeOf(site, control);
  const buses = new Map<string, RegisterBus>();
  const busOf = ({ host, port }: Connection): RegisterBus => {
    const key = `${host}:${port}`;
    const bus = buses.get(key) ?? modbusTcp({ host, port, timeoutMs: timeoutMs(control) });
    buses.set(key, bus);
    return bus;
  };
  const portOf = (one: Connection): DevicePort | undefined => {
    const { device, host, port, topic, revertBy, unit } = one;
    if (one.protocol === "mqtt")
      return mqttDevice({
        ...{ device, host, port, topic: topic ?? device, revertsItself: revertBy === "device", now },
        timeoutMs: timeoutMs(control),
      });
    const place = { device, bus: busOf(one), unit, models: models.value, now };
    const battery = site.batteries.find(({ id }) => id === device);
    const pv = site.pv.find(({ id }) => id === device);
    if (battery) return sunspecBattery(place, battery.energyKwh);
    return pv && sunspecInverter(place, pv.powerKw);
  };
  const devices = new Map<string, DevicePort>();
  let meter: MeterPort | undefined;
  for (const one of control.connections) {
    if (one.device === "grid") {
      meter =
        one.protocol === "mqtt"
          ? meterOf(
              mqttDevice({
                ...one,
                topic: one.topic ?? "grid",
                revertsItself: false,
                now,
                timeoutMs: timeoutMs(control),
              }),
            )
          : sunspecMeter({ device: "grid", bus: busOf(one), unit: one.unit, models: models.value, now });
      continue;
    }
    const port = portOf(one);
    if (!port) continue;
    const watched = one.revertBy === "watchdog" && watchdog !== undefined;
    devices.set(one.device, watched ? watchedDevice(port, one.device, watchdog, isSafe(limits)) : port);
  }
  const { scheduler } = control;
  const jobs = scheduler && slurmJobs({ scheduler, workloads: site.workloads, clusters: limits.clusters, now });
  return ok({
    devices,
    meter,
    jobs,
    allowedModes: upsRules(site),
    async close() {
      for (const port of devices.values()) await port.close();
      await meter?.close();
      for (const bus of buses.values()) await bus.close();
    },
  });
}

/** A meter that speaks MQTT tells its power as any device does. */
function meterOf(port: DevicePort): MeterPort {
  return {
    async read() {
      const state = await port.read();
      if (!state.ok) return state;
      return state.value.powerKw
        ? ok(state.value.powerKw)
        : {
            ok: false,
            issues: [
              {
                code: "ACT-020",
                severity: "error",
                at: { path: "grid" },
                actual: "powerKw",
                values: { device: "grid" },
              },
            ],
          };
    },
    close: () => port.close(),
  };
}

/** Whether a set-point is the one that a device has when nobody tells it anything. */
function isSafe(limits: EnvelopeLimits): (setPoint: AllowedSetPoint) => boolean {
  return (setPoint) => {
    const own = limits.devices.get(setPoint.device);
    if (setPoint.kind === "power") return setPoint.powerKw === 0;
    if (setPoint.kind === "mode") return own?.kind === "modes" && own.safeMode === setPoint.mode;
    return own?.kind === "generator" && setPoint.limitKw >= own.powerKw;
  };
}

/** The rule of each UPS for its modes: month, hour of the local day and the load that it tells. */
function upsRules(site: Site): SiteConnections["allowedModes"] {
  return (device, state) => {
    const ups = site.ups.find(({ id }) => id === device);
    if (!ups) return undefined;
    const outputKw = state.devices.get(device)?.powerKw?.value;
    const now = new Date(state.at);
    const month = Number(localDateOf(now, site.timeZone).slice(5, 7));
    const hour = localHourOf(now, site.timeZone);
    return ups.modes
      .filter((mode) =>
        outputKw === undefined ? mode.kind === "double-conversion" : upsModeAllowed(ups, mode, outputKw, month, hour),
      )
      .map(({ id }) => id);
  };
}

/** The longest path of a local socket that every system takes. */
const LONGEST_SOCKET = 100;

/** Where the watchdog of a site listens. */
export function watchdogSocket(dataFolder: string, site: string): string {
  const beside = join(dataFolder, `watchdog-${site}.sock`);
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET) return beside;
  return join(tmpdir(), `candela-${createHash("sha256").update(beside).digest("hex").slice(0, 16)}.sock`);
}
