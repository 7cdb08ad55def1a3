import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type Actor, LOCAL_OWNER, localActor } from "../../ground/actor/index.ts";
import { fail, type Issue, type Language, LANGUAGES, ok, type Result } from "../../ground/issue/index.ts";
import { StoreFailure } from "../../ground/store/index.ts";
import { fillText, readTexts } from "../interface-texts.ts";
import { shippedIssueTexts } from "../package-folder.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { EXIT, printIssues, type Terminal } from "./output.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly data: string;
  readonly json?: boolean;
  readonly lang?: string;
  readonly as?: string;
}

/** Ends a command with issues; caught by `runCommand`, which prints them. */
export class CommandIssues extends Error {
  readonly issues: readonly Issue[];
  readonly total: number;
  constructor(issues: readonly Issue[], total = issues.length) {
    super(issues.map((issue) => issue.code).join(", "));
    this.issues = issues;
    this.total = total;
  }
}

/** The value of a result, or the end of the command with its issues. */
export function orStop<T>(result: { ok: true; value: T } | { ok: false; issues: readonly Issue[]; total?: number }): T {
  if (result.ok) return result.value;
  throw new CommandIssues(result.issues, result.total);
}

/** Codes that say that the command line itself is wrong, whatever the store holds. */
const USAGE: ReadonlySet<string> = new Set([
  "ASAT-001",
  "CHOICE-001",
  "ENCODING-001",
  "ENGINE-001",
  "NAME-001",
  "NUMBER-001",
  "WHERE-001",
]);

const exitOf = (issues: readonly Issue[]): number =>
  issues.length > 0 && issues.every(({ code }) => USAGE.has(code) || code.startsWith("PERIOD-"))
    ? EXIT.usage
    : EXIT.failure;

/**
 * Who acts. Nobody signs in on the command line: another name is another local person with the same folder, and with
 * the owner's rights.
 * @issues NAME-001 (empty, or not a name)
 */
export function actorOf(name: string | undefined): Result<Actor> {
  if (name === undefined) return ok(LOCAL_OWNER);
  const actual = name.normalize("NFC").trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@'’·-]{0,79}$/u.test(actual))
    return fail({ code: "NAME-001", severity: "error", at: {}, actual: JSON.stringify(name) });
  return ok(localActor(actual));
}

/**
 * Whole number of an option.
 * @issues NUMBER-001 (not a whole number from `least` to `most`)
 */
export function wholeNumber(text: string, least: number, most: number): Result<number> {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most
    ? ok(number)
    : fail({ code: "NUMBER-001", severity: "error", at: {}, expected: `${least}–${most}`, actual: text });
}

/** A number between two. @issues NUMBER-002 */
export function decimalNumber(text: string, least: number, most: number): Result<number> {
  const number = /^\d{1,10}(\.\d{1,10})?$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most
    ? ok(number)
    : fail({ code: "NUMBER-002", severity: "error", at: {}, expected: `${least}–${most}`, actual: text });
}

/** The languages that `--lang` names; a report takes several, a terminal speaks the first. */
function languagesOf(text: string | undefined): Result<Language[]> {
  const named = (text ?? terminalLanguage(process.env.LC_ALL ?? process.env.LANG)).split(",");
  const known = named.map((name) => LANGUAGES.find((language) => language === name.trim()));
  const wrong = named.filter((_, index) => known[index] === undefined);
  return wrong.length > 0
    ? fail({ code: "CHOICE-001", severity: "error", at: {}, expected: LANGUAGES.join(", "), actual: wrong.join(",") })
    : ok(known.filter((language) => language !== undefined));
}

/** The default language of the terminal; `--lang` wins. */
export function terminalLanguage(environment: string | undefined): Language {
  if (/^zh[_-](TW|HK|MO|Hant)/i.test(environment ?? "")) return "zh-Hant";
  return /^zh/i.test(environment ?? "") ? "zh-Hans" : "en";
}

/** Adds the options that every command has, and an example to its help. */
export function command(name: string, summary: string, example: string): Command {
  return new Command(name)
    .description(summary)
    .option("--data <folder>", "folder of the store", process.env.CANDELA_DATA ?? "./data")
    .option("--json", "one JSON object on standard output")
    .option("--as <name>", "act as another local person, such as an approver")
    .option("--lang <language>", "zh-Hant, zh-Hans or en; the terminal's by default")
    .addHelpText("after", `\nExample:\n  $ candela ${example}`);
}

const MINIMUM_INTERVAL_MS = 100;

async function terminalFor(options: CommonOptions, language: Language): Promise<Terminal> {
  const words = await readTexts("interface");
  let last = 0;
  return {
    json: options.json === true,
    language,
    texts: shippedIssueTexts,
    words,
    say: (id, values = {}) => fillText(words, id, values)[language],
    out: (text) => void process.stdout.write(`${text}\n`),
    progress: (text) => {
      if (!process.stderr.isTTY && Date.now() - last < MINIMUM_INTERVAL_MS) return;
      last = Date.now();
      process.stderr.write(`${text}\n`);
    },
  };
}

/** Runs the body of a command: issues are printed in words, anything else unforeseen ends with exit code 3. */
export async function runCommand(options: CommonOptions, body: (terminal: Terminal) => Promise<number>): Promise<void> {
  const languages = languagesOf(options.lang);
  const terminal = await terminalFor(options, languages.ok ? (languages.value[0] ?? "en") : "en");
  try {
    orStop(languages);
    process.exitCode = await body(terminal);
  } catch (problem) {
    if (problem instanceof CommandIssues || problem instanceof StoreFailure) {
      const total = problem instanceof CommandIssues ? problem.total : problem.issues.length;
      await printIssues(terminal, problem.issues, total);
      process.exitCode = exitOf(problem.issues);
      return;
    }
    process.stderr.write(`${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}\n`);
    process.exitCode = EXIT.failure;
  }
}

/** Opens the store for the body of a command and closes it whatever happens. */
export async function inWorkspace(
  options: CommonOptions,
  body: (workspace: Workspace, terminal: Terminal) => Promise<number>,
): Promise<void> {
  await runCommand(options, (terminal) => withWorkspace(options, terminal, (workspace) => body(workspace, terminal)));
}

/** The same for a command that also works without a store, and makes none. */
export async function inWorkspaceIfThere(
  options: CommonOptions,
  body: (workspace: Workspace | undefined, terminal: Terminal) => Promise<number>,
): Promise<void> {
  // A data folder that was ever opened has its lock.
  const there = process.env.CANDELA_DATABASE_URL !== undefined || existsSync(join(options.data, "lock"));
  await runCommand(options, (terminal) =>
    there ? withWorkspace(options, terminal, (workspace) => body(workspace, terminal)) : body(undefined, terminal),
  );
}

async function withWorkspace(
  options: CommonOptions,
  terminal: Terminal,
  body: (workspace: Workspace) => Promise<number>,
): Promise<number> {
  const databaseUrl = process.env.CANDELA_DATABASE_URL;
  const workspace = orStop(
    await openWorkspace({
      folder: options.data,
      actor: orStop(actorOf(options.as)),
      onProgress: terminal.progress,
      ...(databaseUrl ? { databaseUrl } : {}),
    }),
  );
  try {
    return await body(workspace);
  } finally {
    await workspace.close();
  }
}
