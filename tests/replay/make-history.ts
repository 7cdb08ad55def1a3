import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expectOk } from "../../src/ground/issue/index.ts";
import { backup, openStore } from "../../src/ground/store/index.ts";
import { MIGRATIONS, readHistory, writeHistory } from "./history.ts";

/*
 * Writes the history of a schema that is about to be released, once; a released one is never written again:
 *
 *   npx esbuild tests/replay/make-history.ts --bundle --platform=node --format=esm --packages=external \
 *     --outfile=node_modules/.cache/make-history.mjs && node node_modules/.cache/make-history.mjs tests/replay/schema-0010
 */
const [target = ""] = process.argv.slice(2);
const folder = await mkdtemp(path.join(os.tmpdir(), "candela-history-"));
const store = expectOk(await openStore({ folder, migrations: MIGRATIONS }));
await writeHistory(store);
const made = expectOk(await backup(store, `${target}.tar`, { clock: () => new Date("2026-01-31T12:00:00Z") }));
await writeFile(`${target}.json`, `${JSON.stringify(await readHistory(store), undefined, 1)}\n`, { flag: "wx" });
await store.close();
await rm(folder, { recursive: true });
console.log(`${made.file}: ${made.bytes} bytes, ${made.rows} rows, ${made.head}`);
