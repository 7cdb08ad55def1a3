import { basename } from "node:path";
import {
  checkReadings,
  conversionTo,
  defaultHoldMs,
  type FileChunk,
  fileReadings,
  readSeriesUnit,
  type Reading,
  type SeriesDefinition,
  type SeriesKind,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import type { SensedSite } from "./sense-site.ts";
import type { Workspace } from "./workspace.ts";

export interface SenseImportOptions {
  readonly series: string;
  readonly column?: string;
  /** Of a series that is not known yet. */
  readonly kind?: SeriesKind;
  /** Unit of the file; of a series that is not known yet, its own too. */
  readonly unit?: string;
  readonly everyMs?: number;
  /** Keeps the good rows where others are wrong. */
  readonly acceptValid?: boolean;
}

export interface SenseImported {
  readonly series: SeriesDefinition;
  /** Readings that were kept; 0 when the file was refused. */
  readonly kept: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly wrong: number;
  /** The first of what is wrong, and how many more there are. */
  readonly issues: readonly Issue[];
}

/** So many wrong rows are told one by one. */
const TOLD = 50;

/** The series by its name: as the store knows it, as the site file lists it, or as the command says. */
async function definitionOf(
  { telemetry, units, site }: SensedSite,
  { series: id, kind, unit, everyMs }: SenseImportOptions,
): Promise<Result<SeriesDefinition>> {
  const known = (await telemetry.list()).find((one) => one.id === id);
  const listed = site?.series.find((one) => one.id === id);
  if (kind !== undefined && unit !== undefined) {
    const read = readSeriesUnit(kind, unit, units, {});
    if (!read.ok) return read;
    const every = everyMs ?? known?.everyMs ?? 60_000;
    return ok({ id, kind, unit: read.value, everyMs: every, holdMs: defaultHoldMs(kind, every), rollover: undefined });
  }
  const found = listed ?? known;
  return found
    ? ok({
        id,
        kind: found.kind,
        unit: found.unit,
        everyMs: found.everyMs,
        holdMs: found.holdMs,
        rollover: found.rollover,
      })
    : fail({ code: "SENSE-013", severity: "error", at: {}, actual: id });
}

class Refused extends Error {}

/**
 * Imports a file of readings as one series: know the series → read the file → check every row → keep all of it in one
 * transaction, or nothing.
 * @issues SENSE-001, SENSE-002, SENSE-003, SENSE-013, FILE-001, SENSE-008, SENSE-010, ACTOR-001; those of rows are in `issues`
 */
export async function senseImport(
  workspace: Workspace,
  sensed: SensedSite,
  file: string,
  options: SenseImportOptions,
): Promise<Result<SenseImported>> {
  const definition = await definitionOf(sensed, options);
  if (!definition.ok) return definition;
  const series = definition.value;
  const conversion = conversionTo(series, options.unit ?? series.unit, sensed.units, { file });
  if (!conversion.ok) return conversion;
  const chunks = await fileReadings({ file, column: options.column, series, times: conversion.value.times });
  if (!chunks.ok) return chunks;

  const issues: Issue[] = [];
  let wrong = 0;
  let kept = 0;
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let stopped: readonly Issue[] | undefined;
  const tell = (more: readonly Issue[]): void => {
    wrong += more.length;
    issues.push(...more.slice(0, Math.max(0, TOLD - issues.length)));
  };
  const nowMs = workspace.now().getTime();
  const checked = ({ readings, rows, issues: found }: FileChunk): readonly Reading[] => {
    const { good, issues: refused } = checkReadings(readings, nowMs, (index) => ({ file, row: rows[index] ?? 0 }));
    tell([...found, ...refused].sort((a, b) => (a.at.row ?? 0) - (b.at.row ?? 0)));
    for (const { atMs } of good) {
      fromMs = Math.min(fromMs, atMs);
      toMs = Math.max(toMs, atMs);
    }
    kept += good.length;
    workspace.onProgress?.(`${kept} readings`);
    return good;
  };
  async function* pieces(): AsyncGenerator<readonly Reading[]> {
    for await (const chunk of chunks.ok ? chunks.value : []) {
      if (!chunk.ok) {
        stopped = chunk.issues;
        throw new Refused();
      }
      yield checked(chunk.value);
    }
    if (wrong > 0 && options.acceptValid !== true) throw new Refused();
  }
  const registered = await sensed.telemetry.register([series]);
  if (!registered.ok) return registered;
  try {
    const put = await sensed.telemetry.put(`file ${basename(file)}`, pieces());
    if (!put.ok) return put;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (stopped) return fail(...stopped);
    kept = 0;
  }
  if (wrong > TOLD) issues.push({ code: "SENSE-012", severity: "error", at: { file }, actual: String(wrong - TOLD) });
  const some = kept > 0 ? { fromMs, toMs } : { fromMs: undefined, toMs: undefined };
  return ok({ series, kept, ...some, wrong, issues });
}
