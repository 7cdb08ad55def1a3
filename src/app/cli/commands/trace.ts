import type { Command } from "commander";
import type { LineageNode } from "../../../measure/index.ts";
import { computeValues } from "../../compute-values.ts";
import { traceRecords } from "../../trace-records.ts";
import { EXIT, type Terminal } from "../output.ts";
import { command, inWorkspace, orStop, wholeNumber } from "../run.ts";
import { requestOf, type ValueOptions, viewOptions } from "./value.ts";

const MOST_RECORDS = 100_000;

interface TraceOptions extends ValueOptions {
  readonly records?: string;
}

function printTree(terminal: Terminal, node: LineageNode, prefix = "", last = true, root = true): void {
  const branch = root ? "" : `${prefix}${last ? "└─ " : "├─ "}`;
  const amount = node.value === undefined ? "" : `  ${node.value} ${node.unit ?? ""}`;
  terminal.out(`${branch}${node.label[terminal.language]}${amount}  ⟨${node.id}⟩`);
  const inner = root ? "" : `${prefix}${last ? "   " : "│  "}`;
  const told = ["formula", "method", "source", "status", "filter", "groups", "records"].filter(
    (key) => node.detail[key] !== undefined,
  );
  for (const key of told) terminal.out(`${inner}${node.children.length > 0 ? "│ " : "  "} ${key}: ${node.detail[key]}`);
  node.children.forEach((child, index) => {
    printTree(terminal, child, inner, index === node.children.length - 1, false);
  });
}

async function traceCommand(indicator: string, options: TraceOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const request = requestOf([indicator], options);
    const limit = orStop(wholeNumber(options.records ?? "20", 1, MOST_RECORDS));
    const { values, state } = orStop(await computeValues(workspace, request));
    const pages = [];
    for (const value of values) {
      const page = orStop(await traceRecords(workspace, value, state, { ...request, limit }));
      pages.push({ indicator: value.indicator, period: value.period.label, lineage: value.lineage, records: page });
      if (terminal.json) continue;
      printTree(terminal, value.lineage);
      for (const { node, rows, more } of page) {
        terminal.out(`\n${node}`);
        for (const row of rows)
          terminal.out(
            `  ${row.record}  ${row.site}  ${row.period}  ${row.amount} ${row.unit}  ${row.basis}  ${row.evidence}`,
          );
        if (more) terminal.out("  …");
      }
    }
    if (terminal.json) terminal.out(JSON.stringify(pages.length === 1 ? pages[0] : { traces: pages }));
    return EXIT.fine;
  });
}

export function addTraceCommand(program: Command): void {
  program.addCommand(
    viewOptions(
      command("trace", "the tree from a value down to its records and factors", "trace ghg.scope1 --period 2025"),
    )
      .argument("<indicator>", "id of the indicator")
      .requiredOption("--period <period>", "2025, 2025Q1, 2025-03, or several with commas")
      .option("--where <dimension=member...>", "only a part of it")
      .option("--method <id>", "another of the indicator's methods")
      .option("--records <count>", "how many records are listed", "20")
      .action(traceCommand),
  );
}
