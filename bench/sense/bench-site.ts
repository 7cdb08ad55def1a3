import { createModel } from "../../src/app/model.ts";
import { shippedPack } from "../../src/app/package-folder.ts";
import { MIGRATIONS } from "../../src/app/workspace.ts";
import { openTelemetry, type SeriesDefinition, type TelemetryOptions } from "../../src/coordinate/index.ts";
import { LOCAL_OWNER } from "../../src/ground/actor/index.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import { openStore } from "../../src/ground/store/index.ts";

/** Every series is the power of a rack, read each minute. */
export const seriesOf = (count: number): SeriesDefinition[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `rack.r${String(i + 1).padStart(4, "0")}.power`,
    kind: "power",
    unit: "kW",
    everyMs: 60_000,
    holdMs: 300_000,
    rollover: undefined,
  }));

/** A store with its telemetry, as the product opens them. */
export async function openBenchSite(folder: string) {
  const store = expectOk(await openStore({ folder, migrations: MIGRATIONS }));
  const { rights } = expectOk(createModel([await shippedPack()]));
  const options: TelemetryOptions = {
    store,
    actor: LOCAL_OWNER,
    rights,
    now: () => new Date(),
    timeZone: "UTC",
    memoryMb: 4096,
  };
  return { store, options, open: () => openTelemetry(options) };
}

export type BenchSite = Awaited<ReturnType<typeof openBenchSite>>;

export const seconds = async <T>(work: () => Promise<T>): Promise<{ took: number; value: T }> => {
  const begun = performance.now();
  const value = await work();
  return { took: (performance.now() - begun) / 1000, value };
};

export const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

const grouped = new Intl.NumberFormat("en");
export const whole = (value: number): string => grouped.format(Math.round(value));
