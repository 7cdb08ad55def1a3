import type { Connection, Control, Site } from "../site/index.ts";
import type { ClusterLimits, DeviceLimits, EnvelopeLimits } from "./limits.ts";

const most = (numbers: readonly number[]): number => Math.max(...numbers);
const least = (numbers: readonly number[]): number => Math.min(...numbers);

/** The envelope of a site: hard limits of what is connected, and of its grid and clusters. */
export function envelopeOf(site: Site, control: Control): EnvelopeLimits {
  return {
    importLimitKw: site.grid.importLimitKw,
    exportLimitKw: site.grid.exportLimitKw,
    staleAfterS: control.staleS,
    revertAfterS: control.revertS,
    stepS: control.stepS,
    devices: new Map(
      control.connections.flatMap((one) => {
        const limits = deviceLimits(site, one);
        return limits ? [[one.device, limits] as const] : [];
      }),
    ),
    clusters: new Map(
      site.clusters.map(({ id, count, idleKw, fullKw }): readonly [string, ClusterLimits] => [
        id,
        { accelerators: count, idleKw: count * idleKw, fullKw: count * fullKw },
      ]),
    ),
    leastRunS: control.leastRunS,
    startMarginS: control.startMarginS,
    longestDeferS: control.longestDeferS,
  };
}

function deviceLimits(
  site: Site,
  { device, rampKwPerS, leastOnS, leastOffS, safeMode }: Connection,
): DeviceLimits | undefined {
  const battery = site.batteries.find(({ id }) => id === device);
  const ramp = rampKwPerS ?? Number.POSITIVE_INFINITY;
  if (battery)
    return {
      kind: "battery",
      capacityKwh: battery.energyKwh,
      chargeKw: battery.powerKw,
      dischargeKw: battery.powerKw,
      floorKwh: Math.max(battery.lowest * battery.energyKwh, battery.reserveKwh),
      ceilingKwh: battery.highest * battery.energyKwh,
      chargeEfficiency: most(battery.chargeEfficiency.y),
      leastChargeEfficiency: least(battery.chargeEfficiency.y),
      dischargeEfficiency: least(battery.dischargeEfficiency.y),
      rampKwPerS: ramp,
      leastOnS,
      leastOffS,
    };
  const pv = site.pv.find(({ id }) => id === device);
  if (pv) return { kind: "generator", powerKw: pv.powerKw, rampKwPerS: ramp };
  const plant = site.plants.find(({ id }) => id === device);
  if (plant)
    return {
      kind: "modes",
      modes: plant.modes.map(({ id }) => id),
      safeMode: safeMode ?? plant.modes[0]?.id ?? "",
      dwellS: plant.dwellH * 3600,
    };
  const ups = site.ups.find(({ id }) => id === device);
  const online = ups?.modes.find(({ kind }) => kind === "double-conversion");
  return ups && online
    ? { kind: "modes", modes: ups.modes.map(({ id }) => id), safeMode: online.id, dwellS: leastOnS }
    : undefined;
}
