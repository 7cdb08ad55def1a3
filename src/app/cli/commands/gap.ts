import type { Command } from "commander";
import { describeReason } from "../../../disclose/index.ts";
import { coverageOf } from "../../cover-standard.ts";
import { EXIT, table } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

interface Options extends CommonOptions {
  readonly standard: string;
  readonly period?: string;
}

async function gapCommand(options: Options): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const { covered, period, words, title } = orStop(await coverageOf(workspace, options.standard, options.period));
    const language = terminal.language;
    const rows = covered.requirements.map(({ requirement, state, why }) => ({
      id: requirement.id,
      title: requirement.title,
      kind: requirement.kind,
      state: state ?? null,
      why: why.map((reason) => describeReason(reason, words, title)),
    }));
    if (terminal.json)
      terminal.out(
        JSON.stringify({ standard: covered.standard.id, period, totals: covered.totals, requirements: rows }),
      );
    else {
      terminal.out(
        table([
          ["requirement", "state", "title", "why"],
          ...rows
            .filter((row) => row.kind !== "heading")
            .map((row) => [
              row.id,
              row.state ?? "",
              row.title[language],
              row.why.map((text) => text[language]).join("; "),
            ]),
        ]),
      );
      terminal.out(
        `\n${Object.entries(covered.totals)
          .map(([state, count]) => `${count} ${state}`)
          .join(", ")}`,
      );
    }
    return EXIT.fine;
  });
}

export function addGapCommand(program: Command): void {
  program.addCommand(
    command("gap", "what a standard asks for, and what answers it", "gap --standard hkex-c2")
      .requiredOption("--standard <id>", "hkex-c2 or gri-2021")
      .option("--period <period>", "the newest reported period by default")
      .action(gapCommand),
  );
}
