import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../ensure-packages.mjs";

/** The YAML files of a folder of the content, by name. */
export function documents(folder) {
  const path = join(root, "content", folder);
  return readdirSync(path)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ name: name.slice(0, -".yaml".length), value: parse(readFileSync(join(path, name), "utf8")) }));
}

/** All items of a folder whose files are lists. */
export const items = (folder) => documents(folder).flatMap(({ value }) => value ?? []);

/** The comment that heads a content file, as a sentence. */
export function headComment(folder, name) {
  const text = readFileSync(join(root, "content", folder, `${name}.yaml`), "utf8");
  const lines = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("#")) break;
    lines.push(line.replace(/^#\s?/, ""));
  }
  return lines.join(" ").trim();
}

/** Title in the three languages, one below the other. */
export const threeTitles = ({ title }) => ({ code: [title.en, title["zh-Hant"], title["zh-Hans"]].join("<br>") });
