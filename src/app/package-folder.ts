import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ContentPack, createPack, knowDocuments, parseYaml } from "../ground/content/index.ts";
import { expectOk, type IssueCatalogue, issueCatalogue, type IssueTexts, type Result } from "../ground/issue/index.ts";

/** The folder of the installed package: the nearest one above this code that holds Candela's package file. */
export const PACKAGE_FOLDER = findPackageFolder(dirname(fileURLToPath(import.meta.url)));

function findPackageFolder(folder: string): string {
  const file = join(folder, "package.json");
  if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "@candela-esg/candela")
    return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("Candela's package folder was not found above its own code");
  return findPackageFolder(parent);
}

export const VERSION = (JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as { version: string })
  .version;

/** Texts of the interface ship with the code that uses them and are not part of a pack. */
const INTERFACE = "locales/";

/** Reads a folder of YAML as a content pack; `pack.yaml` at its top gives id and version. */
export async function readPackFolder(folder: string): Promise<Result<ContentPack>> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/"));
  const wanted = names.filter((name) => name.endsWith(".yaml") && !name.startsWith(INTERFACE)).sort();
  const files = new Map<string, string>();
  for (const name of wanted) files.set(name, await readFile(join(folder, name), "utf8"));
  const head = parseYaml(files.get("pack.yaml") ?? "{}") as { id?: string; version?: string };
  return createPack(head.id ?? "", head.version ?? "", files);
}

/** The content that ships with this version. */
export async function shippedPack(): Promise<ContentPack> {
  return expectOk(await readPackFolder(join(PACKAGE_FOLDER, "content")));
}

/** The texts of every issue code, in three languages. */
export async function shippedIssueTexts(): Promise<IssueCatalogue> {
  const folder = join(PACKAGE_FOLDER, "content/locales/issues");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  const documents = await Promise.all(
    names.map(async (name) => parseYaml(await readFile(join(folder, name), "utf8")) as Record<string, IssueTexts>),
  );
  return issueCatalogue(documents);
}

/** Takes the documents that the build has parsed; without them everything is parsed as it is read. */
export function knowShippedDocuments(): void {
  const file = join(PACKAGE_FOLDER, "dist/documents.json");
  if (!existsSync(file)) return;
  knowDocuments(new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)));
}
