import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A page of the documentation. */
export interface Page {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block: its language, what else its first line says, and its lines. */
export interface Fence {
  readonly language: string;
  readonly info: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

const TOP = ["README.md", "CHANGELOG.md", "NOTICE", "package.json"];

function markdownUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** Every page that a reader is given: the top, docs/ and the notes of the examples. */
export function readPages(): Page[] {
  const paths = [...TOP.filter((path) => path.endsWith(".md")), ...markdownUnder("docs"), ...markdownUnder("examples")];
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The pages, and the other texts that speak to a reader. */
export function readTexts(): Page[] {
  const others = TOP.filter((path) => !path.endsWith(".md")).map((path) => ({
    path,
    text: readFileSync(join(root, path), "utf8"),
  }));
  return [...readPages(), ...others];
}

/** The fenced blocks of a page; a fence that is never closed throws. */
export function fencesOf({ path, text }: Page): Fence[] {
  const fences: Fence[] = [];
  let open: { language: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^```(\S*)\s*(.*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (open) {
      fences.push(open);
      open = undefined;
    } else open = { language: fence[1] ?? "", info: fence[2] ?? "", line: index + 1, lines: [] };
  }
  if (open) throw new Error(`${path}: the fence opened on line ${open.line} is never closed`);
  return fences;
}

/** The text of a page without its fenced blocks. */
export function proseOf({ text }: Page): string {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}

/** `key=value` words of a fence's first line. */
export function infoOf({ info }: Fence): Readonly<Record<string, string>> {
  return Object.fromEntries(
    info.split(/\s+/).flatMap((word) => {
      const at = word.indexOf("=");
      return at > 0 ? [[word.slice(0, at), word.slice(at + 1)] as const] : [];
    }),
  );
}
