import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseYaml } from "../ground/content/index.ts";
import { type Text, textOf } from "../ground/issue/index.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";

/** Words of the interface by id, each in three languages. */
export type InterfaceTexts = ReadonlyMap<string, Text>;

/** Reads `content/locales/<folder>`. */
export async function readTexts(folder: string): Promise<InterfaceTexts> {
  const path = join(PACKAGE_FOLDER, "content/locales", folder);
  const names = (await readdir(path)).filter((name) => name.endsWith(".yaml")).sort();
  const documents = await Promise.all(
    names.map(async (name) => parseYaml(await readFile(join(path, name), "utf8")) as Record<string, Text>),
  );
  return new Map(documents.flatMap((document) => Object.entries(document)));
}

/** A text with its `{placeholders}` filled, each by a text or by the same words in every language. */
export function fillText(texts: InterfaceTexts, id: string, values: Readonly<Record<string, Text | string>>): Text {
  const template = texts.get(id);
  if (!template) throw new Error(`no interface text ${id}`);
  return textOf((language) =>
    template[language].replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
      const value = values[name];
      return value === undefined ? "" : typeof value === "string" ? value : value[language];
    }),
  );
}
