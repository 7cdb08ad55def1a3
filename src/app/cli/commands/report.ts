import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { documentHash } from "../../../disclose/index.ts";
import { all, fail, type Language, LANGUAGES, ok, type Result } from "../../../ground/issue/index.ts";
import { makeReport, type ReportFile, type ReportFormat } from "../../make-report.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";
import { viewOptions } from "./value.ts";

interface Options extends CommonOptions {
  readonly period: string;
  readonly format: string;
  readonly out: string;
  readonly template: string;
  readonly asAt?: string;
  readonly approvedOnly?: boolean;
}

const FORMATS: readonly ReportFormat[] = ["html", "pdf"];

function choice<T extends string>(texts: string, known: readonly T[]): Result<T[]> {
  return all(
    texts.split(",").map((text): Result<T> => {
      const found = known.find((one) => one === text.trim());
      return found
        ? ok(found)
        : fail({ code: "CHOICE-001", severity: "error", at: {}, expected: known.join(", "), actual: text });
    }),
  );
}

/**
 * Writes files into a folder.
 * @issues FILE-003 (it cannot be written)
 */
async function writeFiles(folder: string, files: readonly ReportFile[]): Promise<Result<void>> {
  try {
    await mkdir(folder, { recursive: true });
    for (const file of files) await writeFile(join(folder, file.name), file.bytes);
    return ok(undefined);
  } catch (problem) {
    const actual = problem instanceof Error ? problem.message : String(problem);
    return fail({ code: "FILE-003", severity: "error", at: { file: folder }, actual });
  }
}

async function reportCommand(options: Options): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const languages: Language[] = orStop(choice(options.lang ?? LANGUAGES.join(","), LANGUAGES));
    const formats = orStop(choice(options.format, FORMATS));
    terminal.progress(`computing ${options.period} …`);
    const { files, document } = orStop(
      await makeReport(workspace, {
        period: options.period,
        languages,
        formats,
        template: options.template,
        ...(options.asAt === undefined ? {} : { asAt: options.asAt }),
        ...(options.approvedOnly ? { basis: "approved" as const } : {}),
      }),
    );
    orStop(await writeFiles(options.out, files));
    const written = files.map((file) => ({ file: join(options.out, file.name), bytes: file.bytes.length }));
    if (terminal.json)
      terminal.out(
        JSON.stringify({
          files: written,
          document: documentHash(document),
          figures: Object.keys(document.figures).length,
          journal: document.meta.journal,
        }),
      );
    else {
      for (const { file, bytes } of written) terminal.out(`${file}  ${(bytes / 1000).toFixed(0)} kB`);
      terminal.out(`document ${documentHash(document)}\n${document.meta.journal.head}`);
    }
    return EXIT.fine;
  });
}

export function addReportCommand(program: Command): void {
  const base = command(
    "report",
    "the report of a period as HTML and PDF, its figures bound to values",
    "report --period 2025 --lang zh-Hant,zh-Hans,en --format html,pdf --out out/",
  );
  program.addCommand(
    viewOptions(base)
      .requiredOption("--period <period>", "the period reported on")
      .option("--format <formats>", "html, pdf or both", "html,pdf")
      .option("--out <folder>", "where the files go", "./out")
      .option("--template <id>", "a report template of the content", "hkex-esg")
      .action(reportCommand),
  );
}
