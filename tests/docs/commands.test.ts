import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildOnce, Clone } from "./clone.ts";
import { type Database, SHOWN_URL, startDatabase } from "./database.ts";
import { fencesOf, type Page, proseOf, readPages, root } from "./pages.ts";
import { isServing, serve } from "./serve.ts";
import { difference, type Step, stepsOf } from "./transcript.ts";

/** Commands that a page shows and that cannot run inside the suite, with what runs them. */
const RUN_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["git clone REPOSITORY candela && cd candela", "every run of the suite begins with a clone"],
  ["npm ci", "the suite runs on what it installed"],
  ["npm test", "it is what runs this"],
  ["npm run test:deep", "it runs the same suites, and the deep ones"],
  ["npm test -- --system", "it is how the suite runs where CI is set"],
  ["npm run build", "every clone here is made from what it builds"],
  ["node bench/plan/run.mjs", "a measurement of minutes"],
  ["node bench/sense/run.mjs", "a measurement of half an hour, most of it making a year of readings"],
  ["node bench/ledger/run.mjs", "a measurement of minutes; its own package file"],
]);

let database: Database | undefined;

function problemsOf(step: Step & { kind: "command" }, exit: number, printed: readonly string[]): string | undefined {
  if (exit !== step.exit) return `ended with ${exit}, not ${step.exit}:\n${printed.slice(-12).join("\n")}`;
  return step.expected === undefined ? undefined : difference(step.expected, printed);
}

/** Pages that run at a time: more would only wait for each other. */
const AT_A_TIME = 3;
const waiting: (() => void)[] = [];
let running = 0;

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** Runs a page from top to bottom in a clone of its own; every step that is not as the page says. */
async function runPage(page: Page): Promise<{ commands: number; problems: string[] }> {
  const steps = stepsOf(page);
  const problems: string[] = [];
  let commands = 0;
  if (!steps.some((step) => step.kind === "command")) return { commands, problems };
  const clone = new Clone();
  const url = page.text.includes(SHOWN_URL) ? await database?.newUrl() : undefined;
  try {
    for (const step of steps) {
      if (step.kind === "file") {
        clone.write(step.file, step.text);
        continue;
      }
      commands += 1;
      if (RUN_ELSEWHERE.has(step.command)) continue;
      const command = step.command.replaceAll(SHOWN_URL, url ?? SHOWN_URL);
      const { exit, printed } = isServing(command) ? await serve(clone, command) : await clone.run(command);
      const problem = problemsOf(step, exit, printed);
      if (problem) problems.push(`${page.path}:${step.line}: $ ${step.command}\n${problem}`);
    }
  } finally {
    const left = await clone.remove();
    problems.push(...left.map((process) => `${page.path}: still running: ${process}`));
  }
  return { commands, problems };
}

const pages = readPages().filter((page) => stepsOf(page).some((step) => step.kind === "command"));

describe.concurrent("every command that a page shows does what the page says", () => {
  beforeAll(async () => {
    buildOnce();
    database = await startDatabase();
  });
  afterAll(async () => database?.stop());

  it.each(pages.map((page) => [page.path, page] as const))("%s", { timeout: 600_000 }, async (_, page) => {
    const { commands, problems } = await inTurn(() => runPage(page));
    console.log(`${page.path}: ${commands} commands`);
    expect(problems).toEqual([]);
  });

  it("catches a seeded command that fails, and one that prints something else", { timeout: 600_000 }, async () => {
    const text = [
      "```sh",
      "$ candela --version",
      "9.9.9",
      "$ candela list nothing --data ./none",
      "```",
      "```sh",
      "$ npx --no-install candela --version",
      "…",
      "```",
    ].join("\n");
    const { commands, problems } = await inTurn(() => runPage({ path: "seeded.md", text }));
    expect(commands).toBe(3);
    expect(problems.map((problem) => problem.split("\n")[0])).toEqual([
      "seeded.md:2: $ candela --version",
      "seeded.md:4: $ candela list nothing --data ./none",
    ]);
  });
});

describe("what pages show", () => {
  it("is looked at whole: blocks of a shell hold commands", () => {
    const blocks = readPages().flatMap((page) => fencesOf(page).map((fence) => ({ page: page.path, fence })));
    const hidden = blocks.filter(
      ({ fence }) => !["sh"].includes(fence.language) && fence.lines.some((line) => /^\$ \S/.test(line)),
    );
    console.log(`blocks: ${blocks.length} looked at, ${pages.length} pages run`);
    expect(pages.length).toBeGreaterThan(6);
    expect(hidden.map(({ page, fence }) => `${page}:${fence.line}`)).toEqual([]);
  });

  it("names only commands and options that there are", () => {
    const reference = readFileSync(join(root, "docs/reference/commands.md"), "utf8");
    const known = knownCommands(reference);
    const named = readPages()
      .filter((page) => !page.path.startsWith("docs/reference/issues"))
      .flatMap((page) => inlineCommands(proseOf(page)).map((command) => ({ page: page.path, command })));
    console.log(`commands named in prose: ${named.length}, commands known: ${known.size}`);
    expect(known.size).toBeGreaterThan(15);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ command }) => !isKnown(command, known))).toEqual([]);
    expect(isKnown("candela vaule ghg.scope1 --period 2025", known)).toBe(false);
    expect(isKnown("candela value ghg.scope1 --perod 2025", known)).toBe(false);
  });
});

/** Command → its long options, read from the reference. */
function knownCommands(reference: string): Map<string, Set<string>> {
  const [head = "", ...sections] = reference.split(/^## candela /m);
  const optionsIn = (text: string): string[] =>
    [...text.matchAll(/^\| `[^`]*?(--[a-z-]+)/gm)].map(([, name]) => name ?? "");
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")),
      new Set([...optionsIn(head), ...optionsIn(section), "--help"]),
    ]),
  );
}

function inlineCommands(prose: string): string[] {
  return [...prose.matchAll(/`(candela [^`]+)`/g)].map(([, command]) => command ?? "");
}

function isKnown(command: string, known: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const words = command.split(/\s+/).slice(1);
  if (words[0]?.startsWith("--")) return ["--help", "--version"].includes(words[0]);
  const options = known.get(words.slice(0, 2).join(" ")) ?? known.get(words[0] ?? "");
  const group = [...known.keys()].some((name) => name.startsWith(`${words[0]} `)) && words.length === 1;
  return (
    group || (options !== undefined && words.filter((word) => word.startsWith("--")).every((word) => options.has(word)))
  );
}
