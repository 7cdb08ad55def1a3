import { createHash } from "node:crypto";
import { parse } from "yaml";

/** JSON of documents that were parsed before, by the SHA-256 (hex) of their text: most of what a command took to start was parsing the same content again. */
let known: ReadonlyMap<string, string> = new Map();

/** Takes what the build has parsed. A text that is changed has another hash and is parsed. */
export function knowDocuments(jsonByHash: ReadonlyMap<string, string>): void {
  known = jsonByHash;
}

/** The value of a text that was parsed before; undefined for any other. */
export function knownDocument(text: string): unknown {
  if (known.size === 0) return undefined;
  const json = known.get(createHash("sha256").update(text).digest("hex"));
  return json === undefined ? undefined : JSON.parse(json);
}

/** Parses YAML 1.2. @throws what `yaml` throws, with line and column */
export function parseYaml(text: string): unknown {
  return knownDocument(text) ?? parse(text);
}
