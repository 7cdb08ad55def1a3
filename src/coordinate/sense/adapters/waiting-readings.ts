import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { sqlText as text } from "../resample-sql.ts";
import type { TelemetryFolder } from "./telemetry-folder.ts";

export const READING_COLUMNS = "number, at_ms, value, quality, batch, row";

/** Readings that wait to be sealed, as a file for the columnar engine. */
export interface WaitingReadings {
  readonly file: string;
  /** The batches that were seen: a batch is seen whole or not. */
  readonly batches: readonly number[];
  readonly rows: number;
}

export interface WaitingRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** One series only. */
  readonly number?: number;
}

/** Writes the readings that wait in a range, all as of one moment; whoever asks removes the file. */
export async function writeWaiting(
  client: pg.PoolClient,
  folder: TelemetryFolder,
  { fromMs, toMs, number }: WaitingRange,
): Promise<WaitingReadings> {
  await folder.make();
  const file = path.join(folder.path, `.waiting-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
  // COPY takes no parameters; these are numbers of ours.
  const those = number === undefined ? "" : `number = ${Math.trunc(number)} and `;
  const where = `${those}at_ms >= ${Math.trunc(fromMs)} and at_ms < ${Math.trunc(toMs)}`;
  await client.query("begin isolation level repeatable read read only");
  try {
    const seen = await client.query<{ batch: number; rows: string }>(
      `select batch, count(*) as rows from candela.reading where ${where} group by batch`,
    );
    const stream = client.query(
      copyTo(`copy (select ${READING_COLUMNS} from candela.reading where ${where}) to stdout`),
    );
    await pipeline(stream, createWriteStream(file, { mode: 0o600, highWaterMark: 1 << 20 }));
    await client.query("commit");
    await folder.give(file);
    return {
      file,
      batches: seen.rows.map(({ batch }) => batch),
      rows: seen.rows.reduce((sum, { rows }) => sum + Number(rows), 0),
    };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    await rm(file, { force: true });
    throw error;
  }
}

/** Rows that PostgreSQL's COPY wrote, as a query. */
export function waitingSql({ file }: WaitingReadings): string {
  return `select number, ms, value, quality, batch, row from read_csv(${text(file)}, delim='\\t', header=false, nullstr='\\N', quote='', escape='', auto_detect=false,
    columns={'number': 'INTEGER', 'ms': 'BIGINT', 'value': 'DOUBLE', 'quality': 'UTINYINT', 'batch': 'INTEGER', 'row': 'INTEGER'})`;
}
