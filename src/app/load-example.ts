import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { importActor } from "../ground/actor/index.ts";
import { type ContentPack, createPack, readYaml } from "../ground/content/index.ts";
import { fail, type Issue, nearest, ok, type Result } from "../ground/issue/index.ts";
import { boundarySchema, decide, pinsSchema } from "../measure/index.ts";
import { type Imported, importFile } from "./import-file.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";
import { adoptPacks, setBoundary, setPins, stateAt, type Workspace, writerOf } from "./workspace.ts";
import { lastPosition } from "../ground/journal/index.ts";

const EXAMPLES = join(PACKAGE_FOLDER, "examples");

/** What the documents of an example are, so that evidence cells can cite them. */
const sourcesSchema = z.array(
  z.object({
    id: z.string(),
    title: z.object({ en: z.string() }),
    file: z.object({ name: z.string(), sha256: z.string() }),
  }),
);

export interface LoadedExample {
  readonly id: string;
  readonly batches: readonly { readonly name: string; readonly batch: number; readonly rows: number }[];
}

/** The examples that come with the program. */
export async function exampleNames(): Promise<string[]> {
  if (!existsSync(EXAMPLES)) return [];
  const entries = await readdir(EXAMPLES, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(EXAMPLES, entry.name, "boundary.yaml")))
    .map((entry) => entry.name)
    .sort();
}

/** What an example says beside its records (claims, sources, content index …), as a pack of its own. */
async function examplePack(folder: string, id: string): Promise<Result<ContentPack>> {
  const files = new Map<string, string>();
  for (const name of (await readdir(folder)).sort()) {
    if (name.endsWith(".yaml")) files.set(`issuer/${name}`, await readFile(join(folder, name), "utf8"));
  }
  return createPack(id, "1.0.0", files);
}

function importIssues(imported: Imported): readonly Issue[] {
  return imported.issues.filter((issue) => issue.severity === "error");
}

/**
 * Loads an example: boundary, pins and content, then its records and the figures that its source printed. The import
 * submits and the workspace's actor approves, so that four eyes hold here too.
 * @issues EXAMPLE-001 (no such example), and whatever its files have
 */
export async function loadExample(
  workspace: Workspace,
  id: string,
  onProgress: (text: string) => void = () => {},
): Promise<Result<LoadedExample>> {
  const known = await exampleNames();
  if (!known.includes(id))
    return fail({
      code: "EXAMPLE-001",
      severity: "error",
      at: {},
      expected: nearest(id, known, 20).join(", "),
      actual: id,
    });
  const folder = join(EXAMPLES, id);
  const read = async (name: string): Promise<string> => readFile(join(folder, name), "utf8");
  const boundary = readYaml(await read("boundary.yaml"), `${id}/boundary.yaml`, boundarySchema);
  const pins = readYaml(await read("pins.yaml"), `${id}/pins.yaml`, pinsSchema);
  const sources = readYaml(await read("sources.yaml"), `${id}/sources.yaml`, sourcesSchema);
  const pack = await examplePack(folder, id);
  const issues = [boundary, pins, sources, pack].flatMap((result) => (result.ok ? [] : result.issues));
  if (!boundary.ok || !pins.ok || !sources.ok || !pack.ok) return { ok: false, issues };

  const adopted = await adoptPacks(workspace, [pack.value]);
  if (!adopted.ok) return adopted;
  const put = [await setBoundary(workspace, boundary.value), await setPins(workspace, pins.value)];
  const refused = put.flatMap((result) => (result.ok ? [] : result.issues));
  if (refused.length > 0) return { ok: false, issues: refused };

  const importer: Workspace = { ...workspace, actor: importActor(id) };
  const state = await stateAt(workspace, await lastPosition(workspace.store.db));
  if (!state.ok) return state;
  const documents = new Map(
    sources.value.map((source) => [source.id, { name: source.title.en, sha256: source.file.sha256 }]),
  );
  const batches: LoadedExample["batches"][number][] = [];
  for (const [name, kind] of [
    ["records.csv", "records"],
    ["reported.csv", "reported"],
  ] as const) {
    // What a published report says is loaded as it stands, jumps between its years included; the checks speak about those.
    const imported = await importFile(importer, join(folder, name), {
      kind,
      sources: documents,
      acceptWarnings: true,
      onProgress,
    });
    if (!imported.ok) return imported;
    const { submitted } = imported.value;
    if (!submitted) return { ok: false, issues: importIssues(imported.value) };
    const decided = await decide(writerOf(workspace, state.value.model), submitted.batch, "approve");
    if (!decided.ok) return decided;
    batches.push({ name, batch: submitted.batch, rows: submitted.rows });
  }
  return ok({ id, batches });
}
