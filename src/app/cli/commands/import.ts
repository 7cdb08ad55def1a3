import type { Command } from "commander";
import { lastPosition } from "../../../ground/journal/index.ts";
import { fail } from "../../../ground/issue/index.ts";
import { parsePeriod } from "../../../ground/quantity/index.ts";
import { DELIMITERS, ENCODINGS, encodingNamed, parseMapping } from "../../../measure/index.ts";
import { type ImportOptions, importFile } from "../../import-file.ts";
import { stateAt } from "../../workspace.ts";
import { EXIT, printIssues, renderIssues } from "../output.ts";
import { readTextFile } from "../read-file.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

interface Options extends CommonOptions {
  readonly mapping?: string;
  readonly reported?: boolean;
  readonly period?: string;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly delimiter?: string;
  readonly acceptValid?: boolean;
  readonly acceptWarnings?: boolean;
}

async function importCommand(file: string, options: Options): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const state = orStop(await stateAt(workspace, await lastPosition(workspace.store.db)));
    const fiscalYearStartMonth = state.boundary.entity.fiscalYearStartMonth;
    const mapping =
      options.mapping === undefined
        ? undefined
        : orStop(parseMapping(orStop(await readTextFile(options.mapping)), options.mapping));
    const encoding = options.encoding === undefined ? undefined : encodingNamed(options.encoding);
    if (options.encoding !== undefined && !encoding) {
      orStop(
        fail({
          code: "ENCODING-001",
          severity: "error",
          at: {},
          expected: ENCODINGS.join(", "),
          actual: options.encoding,
        }),
      );
    }
    const delimiter = DELIMITERS.find((known) => known === options.delimiter?.replace("tab", "\t"));
    if (options.delimiter !== undefined && !delimiter) {
      orStop(fail({ code: "CHOICE-001", severity: "error", at: {}, expected: ", ; tab |", actual: options.delimiter }));
    }
    const choices: ImportOptions = {
      ...(delimiter ? { delimiter } : {}),
      ...(options.reported ? { kind: "reported" as const } : {}),
      ...(mapping ? { mapping } : {}),
      ...(encoding ? { encoding } : {}),
      ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
      ...(options.period === undefined
        ? {}
        : { period: orStop(parsePeriod(options.period, { fiscalYearStartMonth })) }),
      acceptValid: options.acceptValid === true,
      acceptWarnings: options.acceptWarnings === true,
      onProgress: terminal.progress,
    };
    const { submitted, outcome, issues, counts } = orStop(await importFile(workspace, file, choices));
    const total = counts.error + counts.warning + counts.notice;
    if (terminal.json) {
      terminal.out(
        JSON.stringify({
          file,
          batch: submitted?.batch ?? null,
          rows: submitted?.rows ?? 0,
          position: submitted ? String(submitted.position) : null,
          read: outcome?.rowsRead ?? 0,
          counts,
          issues: await renderIssues(terminal, issues),
        }),
      );
    } else {
      if (issues.length > 0) await printIssues(terminal, issues, total);
      terminal.out(
        submitted
          ? terminal.say("import.done", { file, rows: String(submitted.rows), batch: String(submitted.batch) })
          : terminal.say("import.nothing", {
              file,
              errors: String(counts.error),
              warnings: String(counts.warning),
            }),
      );
    }
    return submitted ? EXIT.fine : EXIT.findings;
  });
}

export function addImportCommand(program: Command): void {
  program.addCommand(
    command(
      "import",
      "import activity records from CSV or XLSX, all or nothing",
      "import electricity-2025.csv --period 2025",
    )
      .argument("<file>", "CSV or XLSX file")
      .option("--mapping <file>", "YAML that says how a foreign table is read")
      .option("--reported", "the file holds figures as a source printed them")
      .option("--period <period>", "the period reported; rows outside it are errors")
      .option("--encoding <name>", "when it cannot be told from the bytes: utf-8, gb18030, big5 …")
      .option("--delimiter <character>", "when it cannot be told from the file: , ; tab or |")
      .option("--sheet <name>", "sheet of an XLSX file")
      .option("--accept-valid", "keep the good rows and leave the others out")
      .option("--accept-warnings", "the warnings have been seen and are accepted")
      .action(importCommand),
  );
}
