import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Page, readTexts, root } from "./pages.ts";

/** Spelt in pieces, so that this file does not hold what it forbids. */
const word = (...pieces: readonly string[]): string => pieces.join("");

/** What no text of the project speaks of: how and where it was written, machines of its writers, where packages come from. */
const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: "a helper of its writers",
    pattern: new RegExp(
      `\\b(${word("sub", "agent")}s?|${word("clau", "de")}|${word("chat", "gpt")}|${word("co", "pilot")}|${word("anthro", "pic")}|${word("open", "ai")}|language model|\\bLLMs?)\\b`,
      "i",
    ),
  },
  {
    what: "a sitting of its writers",
    pattern: new RegExp(`\\b(this|my|our|the|a|an|previous|next) ${word("sess", "ion")}s?\\b`, "i"),
  },
  {
    what: "their trackers and seeds",
    pattern: new RegExp(
      `${word("seed ", "report")}|\\b${word("issues", " show")}\\b|\\b${word("design", " notes")}\\b.*\\b${word("sha", "red")}/`,
      "i",
    ),
  },
  {
    what: "a folder of their machines",
    pattern: new RegExp(`(^|[\\s"'\`(])/(${word("wo", "rk")}|home|Users|mnt|srv)/`, "m"),
  },
  {
    what: "a registry's host",
    pattern: new RegExp(
      `${word("registry", "\\.")}[a-z]+|${word("npmjs", "\\.")}|${word("pypi", "\\.")}org|${word("deb\\.", "debian")}`,
      "i",
    ),
  },
  {
    what: "a word that sells",
    pattern:
      /\b(seamless(ly)?|cutting[- ]edge|world[- ]class|state[- ]of[- ]the[- ]art|revolutionary|powerful|effortless(ly)?|blazing(ly)?|best[- ]in[- ]class|game[- ]chang\w+|leverag(e|es|ing))\b/i,
  },
];

interface Found {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly text: string;
}

function findForbidden({ path, text }: Page): Found[] {
  return text.split("\n").flatMap((line, index) =>
    FORBIDDEN.flatMap(({ what, pattern }) => {
      const found = pattern.exec(line);
      return found ? [{ path, line: index + 1, what, text: found[0].trim() }] : [];
    }),
  );
}

/** Content and scripts speak to readers too. */
function otherTexts(): Page[] {
  return ["content", "examples", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(yaml|mjs|ts)$/.test(name) && !name.includes("node_modules"))
      .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), "utf8") })),
  );
}

it("speaks of the project alone", () => {
  const pages = [...readTexts(), ...otherTexts()];
  console.log(`words: ${pages.length} texts looked at for ${FORBIDDEN.length} kinds`);
  expect(pages.length).toBeGreaterThan(40);
  expect(pages.flatMap(findForbidden)).toEqual([]);
});

it("catches a seeded case of each kind, and leaves the field's own words alone", () => {
  const seeded: Page = {
    path: "seeded.md",
    text: [
      `written by a ${word("sub", "agent")}`,
      `in the ${word("sess", "ion")} before`,
      `as ${word("issues", " show")} 4 says`,
      `see /${word("wo", "rk")}/main/README.md`,
      `from ${word("registry", ".")}example`,
      "a seamless experience",
    ].join("\n"),
  };
  expect(findForbidden(seeded).map(({ what }) => what)).toEqual(FORBIDDEN.map(({ what }) => what));
  const ordinary = "A training session is recorded; energy models differ; the work of /usr/local; a powerhouse.";
  expect(
    findForbidden({ path: "ordinary.md", text: ordinary.replace("A training session", "Training sessions") }),
  ).toEqual([]);
});
