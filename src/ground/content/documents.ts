import type { ZodType } from "zod";
import { type Issue, ok, type Result } from "../issue/index.ts";
import type { ContentPack } from "./pack.ts";
import { readYaml } from "./read-yaml.ts";

/** One item of content with the file and pack it came from. */
export interface Sourced<T> {
  readonly item: T;
  readonly file: string;
  readonly pack: ContentPack;
}

/** The files of a folder of all packs, `folder/**.yaml`, in order of pack and path. */
export function filesUnder(
  packs: readonly ContentPack[],
  folder: string,
): { pack: ContentPack; path: string; text: string }[] {
  return packs.flatMap((pack) =>
    [...pack.files]
      .filter(([path]) => path.startsWith(`${folder}/`) && path.endsWith(".yaml"))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, text]) => ({ pack, path, text })),
  );
}

/** Reads every file of a folder as a list of items; all issues of all files at once. */
export function readItems<T>(
  packs: readonly ContentPack[],
  folder: string,
  schema: ZodType<readonly T[]>,
): Result<Sourced<T>[]> {
  const items: Sourced<T>[] = [];
  const issues: Issue[] = [];
  for (const { pack, path, text } of filesUnder(packs, folder)) {
    const file = `${pack.id}/${path}`;
    const parsed = readYaml(text, file, schema);
    if (parsed.ok) items.push(...parsed.value.map((item) => ({ item, file, pack })));
    else issues.push(...parsed.issues);
  }
  return issues.length > 0 ? { ok: false, issues } : ok(items);
}

/** The items by id; an id given twice is an issue that names both files (CONTENT-005). */
export function indexById<T extends { readonly id: string }>(
  items: readonly Sourced<T>[],
): Result<Map<string, Sourced<T>>> {
  const byId = new Map<string, Sourced<T>>();
  const issues: Issue[] = [];
  for (const sourced of items) {
    const earlier = byId.get(sourced.item.id);
    if (earlier) {
      issues.push({
        code: "CONTENT-005",
        severity: "error",
        at: { file: sourced.file },
        expected: earlier.file,
        actual: sourced.item.id,
      });
    } else byId.set(sourced.item.id, sourced);
  }
  return issues.length > 0 ? { ok: false, issues } : ok(byId);
}
