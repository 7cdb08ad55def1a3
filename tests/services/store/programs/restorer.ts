import { journalMigrations } from "../../../../src/ground/journal/index.ts";
import { restore } from "../../../../src/ground/store/index.ts";

/** Restores a backup into a folder and says how far it is. */
const [file = "", folder = ""] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const restored = await restore(file, {
  folder,
  migrations: journalMigrations,
  onProgress: (text) => say(`progress ${text}`),
});
say(restored.ok ? `restored ${restored.value.events}` : `issues ${JSON.stringify(restored.issues)}`);
