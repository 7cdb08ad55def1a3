import { journalMigrations } from "../../../../src/ground/journal/index.ts";
import { backup, openStore } from "../../../../src/ground/store/index.ts";

/** Backs up a store and says how that went. */
const [folder = "", target = ""] = process.argv.slice(2);
const opened = await openStore({ folder, migrations: journalMigrations });
const done = opened.ok ? await backup(opened.value, target) : opened;
process.stdout.write(done.ok ? `made ${done.value.bytes}\n` : `issues ${JSON.stringify(done.issues)}\n`);
if (opened.ok) await opened.value.close();
