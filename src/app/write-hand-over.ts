import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LANGUAGES } from "../ground/issue/index.ts";
import type { HandOver } from "./hand-over.ts";
import { handOverPage } from "./hand-over-page.ts";
import type { InterfaceTexts } from "./interface-texts.ts";

/** Name of the page in a language. */
export function pageName(language: string): string {
  return `hand-over.${language}.html`;
}

/**
 * Writes a hand-over into a folder: a page in each language, the plan as `candela run --plan` takes it, and all of it as JSON.
 * @returns the names of the files
 */
export async function writeHandOver(folder: string, told: HandOver, words: InterfaceTexts): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const { site, state: _state, warnings: _warnings, jobs, ...rest } = told;
  const files: [string, string][] = [
    ...LANGUAGES.map((language): [string, string] => [pageName(language), handOverPage(told, language, words)]),
    ["plan.json", `${JSON.stringify(told.plan)}\n`],
    ["hand-over.json", `${JSON.stringify({ site: site.id, jobs, ...rest }, undefined, 2)}\n`],
  ];
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  return files.map(([name]) => name);
}
