import {
  type AskedSeries,
  checkReadings,
  conversionTo,
  createSunspecModels,
  mqttSource,
  prometheusSource,
  type Reading,
  type SiteSeries,
  type SiteSource,
  slurmSource,
  type SourcePort,
  sunspecSource,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { shippedPack } from "./package-folder.ts";
import type { SensedSite } from "./sense-site.ts";
import type { Workspace } from "./workspace.ts";

export interface SensePullOptions {
  /** Id of a source of the site file. */
  readonly source: string;
  /** From where a source that remembers is asked; by default from after the last reading, at most a day back. */
  readonly fromMs?: number;
  /** Instant up to which; now by default. */
  readonly toMs?: number;
  /** Milliseconds for which an answer, or a message, is waited for; 10,000 by default. */
  readonly waitMs?: number;
  /** The variables of the environment, for secrets. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
}

export interface SensePulled {
  readonly source: string;
  readonly series: readonly { readonly id: string; readonly kept: number }[];
  readonly kept: number;
  readonly issues: readonly Issue[];
}

const DAY_MS = 86_400_000;
const WAIT_MS = 10_000;

async function portOf(
  source: SiteSource,
  { secrets, waitMs = WAIT_MS }: SensePullOptions,
  now: () => number,
): Promise<Result<SourcePort>> {
  const { address, user, kind } = source;
  const secret = source.secret === undefined ? undefined : secrets[source.secret];
  if (source.secret !== undefined && !secret)
    return fail({ code: "SENSE-036", severity: "error", at: {}, actual: source.secret, values: { source: source.id } });
  const access = { address, user, secret, timeoutMs: waitMs };
  if (kind === "prometheus") return ok(prometheusSource(access));
  if (kind === "mqtt") return ok(mqttSource(access, now));
  if (kind === "slurm") return ok(slurmSource(access, now));
  const models = createSunspecModels([await shippedPack()]);
  return models.ok ? ok(sunspecSource(access, source.unit, models.value, now)) : models;
}

/** The series of a source with where to go on, and by what their values are multiplied. */
async function askedOf(
  series: readonly SiteSeries[],
  { telemetry, units }: SensedSite,
  nowMs: number,
  fromMs: number | undefined,
): Promise<Result<{ asked: AskedSeries[]; times: Map<string, number> }>> {
  const asked: AskedSeries[] = [];
  const times = new Map<string, number>();
  for (const one of series) {
    const conversion = conversionTo(one, one.sourceUnit, units, {});
    if (!conversion.ok) return conversion;
    times.set(one.id, conversion.value.times * (one.reversed ? -1 : 1));
    const latest = await telemetry.latest(one.id);
    if (!latest.ok) return latest;
    const since = Math.max(latest.value ? latest.value.atMs + 1 : 0, nowMs - DAY_MS);
    const { id, query = "", field, instantField, everyMs } = one;
    asked.push({ id, query, field, instantField, everyMs, fromMs: fromMs ?? since });
  }
  return ok({ asked, times });
}

/**
 * Pulls the series of one source: know the series → ask the source → convert → check → keep durably, in one transaction.
 * What one series has wrong keeps no other out.
 * @issues SENSE-001, SENSE-002, SENSE-003, SENSE-030 (no such source), SENSE-031, SENSE-036, DEVICE-…, ACTOR-001;
 *   those of series and readings are in `issues`
 */
export async function sensePull(
  workspace: Workspace,
  sensed: SensedSite,
  options: SensePullOptions,
): Promise<Result<SensePulled>> {
  const sources = sensed.site?.sources ?? [];
  const source = sources.find(({ id }) => id === options.source);
  if (!source)
    return fail({
      code: "SENSE-030",
      severity: "error",
      at: {},
      expected: sources.map(({ id }) => id).join(", ") || "–",
      actual: options.source,
    });
  const listed = (sensed.site?.series ?? []).filter((one) => one.source === source.id);
  const now = (): number => workspace.now().getTime();
  const port = await portOf(source, options, now);
  if (!port.ok) return port;
  const registered = await sensed.telemetry.register(
    listed.map(({ id, kind, unit, everyMs, holdMs, rollover }) => ({ id, kind, unit, everyMs, holdMs, rollover })),
  );
  if (!registered.ok) return registered;
  const asked = await askedOf(listed, sensed, now(), options.fromMs);
  if (!asked.ok) return asked;
  const pulled = await port.value.pull(asked.value.asked, Math.min(options.toMs ?? now(), now()));
  if (!pulled.ok) return pulled;
  const converted = pulled.value.readings.map(
    (reading): Reading => ({
      ...reading,
      value: reading.value === undefined ? undefined : reading.value * (asked.value.times.get(reading.series) ?? 1),
    }),
  );
  const kinds = new Map(listed.map(({ id, kind }) => [id, kind]));
  const { good, issues } = checkReadings(
    converted,
    now(),
    () => ({ file: port.value.name }),
    (id) => kinds.get(id),
  );
  if (good.length > 0) {
    const kept = await sensed.telemetry.put(port.value.name, good);
    if (!kept.ok) return kept;
  }
  const count = new Map<string, number>();
  for (const { series } of good) count.set(series, (count.get(series) ?? 0) + 1);
  return ok({
    source: port.value.name,
    series: listed.map(({ id }) => ({ id, kept: count.get(id) ?? 0 })),
    kept: good.length,
    issues: [...pulled.value.issues, ...issues],
  });
}
