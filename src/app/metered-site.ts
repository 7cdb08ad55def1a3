import { sql } from "kysely";
import {
  conversionTo,
  energyPriceAt,
  METERED_STEP_MS,
  type MeteredStep,
  type Resampled,
  type Site,
  type SiteMeter,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { convertValue, Decimal, localDateOf, localHourOf } from "../ground/quantity/index.ts";
import type { SensedSite } from "./sense-site.ts";
import type { Workspace } from "./workspace.ts";

/** Events of the journal that modes and power were taken from. */
export interface JournalSpan {
  readonly stream: string;
  readonly first: string;
  readonly last: string;
  readonly states: number;
}

/** A meter with what it counted in each quarter of an hour. */
export interface ReadMeter {
  readonly meter: SiteMeter;
  /** [T] kWh; m³ of water; undefined where nothing was metered. */
  readonly amounts: readonly (number | undefined)[];
}

/** What meters and journal say of a site in a time. */
export interface MeteredSite {
  readonly steps: readonly MeteredStep[];
  readonly meters: readonly ReadMeter[];
  readonly journal: JournalSpan | undefined;
}

/** A series at a quarter of an hour is metered when it is known for all of it, and not held over from before. */
const isMetered = ({ value, coverage, stale, quality }: Resampled): boolean =>
  value !== undefined && coverage > 0.999 && stale < 0.001 && (quality === "measured" || quality === "estimated");

/** Meters of the site file; halls and PV plants without one are counted by their own series. */
function metersOf(site: Site): SiteMeter[] {
  const own = (counts: "hall" | "pv", list: readonly { readonly id: string; readonly series: string | undefined }[]) =>
    list.flatMap(({ id, series }): SiteMeter[] =>
      series === undefined || site.meters.some((meter) => meter.counts === counts && meter.of === id)
        ? []
        : [{ id: `${counts}.${id}`, counts, of: id, series, parent: undefined, accuracy: 0.005 }],
    );
  return [...site.meters, ...own("hall", site.halls), ...own("pv", site.pv)];
}

/** What has to be metered and is not. @issues VERIFY-008 */
function unmetered(site: Site, meters: readonly SiteMeter[], siteFile: string): Issue[] {
  const counted = (counts: SiteMeter["counts"], of?: string): boolean =>
    meters.some((meter) => meter.counts === counts && (of === undefined || meter.of === of));
  const lacking = [
    ...(counted("grid") ? [] : ["grid"]),
    ...site.halls.filter(({ id }) => !counted("hall", id)).map(({ id }) => id),
    ...site.pv.filter(({ id }) => !counted("pv", id)).map(({ id }) => id),
  ];
  return lacking.map((actual) => ({ code: "VERIFY-008", severity: "error", at: { file: siteFile }, actual }));
}

interface Values {
  /** [T] */
  readonly values: readonly (number | undefined)[];
  readonly estimated: readonly boolean[];
}

/** Reads series at quarters of an hour, one after another. */
class SeriesReader {
  readonly #sensed: SensedSite;
  readonly #fromMs: number;
  readonly #toMs: number;
  #known: ReadonlySet<string> | undefined;

  constructor(sensed: SensedSite, fromMs: number, toMs: number) {
    this.#sensed = sensed;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /**
   * @param unit in which values are wanted
   * @issues SENSE-002, SENSE-013, SENSE-021
   */
  async read(series: string, unit: string, fromMs = this.#fromMs): Promise<Result<Values>> {
    const { telemetry, units, site } = this.#sensed;
    const definition = site?.series.find(({ id }) => id === series);
    if (!definition) return fail({ code: "SENSE-013", severity: "error", at: {}, actual: series });
    const isEnergy = definition.kind === "energy-counter" || definition.kind === "energy-interval";
    const wanted = definition.kind === "power" && unit === "kWh" ? "kW" : unit;
    const conversion = conversionTo({ ...definition, unit: wanted }, definition.unit, units, {});
    if (!conversion.ok) return conversion;
    this.#known ??= new Set((await telemetry.list()).map(({ id }) => id));
    const count = Math.round((this.#toMs - fromMs) / METERED_STEP_MS);
    const nothing = Array.from({ length: count }, () => undefined);
    if (!this.#known.has(series)) return ok({ values: nothing, estimated: nothing.map(() => false) });
    const found = await telemetry.range(series, fromMs, this.#toMs, "15min");
    if (!found.ok) return found;
    const times = conversion.value.times * (unit === "kWh" && !isEnergy ? METERED_STEP_MS / 3_600_000 : 1);
    return ok({
      values: found.value.map((one) =>
        isMetered(one) && one.value !== undefined ? new Decimal(one.value).times(times).toNumber() : undefined,
      ),
      estimated: found.value.map(({ quality }) => quality === "estimated"),
    });
  }

  /** What a register counted from one quarter of an hour to the next; a register that falls tells nothing. */
  async counted(series: string, unit: string): Promise<Result<Values>> {
    const state = this.#sensed.site?.series.find(({ id }) => id === series);
    if (!state) return fail({ code: "SENSE-013", severity: "error", at: {}, actual: series });
    const { units } = this.#sensed;
    const from = units.parse(state.unit, {});
    if (!from.ok) return from;
    const wanted = units.unit(unit);
    const register = await this.read(series, state.unit, this.#fromMs - METERED_STEP_MS);
    if (!register.ok) return register;
    const { values, estimated } = register.value;
    const counted = values.slice(1).map((value, i) => {
      const before = values[i];
      if (value === undefined || before === undefined || value < before) return undefined;
      return convertValue(new Decimal(value).minus(before), from.value, wanted).toNumber();
    });
    return ok({ values: counted, estimated: estimated.slice(1) });
  }
}

/** A device as the journal's states know it. */
interface DeviceState {
  readonly mode?: string;
  readonly powerKw?: number | string;
}

interface JournalStates {
  readonly span: JournalSpan | undefined;
  /** [T] of a device: the mode in which it ran for half of the time or more, and its mean power where all of it is known. */
  readonly mode: (device: string, step: number) => string | undefined;
  readonly powerKw: (device: string, step: number) => number | undefined;
}

interface Seen {
  readonly modes: Map<string, number>;
  powerKwMs: number;
  powerMs: number;
}

/**
 * What the one who ran the site read back from its devices. A state holds until the next, at most for two steps.
 * @returns nothing for a site that nobody ran in that time
 */
async function journalStates(workspace: Workspace, site: Site, fromMs: number, toMs: number): Promise<JournalStates> {
  const stream = `site/${site.id}/orders`;
  const holdMs = 2000 * (site.control?.stepS ?? 60);
  const { rows } = await sql<{ position: string; at: number; devices: string | null }>`
    select position::text as position, at, devices from (
      select position, seq, (body::jsonb #>> '{state,at}')::float8 as at, (body::jsonb #> '{state,devices}')::text as devices
      from candela.journal_event where stream = ${stream} and kind = 'orders.answered'
    ) states where at >= ${fromMs - holdMs} and at < ${toMs} order by seq`.execute(workspace.store.db);
  const seen = new Map<string, Seen>();
  for (const [index, { at, devices }] of rows.entries()) {
    const until = Math.min(rows[index + 1]?.at ?? Number.POSITIVE_INFINITY, at + holdMs, toMs);
    const states = Object.entries(JSON.parse(devices ?? "{}") as Record<string, DeviceState>);
    for (let from = Math.max(at, fromMs); from < until; ) {
      const step = Math.floor((from - fromMs) / METERED_STEP_MS);
      const end = Math.min(until, fromMs + (step + 1) * METERED_STEP_MS);
      for (const [id, { mode, powerKw }] of states) {
        const key = `${id} ${step}`;
        const one = seen.get(key) ?? { modes: new Map<string, number>(), powerKwMs: 0, powerMs: 0 };
        seen.set(key, one);
        if (mode !== undefined) one.modes.set(mode, (one.modes.get(mode) ?? 0) + end - from);
        if (powerKw === undefined) continue;
        one.powerKwMs += Number(powerKw) * (end - from);
        one.powerMs += end - from;
      }
      from = end;
    }
  }
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    span: first && last && { stream, first: first.position, last: last.position, states: rows.length },
    mode(device, step) {
      const [longest] = [...(seen.get(`${device} ${step}`)?.modes ?? [])].sort((a, b) => b[1] - a[1]);
      return longest && longest[1] >= METERED_STEP_MS / 2 ? longest[0] : undefined;
    },
    powerKw(device, step) {
      const one = seen.get(`${device} ${step}`);
      return one && one.powerMs >= 0.999 * METERED_STEP_MS ? one.powerKwMs / one.powerMs : undefined;
    },
  };
}

/** Modes that ran by device; one that has no other is in it. Undefined where a mode is not known. */
function modesThatRan<M extends { readonly id: string }>(
  list: readonly { readonly id: string; readonly modes: readonly M[] }[],
  named: (device: string) => string | undefined,
): ReadonlyMap<string, M> | undefined {
  const ran = new Map<string, M>();
  for (const { id, modes } of list) {
    const mode = modes.length === 1 ? modes[0] : modes.find((one) => one.id === named(id));
    if (!mode) return undefined;
    ran.set(id, mode);
  }
  return ran;
}

const total = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce<number | undefined>((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0);

/**
 * Reads what meters, devices and weather stations said of a site, in quarters of an hour.
 * @issues VERIFY-008 (something has no meter); SENSE-002, SENSE-013, SENSE-021
 */
export async function meteredSite(
  workspace: Workspace,
  sensed: SensedSite,
  { siteFile, fromMs, toMs }: { readonly siteFile: string; readonly fromMs: number; readonly toMs: number },
): Promise<Result<MeteredSite>> {
  const { site } = sensed;
  if (!site) throw new Error("a site is verified by its site file");
  const meters = metersOf(site);
  const lacking = unmetered(site, meters, siteFile);
  if (lacking.length > 0) return fail(...lacking);
  const reader = new SeriesReader(sensed, fromMs, toMs);
  const issues: Issue[] = [];
  const taken = async (reading: Promise<Result<Values>>): Promise<Values> => {
    const read = await reading;
    if (read.ok) return read.value;
    issues.push(...read.issues);
    return { values: [], estimated: [] };
  };
  const read: { readonly meter: SiteMeter; readonly found: Values }[] = [];
  for (const meter of meters)
    read.push({
      meter,
      found: await taken(
        meter.counts === "water" ? reader.counted(meter.series, "m3") : reader.read(meter.series, "kWh"),
      ),
    });
  const optional = (series: string | undefined, unit: string): Promise<Values | undefined> =>
    series === undefined ? Promise.resolve(undefined) : taken(reader.read(series, unit));
  const dryBulb = await optional(site.weather?.dryBulb, "°C");
  const wetBulb = await optional(site.weather?.wetBulb, "°C");
  const { tariff, carbon } = site.grid;
  const price = await optional(tariff.kind === "real-time" ? tariff.series : undefined, "CNY/kWh");
  const intensity = await optional(carbon.series, "kgCO2/kWh");
  if (issues.length > 0) return fail(...issues);
  const journal = await journalStates(workspace, site, fromMs, toMs);

  const of = (counts: SiteMeter["counts"]) => read.filter(({ meter }) => meter.counts === counts);
  const [grids, plants, batteries, halls, waters] = [of("grid"), of("pv"), of("battery"), of("hall"), of("water")];
  const count = Math.round((toMs - fromMs) / METERED_STEP_MS);
  const steps = Array.from({ length: count }, (_, i): MeteredStep => {
    const atMs = fromMs + i * METERED_STEP_MS;
    const at = new Date(atMs);
    const [date, hour] = [localDateOf(at, site.timeZone), localHourOf(at, site.timeZone)];
    const at15 = (found: Values | undefined): number | undefined => found?.values[i];
    const battery = site.batteries.map(({ id }) => {
      const meter = batteries.find((one) => one.meter.of === id);
      if (meter) return meter.found.values[i];
      const kw = journal.powerKw(id, i);
      return kw === undefined ? undefined : (kw * METERED_STEP_MS) / 3_600_000;
    });
    const it = new Map<string, number>();
    for (const hall of site.halls) {
      const kwh = total(halls.filter(({ meter }) => meter.of === hall.id).map(({ found }) => found.values[i]));
      if (kwh !== undefined) it.set(hall.id, kwh);
    }
    const [dryBulbC, wetBulbC] = [at15(dryBulb), at15(wetBulb)];
    return {
      atMs,
      month: date.slice(0, 7),
      date,
      hour,
      gridKwh: total(grids.map(({ found }) => found.values[i])),
      pvKwh: total(plants.map(({ found }) => found.values[i])),
      batteryKwh: total(battery),
      itKwh: it.size === site.halls.length ? it : undefined,
      waterM3: waters.length === 0 ? undefined : total(waters.map(({ found }) => found.values[i])),
      air: dryBulbC === undefined || wetBulbC === undefined ? undefined : { dryBulbC, wetBulbC },
      cooling: modesThatRan(site.plants, (device) => journal.mode(device, i)),
      ups: modesThatRan(site.ups, (device) => journal.mode(device, i)),
      priceCnyPerKwh: price ? at15(price) : energyPriceAt(tariff, { date, hour }),
      carbonKgPerKwh: intensity ? at15(intensity) : carbon.factorKgPerKwh,
      estimated: [...grids, ...plants, ...batteries, ...halls].some(({ found }) => found.estimated[i] === true),
    };
  });
  return ok({
    steps,
    meters: read.map(({ meter, found }) => ({ meter, amounts: found.values })),
    journal: journal.span,
  });
}
