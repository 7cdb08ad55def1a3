import { createHash } from "node:crypto";
import { once } from "node:events";
import { from as copyFrom } from "pg-copy-streams";
import type { Store } from "../../../src/ground/store/index.ts";
import { FIRST_HOUR_MS, SITES } from "../rows.ts";
import type { Phases } from "./phases.ts";

const ROWS_PER_PIECE = 4096;
const HOUR_MS = 3_600_000;

/**
 * The limit of any import: lines that are ready in memory, by COPY into a table with the columns, checks and indexes of the
 * ledger's own, committed; once as they are and once with a SHA-256 chained over the pieces.
 */
export async function copyLimits(store: Store, rows: number, phases: Phases): Promise<object> {
  const pieces = readyLines(rows);
  for (const [name, digest] of [
    ["copy", false],
    ["copy with digest", true],
  ] as const) {
    const client = await store.pool().connect();
    try {
      await client.query("drop schema if exists bench cascade");
      await client.query("create schema bench");
      await client.query("create table bench.record (like candela.record including all)");
      await phases.time(name, async () => {
        await client.query("begin");
        const stream = client.query(copyFrom("copy bench.record from stdin"));
        let link = Buffer.alloc(32);
        for (const piece of pieces) {
          if (digest) link = createHash("sha256").update(link).update(piece).digest();
          if (!stream.write(piece)) await once(stream, "drain");
        }
        stream.end();
        await once(stream, "finish");
        await client.query("commit");
      });
      await client.query("drop schema bench cascade");
    } finally {
      client.release();
    }
  }
  return {};
}

const instant = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

/** Lines like the ledger's: same columns, same widths. */
function readyLines(rows: number): Buffer[] {
  const pieces: Buffer[] = [];
  let text = "";
  for (let row = 0; row < rows; row += 1) {
    const start = FIRST_HOUR_MS + Math.floor(row / SITES) * HOUR_MS;
    const entered = `${200 + (row % 1800)}.${100 + (row % 900)}`;
    text += `1\t${row + 1}\t1\t${2 + (row % SITES)}\t400\t401\t402\t0\t${instant(start)}\t${instant(start + HOUR_MS)}\t${entered}000000\t${entered}\t\\N\n`;
    if ((row + 1) % ROWS_PER_PIECE === 0 || row + 1 === rows) {
      pieces.push(Buffer.from(text));
      text = "";
    }
  }
  return pieces;
}
