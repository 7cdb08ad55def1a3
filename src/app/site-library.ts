import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sql } from "kysely";
import { fail, ok, type Result } from "../ground/issue/index.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";
import { type LoadedSite, loadSite } from "./site-file.ts";
import type { Workspace } from "./workspace.ts";

/** A site that the server knows, with its file as it reads now. */
export interface KnownSite {
  readonly id: string;
  readonly file: string;
  readonly loaded: Result<LoadedSite>;
}

const EXAMPLES = ["examples/lingang-aidc/site.yaml"].map((name) => join(PACKAGE_FOLDER, name));

/** Where site files lie that are no run's: `sites/*.yaml` of the store's folder. */
export const siteFolder = (workspace: Workspace): string => join(workspace.store.folder, "sites");

/** File of each site that was ever run here, the last one named. */
async function filesOfRuns(workspace: Workspace): Promise<string[]> {
  const found = await sql<{ file: string | null }>`
    select distinct on (stream) body::jsonb ->> 'file' as file from candela.journal_event
    where stream like 'site/%/control' and kind = 'run.started' order by stream, seq desc`.execute(workspace.store.db);
  return found.rows.flatMap(({ file }) => (file !== null && existsSync(file) ? [file] : []));
}

/** Sites by id: those that were run here, those of the store's folder, and the example that ships. */
export async function knownSites(workspace: Workspace): Promise<readonly KnownSite[]> {
  const folder = siteFolder(workspace);
  const own = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".yaml")).sort();
  const files = [...(await filesOfRuns(workspace)), ...own.map((name) => join(folder, name)), ...EXAMPLES];
  const byId = new Map<string, KnownSite>();
  for (const file of new Set(files.map((one) => resolve(one)))) {
    const loaded = await loadSite(file);
    // A file that cannot be read has no id of its own: its name stands for it, so that a person sees which one it is.
    const id = loaded.ok ? loaded.value.site.id : (file.split(/[\\/]/).at(-1) ?? file);
    if (!byId.has(id)) byId.set(id, { id, file, loaded });
  }
  return [...byId.values()];
}

/** One of them. @issues SITE-090 (no such site), and those of `loadSite` */
export async function knownSite(
  workspace: Workspace,
  id: string,
): Promise<Result<{ readonly file: string; readonly loaded: LoadedSite }>> {
  const sites = await knownSites(workspace);
  const found = sites.find((one) => one.id === id);
  if (!found)
    return fail({
      code: "SITE-090",
      severity: "error",
      at: {},
      actual: id,
      expected: sites.map((one) => one.id).join(", "),
    });
  return found.loaded.ok ? ok({ file: found.file, loaded: found.loaded.value }) : found.loaded;
}
