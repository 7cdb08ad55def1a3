import type { Command } from "commander";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import type { Filter, IndicatorValue } from "../../../measure/index.ts";
import { computeValues, type ValuesRequest, valueJson } from "../../compute-values.ts";
import { readReported } from "../../reported-figures.ts";
import type { State } from "../../workspace.ts";
import { EXIT, type Terminal } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

export interface ValueOptions extends CommonOptions {
  readonly period: string;
  readonly where?: readonly string[];
  readonly method?: string;
  readonly asAt?: string;
  readonly approvedOnly?: boolean;
  readonly engine?: string;
  readonly asReported?: boolean;
}

/**
 * Reads `--where dimension=member` options.
 * @issues WHERE-001 (not of that form)
 */
export function parseWhere(texts: readonly string[]): Result<Filter> {
  const pairs = texts.flatMap((text) => text.split(",")).map((pair) => /^([^=]+)=(.+)$/.exec(pair.trim()));
  const wrong = pairs.findIndex((pair) => pair === null);
  if (wrong >= 0)
    return fail({
      code: "WHERE-001",
      severity: "error",
      at: {},
      expected: "dimension=member",
      actual: texts.join(","),
    });
  return ok(Object.fromEntries(pairs.map((pair) => [pair?.[1]?.trim() ?? "", pair?.[2]?.trim() ?? ""])));
}

/** Options shared by the commands that compute. */
export function viewOptions(target: Command): Command {
  return target
    .option("--as-at <moment>", "a journal position or an instant: the figure as it was then")
    .option("--approved-only", "leave out what nobody has approved yet")
    .option("--engine <name>", "postgres or columnar; both give the same digits");
}

/** The request that the options describe. */
export function requestOf(indicators: readonly string[], options: ValueOptions): ValuesRequest {
  const where = orStop(parseWhere(options.where ?? []));
  const engine = options.engine === "columnar" || options.engine === "postgres" ? options.engine : undefined;
  if (options.engine !== undefined && engine === undefined) {
    orStop(
      fail({ code: "ENGINE-001", severity: "error", at: {}, expected: "postgres, columnar", actual: options.engine }),
    );
  }
  return {
    indicators,
    periods: options.period.split(","),
    where,
    ...(options.method === undefined ? {} : { method: options.method }),
    ...(options.asAt === undefined ? {} : { asAt: options.asAt }),
    ...(options.approvedOnly ? { basis: "approved" as const } : {}),
    ...(engine ? { engine } : {}),
  };
}

function printValue(terminal: Terminal, value: IndicatorValue, state: State): void {
  const shown = valueJson(value, state) as { value: string | null; unit: string };
  const title =
    state.model.catalogue.entries.get(value.indicator)?.definition.title[terminal.language] ?? value.indicator;
  const unit = state.model.units.symbol(
    state.model.catalogue.entries.get(value.indicator)?.unit ?? state.model.units.unit("ratio"),
    terminal.language,
  );
  terminal.out(
    `${title}  ${value.period.label}  ${shown.value ?? "–"} ${shown.value === null ? value.status : unit}${value.status === "complete" ? "" : `  (${value.status})`}`,
  );
  for (const gap of value.missing)
    terminal.out(
      `  missing: ${gap.kind} ${gap.activity ?? ""} ${gap.factorKind ?? ""} ${gap.period} ${JSON.stringify(gap.where)}`,
    );
  for (const caveat of value.caveats) terminal.out(`  ${caveat.kind}: ${caveat.detail} (${caveat.count})`);
}

async function valueCommand(indicator: string, options: ValueOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const request = requestOf([indicator], options);
    if (options.asReported) {
      const figures = orStop(await readReported(workspace, request));
      if (terminal.json) terminal.out(JSON.stringify(figures.length === 1 ? figures[0] : { indicator, figures }));
      else
        for (const figure of figures)
          terminal.out(
            `${figure.indicator}  ${figure.period}  ${figure.value ?? "–"} ${figure.unit}  (${figure.place})`,
          );
      return EXIT.fine;
    }
    const { values, state } = orStop(await computeValues(workspace, request));
    if (terminal.json) {
      const all = values.map((value) => valueJson(value, state));
      terminal.out(JSON.stringify(all.length === 1 ? all[0] : { indicator, values: all }));
    } else for (const value of values) printValue(terminal, value, state);
    return EXIT.fine;
  });
}

export function addValueCommand(program: Command): void {
  program.addCommand(
    viewOptions(command("value", "the value of an indicator, with what it rests on", "value ghg.scope1 --period 2025"))
      .argument("<indicator>", "id of the indicator, such as ghg.scope1")
      .requiredOption("--period <period>", "2025, 2025Q1, 2025-03, or several with commas")
      .option("--where <dimension=member...>", "only a part of it, such as site=lingang-aidc or gender=female")
      .option("--method <id>", "another of the indicator's methods")
      .option("--as-reported", "the figure that the source itself printed")
      .action(valueCommand),
  );
}
