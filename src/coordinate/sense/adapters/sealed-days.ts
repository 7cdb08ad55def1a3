import path from "node:path";
import type { Issue } from "../../../ground/issue/index.ts";
import type { Store } from "../../../ground/store/index.ts";
import { VerifiedFiles } from "../../../ground/store/mirror/index.ts";
import type { NumberedSeries } from "../resample-sql.ts";
import {
  type DayFile,
  type DayFiles,
  dayFilesSchema,
  dayText,
  remakeRollups,
  type RollupFiles,
  rollupFilesSchema,
} from "./day-files.ts";
import type { TelemetryFolder } from "./telemetry-folder.ts";

/** Every series that there is by now. */
export type KnownSeries = () => Promise<readonly NumberedSeries[]>;

/** A day that is sealed, as the table of days says. */
export interface SealedFiles {
  readonly day: number;
  readonly revision: number;
  readonly files: DayFiles;
}

/** So many files are hashed at a time. */
const AT_A_TIME = 16;

/**
 * The files of sealed days. None is read before its bytes were held against the hash by which it was sealed. Readings that
 * are not as they were sealed are an issue; roll-ups that are not, are made again from them.
 */
export class SealedDays {
  readonly #store: Store;
  readonly #folder: string;
  readonly #files = new VerifiedFiles();

  constructor(store: Store, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  /** Days of a range, the last one included. */
  async between(first: number, last: number): Promise<SealedFiles[]> {
    const { rows } = await this.#store
      .pool()
      .query<{ day: number; revision: number; files: string }>(
        "select day - date '1970-01-01' as day, revision, files from candela.telemetry_day where day between date '1970-01-01' + $1::int and date '1970-01-01' + $2::int order by day",
        [first, last],
      );
    return rows.map(({ day, revision, files }) => ({
      day,
      revision,
      files: dayFilesSchema.parse(JSON.parse(files)),
    }));
  }

  pathOf({ file }: DayFile): string {
    return path.join(this.#folder, file);
  }

  async #holds(file: DayFile): Promise<boolean> {
    return this.#files.holds(this.pathOf(file), file.sha256, file.bytes);
  }

  /**
   * Files of readings that are gone or not as they were sealed: nothing can make them again.
   * @issues SENSE-021
   */
  async damaged(days: readonly SealedFiles[], restsOn: (files: DayFiles) => readonly DayFile[]): Promise<Issue[]> {
    const all = days.flatMap(({ day, files }) => restsOn(files).map((file) => ({ day, file })));
    const whole = await each(all, ({ file }) => this.#holds(file));
    return all
      .filter((_, index) => !whole[index])
      .map(({ day, file: { file, sha256 } }) => ({
        code: "SENSE-021",
        severity: "error",
        at: { file: `telemetry/${file}`, period: dayText(day) },
        expected: sha256,
      }));
  }

  /**
   * Roll-ups of days by their number, made again where they are gone or not as they were made. A day of which the readings
   * are damaged too has none.
   */
  async rollups(
    days: readonly SealedFiles[],
    folder: TelemetryFolder,
    known: KnownSeries,
  ): Promise<ReadonlyMap<number, RollupFiles>> {
    const whole = async ({ hours, edges }: RollupFiles): Promise<boolean> =>
      (await this.#holds(hours)) && (await this.#holds(edges));
    const sound = await each(days, ({ files }) => whole(files));
    const found = new Map<number, RollupFiles>(
      days.flatMap(({ day, files }, index) => (sound[index] ? [[day, files] as const] : [])),
    );
    const lost = days.filter(({ day }) => !found.has(day));
    if (lost.length === 0) return found;
    const remade = await remadeRollups(this.#store);
    for (const { day, revision, files } of lost) {
      const again = remade.get(files.readings.sha256);
      if (again && (await whole(again))) found.set(day, again);
      else if (await this.#holds(files.readings)) {
        const engine = await folder.engine();
        const made = await remakeRollups(engine, this.#folder, day, revision, await known(), files.readings);
        for (const file of [made.hours, made.edges]) await folder.give(this.pathOf(file));
        await this.#store.pool().query(
          `insert into candela.telemetry_rollup (readings, files) values ($1, $2)
           on conflict (readings) do update set files = excluded.files`,
          [files.readings.sha256, JSON.stringify(made)],
        );
        found.set(day, made);
      }
    }
    return found;
  }
}

/** Roll-ups that were made again, by the hash of the readings they were made from. */
export async function remadeRollups(store: Store): Promise<ReadonlyMap<string, RollupFiles>> {
  const { rows } = await store
    .pool()
    .query<{ readings: string; files: string }>("select readings, files from candela.telemetry_rollup");
  return new Map(rows.map(({ readings, files }) => [readings, rollupFilesSchema.parse(JSON.parse(files))]));
}

/** Work for each item, some at a time. @returns in the order of the items */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_A_TIME)
    results.push(...(await Promise.all(items.slice(from, from + AT_A_TIME).map(work))));
  return results;
}
