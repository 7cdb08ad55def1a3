import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readPack } from "../ground/content/index.ts";
import type { Issue } from "../ground/issue/index.ts";
import type { Store } from "../ground/store/index.ts";
import { adoptedSchema, STREAMS } from "./workspace.ts";

/**
 * Holds every pack that was ever adopted against the hash that its event pins: definitions and factors are as much of a
 * past figure as its records are.
 * @issues CONTENT-002 (a pack is gone, or has other bytes than were adopted)
 */
export async function verifyContent(store: Store): Promise<{ checked: number; issues: readonly Issue[] }> {
  const events = await store
    .pool()
    .query<{ body: string }>("select body from candela.journal_event where stream = $1 order by seq", [
      STREAMS.content,
    ]);
  const hashes = new Set(
    events.rows.flatMap(({ body }) => {
      const adopted = adoptedSchema.safeParse(JSON.parse(body));
      return adopted.success ? adopted.data.packs.map(({ hash }) => hash) : [];
    }),
  );
  const issues: Issue[] = [];
  for (const hash of hashes) {
    const file = join(store.folder, "content", `${hash}.json`);
    const pack = readPack(await readFile(file, "utf8").catch(() => ""), hash, file);
    if (!pack.ok) issues.push(...pack.issues);
  }
  return { checked: hashes.size, issues };
}
