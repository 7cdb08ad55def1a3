import type { Command } from "commander";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { formatNumber } from "../../../ground/quantity/index.ts";
import type { Filter, IndicatorValue } from "../../../measure/index.ts";
import { caveatTexts, missingTexts } from "../../bound-values.ts";
import { computeValues, type ValuesRequest, valueJson } from "../../compute-values.ts";
import { type PrintedJson, readReported } from "../../reported-figures.ts";
import type { State, Workspace } from "../../workspace.ts";
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
 * @issues WHERE-001 (not of that form, or one dimension twice)
 */
export function parseWhere(texts: readonly string[]): Result<Filter> {
  const pairs = texts.flatMap((text) => text.split(",")).map((pair) => /^([^=]+)=(.+)$/.exec(pair.trim()));
  const dimensions = pairs.map((pair) => pair?.[1]?.trim());
  if (dimensions.some((dimension, index) => dimension === undefined || dimensions.indexOf(dimension) < index))
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
  const entry = state.model.catalogue.entries.get(value.indicator);
  if (!entry) throw new Error(`no definition of ${value.indicator}`);
  const shown = value.amount
    ? `${formatNumber(value.amount.value, entry.definition.precision, terminal.language)} ${state.model.units.symbol(entry.unit, terminal.language)}`
    : "–";
  const status = value.status === "complete" ? "" : `  (${terminal.say(value.status)})`;
  const part = Object.keys(value.where).length > 0 ? `  ${whereText(value.where)}` : "";
  terminal.out(`${entry.definition.title[terminal.language]}${part}  ${value.period.label}  ${shown}${status}`);
  const told = [...missingTexts(value, state, terminal.words), ...caveatTexts(value, state, terminal.words)];
  for (const text of told) terminal.out(`  · ${text[terminal.language]}`);
}

const whereText = (where: Filter): string =>
  Object.entries(where)
    .map(([dimension, member]) => `${dimension}=${member}`)
    .join(", ");

type Json = Readonly<Record<string, unknown>>;

/** What a source printed of one indicator, a period each: the first place stands for it, all places are listed. */
function printedJson(indicator: string, periods: readonly string[], figures: readonly PrintedJson[]): Json {
  const each = periods.map((period): Json => {
    const places = figures.filter((figure) => figure.period === period);
    const [first] = places;
    if (!first) return { indicator, period, value: null, unit: null, status: "not-reported", lineage: null, places };
    const { place, row, edition } = first;
    return { ...first, lineage: { kind: "reported", place, row: row ?? null, edition: edition ?? null }, places };
  });
  return each.length === 1 ? (each[0] ?? {}) : { indicator, values: each };
}

async function reportedCommand(workspace: Workspace, terminal: Terminal, request: ValuesRequest): Promise<number> {
  const { figures, periods, units } = orStop(await readReported(workspace, request));
  const [indicator = ""] = request.indicators;
  if (terminal.json) {
    terminal.out(JSON.stringify(printedJson(indicator, periods, figures)));
    return EXIT.fine;
  }
  for (const period of periods) {
    const places = figures.filter((figure) => figure.period === period);
    if (places.length === 0) terminal.out(`${indicator}  ${period}  –  (${terminal.say("not-reported")})`);
    for (const { value, unit, qualifier, place } of places) {
      const amount = value === null ? "–" : `${value} ${units.symbol(units.unit(unit), terminal.language)}`;
      terminal.out(`${indicator}  ${period}  ${terminal.say(`qualifier.${qualifier}`, { amount })}  (${place})`);
    }
  }
  return EXIT.fine;
}

async function valueCommand(indicator: string, options: ValueOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const request = requestOf([indicator], options);
    if (options.asReported) return reportedCommand(workspace, terminal, request);
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
