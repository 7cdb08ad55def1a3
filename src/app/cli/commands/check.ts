import type { Command } from "commander";
import { checkFigures } from "../../check-figures.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";
import { viewOptions } from "./value.ts";

const MARK = { error: "✗", warning: "!", notice: "·" } as const;

interface Options extends CommonOptions {
  readonly period?: string;
  readonly asAt?: string;
  readonly approvedOnly?: boolean;
}

async function checkCommand(options: Options): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const { findings, checked, position } = orStop(
      await checkFigures(workspace, {
        ...(options.period === undefined ? {} : { period: options.period }),
        ...(options.asAt === undefined ? {} : { asAt: options.asAt }),
        ...(options.approvedOnly ? { basis: "approved" as const } : {}),
      }),
    );
    const language = terminal.language;
    if (terminal.json) terminal.out(JSON.stringify({ findings, checked, position }));
    else {
      for (const finding of findings) {
        terminal.out(
          `${MARK[finding.severity]} ${finding.code}  ${finding.periods.join(", ")}\n  ${finding.message[language]}`,
        );
        terminal.out(`  expected ${finding.expected} · actual ${finding.actual} · difference ${finding.difference}`);
        terminal.out(`  ${finding.cause[language]}\n  → ${finding.remedy[language]}\n`);
      }
      const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
      const comparisons = Object.values(checked).reduce((sum, one) => sum + one, 0);
      terminal.out(
        `${count("error")} errors, ${count("warning")} warnings, ${count("notice")} notices from ${comparisons} comparisons by ${Object.keys(checked).length} rules`,
      );
    }
    return findings.some((finding) => finding.severity === "error") ? EXIT.findings : EXIT.fine;
  });
}

export function addCheckCommand(program: Command): void {
  program.addCommand(
    viewOptions(
      command("check", "check figures against each other; exit code 1 when there are errors", "check --period 2025"),
    )
      .option("--period <period>", "only findings that concern it")
      .action(checkCommand),
  );
}
