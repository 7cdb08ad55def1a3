import { extname } from "node:path";
import { Command } from "commander";
import {
  parseInstant,
  type Resampled,
  SERIES_KINDS,
  type SeriesKind,
  type Step,
  STEPS,
  type StoredSeries,
} from "../../../coordinate/index.ts";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { parseQuantity, convert, type UnitTable } from "../../../ground/quantity/index.ts";
import { senseImport } from "../../sense-import.ts";
import { sensePull } from "../../sense-pull.ts";
import { openSensedSite, type SensedSite } from "../../sense-site.ts";
import type { Workspace } from "../../workspace.ts";
import { EXIT, printIssues, renderIssues, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

interface SiteOptions extends CommonOptions {
  readonly site?: string;
}

const iso = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
const digits = (value: number | undefined): string =>
  value === undefined ? "–" : String(Number(value.toPrecision(7)));

/** Runs the body with the readings of the store, which are closed whatever happens. */
function inSensedSite(
  options: SiteOptions,
  body: (sensed: SensedSite, workspace: Workspace, terminal: Terminal) => Promise<number>,
): Promise<void> {
  return inWorkspace(options, async (workspace, terminal) => {
    const sensed = orStop(await openSensedSite(workspace, options.site));
    try {
      return await body(sensed, workspace, terminal);
    } finally {
      await sensed.telemetry.close();
    }
  });
}

function choice<T extends string>(text: string | undefined, known: readonly T[]): Result<T | undefined> {
  const found = known.find((one) => one === text);
  return text === undefined || found !== undefined
    ? ok(found)
    : fail({ code: "CHOICE-001", severity: "error", at: {}, expected: known.join(", "), actual: text });
}

/** Milliseconds of `1 min`, `15 s`, `1 h`. */
function lengthOf(text: string | undefined, units: UnitTable, option = "--every"): Result<number | undefined> {
  if (text === undefined) return ok(undefined);
  const read = parseQuantity(text, units, { column: option });
  if (!read.ok) return read;
  const seconds = convert(read.value, units.unit("s"));
  if (!seconds.ok) return seconds;
  const ms = Math.round(seconds.value.value.toNumber() * 1000);
  return ms > 0 && ms <= 86_400_000
    ? ok(ms)
    : fail({ code: "NUMBER-001", severity: "error", at: {}, expected: "1 s – 24 h", actual: text });
}

function instantOf(text: string, option: string): Result<number> {
  const ms = parseInstant(text);
  return ms === undefined
    ? fail({ code: "SENSE-006", severity: "error", at: { column: option }, actual: text, values: { series: option } })
    : ok(ms);
}

interface ImportOptions extends SiteOptions {
  readonly column?: string;
  readonly timeColumn?: string;
  readonly timeZone?: string;
  readonly kind?: string;
  readonly unit?: string;
  readonly every?: string;
  readonly acceptValid?: boolean;
}

async function importCommand(file: string, options: ImportOptions): Promise<void> {
  // `--as` names a person in every other command; here it names the series, as the readings' actor is the owner.
  const { as: series = "", ...rest } = options;
  await inSensedSite(rest, async (sensed, workspace, terminal) => {
    const kind = orStop(choice<SeriesKind>(options.kind, SERIES_KINDS));
    const everyMs = orStop(lengthOf(options.every, sensed.units));
    const imported = orStop(
      await senseImport(workspace, sensed, file, {
        series,
        ...(options.column === undefined ? {} : { column: options.column }),
        ...(options.timeColumn === undefined ? {} : { instantColumn: options.timeColumn }),
        ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
        ...(kind === undefined ? {} : { kind }),
        ...(options.unit === undefined ? {} : { unit: options.unit }),
        ...(everyMs === undefined ? {} : { everyMs }),
        acceptValid: options.acceptValid === true,
      }),
    );
    const { kept, wrong, issues, fromMs, toMs } = imported;
    const [from, to] = [fromMs, toMs].map((ms) => (ms === undefined ? null : iso(ms)));
    if (terminal.json)
      terminal.out(
        JSON.stringify({ file, series, kept, wrong, from, to, issues: await renderIssues(terminal, issues) }),
      );
    else {
      if (issues.length > 0) await printIssues(terminal, issues);
      terminal.out(
        kept > 0
          ? terminal.say("sense.imported", { file, series, count: String(kept), from: from ?? "", to: to ?? "" })
          : terminal.say("sense.nothing", { file, count: String(wrong) }),
      );
    }
    return wrong > 0 ? EXIT.findings : EXIT.fine;
  });
}

const seriesRow = (one: StoredSeries): string[] => [
  one.id,
  one.kind,
  one.unit,
  `${one.everyMs / 1000} s`,
  String(one.waiting),
];

async function listCommand(options: SiteOptions): Promise<void> {
  await inSensedSite(options, async ({ telemetry }, _, terminal) => {
    const series = await telemetry.list();
    const latest = await Promise.all(series.map(({ id }) => telemetry.latest(id)));
    const last = latest.map((one) => (one.ok ? one.value : undefined));
    if (terminal.json) {
      terminal.out(
        JSON.stringify({
          series: series.map((one, index) => {
            const found = last[index];
            return { ...one, latest: found ? { ...found, at: iso(found.atMs) } : null };
          }),
        }),
      );
      return EXIT.fine;
    }
    const say = (id: string): string => terminal.say(`sense.column.${id}`);
    terminal.out(
      table(
        [
          [
            say("series"),
            say("kind"),
            say("unit"),
            say("every"),
            say("waiting"),
            say("latest"),
            say("value"),
            say("quality"),
          ],
          ...series.map((one, index) => {
            const found = last[index];
            const told = found
              ? [iso(found.atMs), digits(found.value), terminal.say(`sense.quality.${found.quality}`)]
              : ["–", "–", "–"];
            return [...seriesRow(one), ...told];
          }),
        ],
        [3, 4, 6],
      ),
    );
    return EXIT.fine;
  });
}

interface ExportOptions extends ShowOptions {
  readonly out: string;
}

async function exportCommand(ids: readonly string[], options: ExportOptions): Promise<void> {
  await inSensedSite(options, async ({ telemetry }, _, terminal) => {
    const range = orStop(rangeOf(options));
    const file = options.out;
    const format = orStop(choice(extname(file).slice(1).toLowerCase(), ["parquet", "csv"] as const)) ?? "parquet";
    const series = ids.length === 0 ? undefined : ids;
    const written = orStop(await telemetry.table({ series, ...range, file, format }));
    terminal.out(
      terminal.json
        ? JSON.stringify({ ...written, step: range.step })
        : terminal.say("sense.exported", { file, rows: String(written.rows), missing: String(written.missing) }),
    );
    return EXIT.fine;
  });
}

/** What of time a command asks for; everything that is wrong with it at once. */
function rangeOf(options: ShowOptions): Result<{ fromMs: number; toMs: number; step: Step }> {
  const from = instantOf(options.from, "--from");
  const to = instantOf(options.to, "--to");
  const step = choice<Step>(options.step, STEPS);
  if (from.ok && to.ok && step.ok) return ok({ fromMs: from.value, toMs: to.value, step: step.value ?? "hour" });
  return { ok: false, issues: [from, to, step].flatMap((one) => (one.ok ? [] : one.issues)) };
}

interface ShowOptions extends SiteOptions {
  readonly from: string;
  readonly to: string;
  readonly step?: string;
}

async function showCommand(id: string, options: ShowOptions): Promise<void> {
  await inSensedSite(options, async ({ telemetry }, _, terminal) => {
    const { fromMs: first, toMs: end, step } = orStop(rangeOf(options));
    const values = orStop(await telemetry.range(id, first, end, step));
    const known = (await telemetry.list()).find((one) => one.id === id);
    if (terminal.json) {
      const row = ({ fromMs, toMs, value, ...rest }: Resampled) => ({
        from: iso(fromMs),
        to: iso(toMs),
        value: value ?? null,
        ...rest,
      });
      terminal.out(
        JSON.stringify({
          series: id,
          kind: known?.kind,
          unit: known?.unit,
          step,
          values: values.map(row),
        }),
      );
      return EXIT.fine;
    }
    const say = (name: string): string => terminal.say(`sense.column.${name}`);
    terminal.out(
      table(
        [
          [say("from"), known?.unit ?? "", say("quality"), say("coverage")],
          ...values.map(({ fromMs, value, quality, coverage }) => [
            iso(fromMs),
            digits(value),
            terminal.say(`sense.quality.${quality}`),
            `${(100 * coverage).toFixed(0)} %`,
          ]),
        ],
        [1, 3],
      ),
    );
    return EXIT.fine;
  });
}

async function sealCommand(options: SiteOptions): Promise<void> {
  await inSensedSite(options, async ({ telemetry }, workspace, terminal) => {
    const days = orStop(await telemetry.seal(workspace.now().getTime()));
    if (terminal.json) terminal.out(JSON.stringify({ days }));
    else {
      for (const { day, revision, readings, conflicts } of days)
        terminal.out(
          terminal.say("sense.sealed", {
            day,
            revision: String(revision),
            readings: String(readings),
            conflicts: String(conflicts),
          }),
        );
      terminal.out(terminal.say("sense.sealed-days", { count: String(days.length) }));
    }
    return EXIT.fine;
  });
}

interface PullOptions extends SiteOptions {
  readonly source: string;
  readonly from?: string;
  readonly to?: string;
  readonly wait?: string;
}

async function pullCommand(options: PullOptions): Promise<void> {
  await inSensedSite(options, async (sensed, workspace, terminal) => {
    const read = (text: string | undefined, option: string): Result<number | undefined> =>
      text === undefined ? ok(undefined) : instantOf(text, option);
    const [from, to] = [read(options.from, "--from"), read(options.to, "--to")];
    const wait = lengthOf(options.wait, sensed.units, "--wait");
    const wrong = [from, to, wait].flatMap((one) => (one.ok ? [] : one.issues));
    if (wrong.length > 0 || !from.ok || !to.ok || !wait.ok) return orStop({ ok: false, issues: wrong });
    const { source, series, kept, issues } = orStop(
      await sensePull(workspace, sensed, {
        source: options.source,
        ...(from.value === undefined ? {} : { fromMs: from.value }),
        ...(to.value === undefined ? {} : { toMs: to.value }),
        ...(wait.value === undefined ? {} : { waitMs: wait.value }),
        secrets: process.env,
      }),
    );
    if (terminal.json)
      terminal.out(JSON.stringify({ source, kept, series, issues: await renderIssues(terminal, issues) }));
    else {
      if (issues.length > 0) await printIssues(terminal, issues);
      terminal.out(terminal.say("sense.pulled", { source, count: String(kept) }));
    }
    return issues.length > 0 ? EXIT.findings : EXIT.fine;
  });
}

const SITE = ["--site <file>", "site file: it lists series, and its time zone gives the days"] as const;

export function addSenseCommands(program: Command): void {
  const sense = new Command("sense").description(
    "readings of meters and feeds: bring them in, seal them, look at them",
  );
  const importing = command(
    "import",
    "import a file of readings as one series, all or nothing",
    "sense import meter.csv --as site.power --kind power --unit kW",
  );
  sense.addCommand(
    named(importing)
      .argument("<file>", "CSV (packed by gzip or not) or Parquet file with a column of instants")
      .option("--column <column>", "column of values, by header or index from 0; the first one by default")
      .option("--time-column <column>", "column of instants, likewise; found by its header or what it holds")
      .option("--time-zone <zone>", "where the clock stands whose times name no zone, such as Asia/Shanghai; else UTC")
      .option("--kind <kind>", `of a new series: ${SERIES_KINDS.join(", ")}`)
      .option("--unit <unit>", "unit of the file; of a new series, its own too")
      .option("--every <time>", "of a new series, the time from one reading to the next, such as 15 min")
      .option(...SITE)
      .option("--accept-valid", "keep the good rows and leave the others out")
      .action(importCommand),
  );
  sense.addCommand(
    command("pull", "pull what a source of the site says", "sense pull --source meters --site site.yaml")
      .requiredOption("--source <name>", "a source of the site file")
      .requiredOption("--site <file>", "site file that lists sources and series")
      .option("--from <instant>", "of a source that remembers; after the last reading by default, at most a day back")
      .option("--to <instant>", "up to which instant; now by default")
      .option("--wait <time>", "how long an answer or a message is waited for", "10 s")
      .action(pullCommand),
  );
  sense.addCommand(
    command("list", "every series with its last reading", "sense list")
      .option(...SITE)
      .action(listCommand),
  );
  sense.addCommand(
    command(
      "show",
      "a series at a step, with quality and coverage",
      "sense show site.power --from 2026-03-01 --to 2026-03-02 --step hour",
    )
      .argument("<series>", "its name")
      .requiredOption("--from <instant>", "first instant, UTC where it names no zone")
      .requiredOption("--to <instant>", "instant before which it ends")
      .option("--step <step>", STEPS.join(", "), "hour")
      .option(...SITE)
      .action(showCommand),
  );
  sense.addCommand(
    command(
      "export",
      "series at a step into one Parquet or CSV file: a row for each series and interval, gaps included",
      "sense export --from 2026-01-01 --to 2027-01-01 --step hour --out hours.parquet",
    )
      .argument("[series...]", "names; every series where none is named")
      .requiredOption("--from <instant>", "first instant, UTC where it names no zone")
      .requiredOption("--to <instant>", "instant before which it ends")
      .requiredOption("--out <file>", "file that is written, .parquet or .csv")
      .option("--step <step>", STEPS.join(", "), "hour")
      .option(...SITE)
      .action(exportCommand),
  );
  sense.addCommand(
    command("seal", "lay the days that have ended into hashed columnar files", "sense seal")
      .option(...SITE)
      .action(sealCommand),
  );
  program.addCommand(sense);
}

/** In place of the person that every command may name by `--as`, the series. */
function named(importing: Command): Command {
  const as = importing.options.find(({ long }) => long === "--as");
  if (!as) throw new Error("every command has the option --as");
  as.flags = "--as <series>";
  as.description = "name of the series";
  as.makeOptionMandatory();
  return importing;
}
