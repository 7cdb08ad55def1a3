import { basename } from "node:path";
import {
  checkReadings,
  conversionTo,
  defaultHoldMs,
  type FileChunk,
  fileReadings,
  RepeatedInstants,
  readSeriesUnit,
  type Reading,
  type SeriesDefinition,
  type SeriesKind,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { checkTimeZone } from "../ground/quantity/index.ts";
import type { SensedSite } from "./sense-site.ts";
import type { Workspace } from "./workspace.ts";

export interface SenseImportOptions {
  readonly series: string;
  readonly column?: string;
  /** The column of instants; found by its header or its first cell where none is named. */
  readonly instantColumn?: string;
  /** Where the clock stands whose times name no zone. */
  readonly timeZone?: string;
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

class Refused extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super("the file is refused");
    this.issues = issues;
  }
}

interface FileOf {
  readonly file: string;
  readonly series: SeriesDefinition;
  readonly times: number;
}

/** One way through a file: what is good of it, and what was found. */
class Reader {
  readonly issues: Issue[] = [];
  wrong = 0;
  kept = 0;
  fromMs = Number.POSITIVE_INFINITY;
  toMs = Number.NEGATIVE_INFINITY;
  readonly #of: FileOf;
  readonly #options: SenseImportOptions;
  readonly #workspace: Workspace;

  constructor(of: FileOf, options: SenseImportOptions, workspace: Workspace) {
    this.#of = of;
    this.#options = options;
    this.#workspace = workspace;
  }

  /** Good readings piece by piece. It throws at the end where rows are wrong and the good ones are not to be kept alone. */
  async *pieces(): AsyncGenerator<readonly Reading[]> {
    const { file, series, times } = this.#of;
    const { column: value, instantColumn: instant, timeZone, acceptValid } = this.#options;
    const columns = { value, instant, timeZone };
    const chunks = await fileReadings({ file, columns, series, times });
    if (!chunks.ok) throw new Refused(chunks.issues);
    const repeated = new RepeatedInstants();
    let unzoned: string | undefined;
    for await (const chunk of chunks.value) {
      if (!chunk.ok) throw new Refused(chunk.issues);
      unzoned = chunk.value.unzoned;
      yield this.#checked(chunk.value, repeated);
    }
    this.#tell(repeated.issues(file));
    if (this.wrong > TOLD)
      this.issues.push({ code: "SENSE-012", severity: "error", at: { file }, actual: String(this.wrong - TOLD) });
    if (unzoned !== undefined)
      this.issues.push({ code: "SENSE-027", severity: "warning", at: { file, column: unzoned } });
    if (this.wrong > 0 && acceptValid !== true) throw new Refused([]);
  }

  #tell(more: readonly Issue[]): void {
    this.wrong += more.length;
    this.issues.push(...more.slice(0, Math.max(0, TOLD - this.issues.length)));
  }

  #checked({ readings, rows, issues: found }: FileChunk, repeated: RepeatedInstants): readonly Reading[] {
    const { file, series } = this.#of;
    const whereOf = (index: number) => ({ file, row: rows[index] ?? 0 });
    const nowMs = this.#workspace.now().getTime();
    const { good, issues: refused } = checkReadings(readings, nowMs, whereOf, () => series.kind);
    this.#tell([...found, ...refused].sort((a, b) => (a.at.row ?? 0) - (b.at.row ?? 0)));
    for (const [index, reading] of readings.entries()) repeated.add(reading, rows[index] ?? 0);
    for (const { atMs } of good) {
      this.fromMs = Math.min(this.fromMs, atMs);
      this.toMs = Math.max(this.toMs, atMs);
    }
    this.kept += good.length;
    this.#workspace.onProgress?.(`${this.kept} readings`);
    return good;
  }
}

/**
 * Imports a file of readings as one series: know the series → read the file → check every row → keep all of it in one
 * transaction, or nothing. A series that is not known yet is made known when its file was found good: it is read twice.
 * @issues SENSE-001, SENSE-002, SENSE-003, SENSE-013, PERIOD-005, those of `fileReadings` and ACTOR-001; those of rows are in
 *   `issues`
 */
export async function senseImport(
  workspace: Workspace,
  sensed: SensedSite,
  file: string,
  options: SenseImportOptions,
): Promise<Result<SenseImported>> {
  const zone = options.timeZone === undefined ? ok("UTC") : checkTimeZone(options.timeZone, { column: "--time-zone" });
  const definition = await definitionOf(sensed, options);
  const wrong = [zone, definition].flatMap((one) => (one.ok ? [] : one.issues));
  if (wrong.length > 0 || !definition.ok) return fail(...wrong);
  const series = definition.value;
  const conversion = conversionTo(series, options.unit ?? series.unit, sensed.units, { file });
  if (!conversion.ok) return conversion;
  const of = { file, series, times: conversion.value.times };
  const known = (await sensed.telemetry.list()).some(({ id }) => id === series.id);
  let reader = new Reader(of, options, workspace);
  const result = (): Result<SenseImported> => {
    const { kept, fromMs, toMs, wrong: count, issues } = reader;
    const some = kept > 0 ? { fromMs, toMs } : { fromMs: undefined, toMs: undefined };
    return ok({ series, kept, ...some, wrong: count, issues });
  };
  try {
    if (!known) {
      for await (const _ of reader.pieces());
      if (reader.kept === 0) return result();
      reader = new Reader(of, options, workspace);
    }
    const registered = await sensed.telemetry.register([series]);
    if (!registered.ok) return registered;
    const put = await sensed.telemetry.put(`file ${basename(file)}`, reader.pieces());
    return put.ok ? result() : put;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.issues.length > 0) return fail(...error.issues);
    reader.kept = 0;
    return result();
  }
}
