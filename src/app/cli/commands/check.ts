import type { Command } from "commander";
import { checkFigures, type ExplainedFinding } from "../../check-figures.ts";
import { EXIT, type Terminal } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";
import { viewOptions } from "./value.ts";

const MARK = { error: "✗", warning: "!", notice: "·" } as const;

interface Options extends CommonOptions {
  readonly period?: string;
  readonly asAt?: string;
  readonly approvedOnly?: boolean;
}

function inWords(finding: ExplainedFinding, terminal: Terminal): string {
  const { code, severity, periods, message, expected, actual, difference, cause, remedy } = finding;
  const { language } = terminal;
  return [
    `${MARK[severity]} ${code}  ${periods.join(", ")}`,
    `  ${message[language]}`,
    `  ${terminal.say("check.amounts", { expected, actual, difference })}`,
    `  ${cause[language]}`,
    ...finding.hypotheses.map(
      ({ status, statement }) => `  ${terminal.say(`hypothesis.${status}`, { statement: statement[language] })}`,
    ),
    `  → ${remedy[language]}\n`,
  ].join("\n");
}

async function checkCommand(options: Options): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const { findings, checked, periods, position } = orStop(
      await checkFigures(workspace, {
        ...(options.period === undefined ? {} : { period: options.period }),
        ...(options.asAt === undefined ? {} : { asAt: options.asAt }),
        ...(options.approvedOnly ? { basis: "approved" as const } : {}),
      }),
    );
    if (terminal.json) terminal.out(JSON.stringify({ findings, checked, periods, position }));
    else if (periods.length === 0) terminal.out(terminal.say("check.nothing"));
    else {
      for (const finding of findings) terminal.out(inWords(finding, terminal));
      const count = (severity: string): string =>
        String(findings.filter((finding) => finding.severity === severity).length);
      terminal.out(
        terminal.say("check.summary", {
          errors: count("error"),
          warnings: count("warning"),
          notices: count("notice"),
          comparisons: String(Object.values(checked).reduce((sum, one) => sum + one, 0)),
          periods: terminal.language === "en" ? periods.join(", ") : ` ${periods.join("、")} `,
          rules: String(Object.keys(checked).length),
        }),
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
