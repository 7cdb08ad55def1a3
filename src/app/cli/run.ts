import { Command } from "commander";
import { type Actor, LOCAL_OWNER } from "../../ground/actor/index.ts";
import { type Issue, type Language, LANGUAGES } from "../../ground/issue/index.ts";
import { shippedIssueTexts } from "../package-folder.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";
import { EXIT, printIssues, type Terminal } from "./output.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly data: string;
  readonly json?: boolean;
  readonly lang: string;
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

function actorOf(options: CommonOptions): Actor {
  // Nobody signs in on the command line: another name is another local person with the same folder, and with the owner's rights.
  return options.as === undefined
    ? LOCAL_OWNER
    : { id: `local:${options.as}`, kind: "person", name: options.as, roles: ["owner"] };
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

async function terminalFor(options: CommonOptions): Promise<Terminal> {
  const language =
    LANGUAGES.find((known) => known === options.lang) ?? terminalLanguage(process.env.LC_ALL ?? process.env.LANG);
  let last = 0;
  return {
    json: options.json === true,
    language,
    texts: await shippedIssueTexts(),
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
  const terminal = await terminalFor(options);
  try {
    process.exitCode = await body(terminal);
  } catch (problem) {
    if (problem instanceof CommandIssues) {
      printIssues(terminal, problem.issues, problem.total);
      process.exitCode = EXIT.failure;
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
  await runCommand(options, async (terminal) => {
    const databaseUrl = process.env.CANDELA_DATABASE_URL;
    const workspace = orStop(
      await openWorkspace({
        folder: options.data,
        actor: actorOf(options),
        onProgress: terminal.progress,
        ...(databaseUrl ? { databaseUrl } : {}),
      }),
    );
    try {
      return await body(workspace, terminal);
    } finally {
      await workspace.close();
    }
  });
}
