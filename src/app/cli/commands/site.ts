import { Command } from "commander";
import { runSite, type Site, type SiteSummary, summarise } from "../../../coordinate/index.ts";
import { loadSite, weatherOf } from "../../site-file.ts";
import { EXIT, printIssues, renderIssues, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, orStop, runCommand } from "../run.ts";

interface DescribeOptions extends CommonOptions {
  readonly weather?: string;
}

const mega = (amount: number): string => (amount / 1000).toFixed(1);
const whole = (amount: number): string => amount.toFixed(0);
const decimals = (amount: number | undefined, digits: number): string => amount?.toFixed(digits) ?? "–";

async function checkCommand(file: string, options: CommonOptions): Promise<void> {
  await runCommand(options, async (terminal) => {
    const loaded = await loadSite(file);
    if (!loaded.ok) {
      if (loaded.issues.some(({ code }) => code === "FILE-001")) orStop(loaded);
      await printIssues(terminal, loaded.issues);
      return EXIT.findings;
    }
    const { site, warnings } = loaded.value;
    if (terminal.json) {
      const issues = await renderIssues(terminal, warnings);
      terminal.out(JSON.stringify({ site: site.id, issues, total: issues.length }));
      return EXIT.fine;
    }
    await printIssues(terminal, warnings);
    terminal.out(terminal.say("site.fine", { file, name: site.name, warnings: String(warnings.length) }));
    return EXIT.fine;
  });
}

function inWords(site: Site, terminal: Terminal): string[] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const { grid } = site;
  return [
    terminal.say("site.head", {
      name: site.name,
      zone: site.timeZone,
      halls: String(site.halls.length),
      capacity: mega(sum(site.halls.map(({ capacityKw }) => capacityKw))),
      clusters: String(site.clusters.length),
      accelerators: String(sum(site.clusters.map(({ count }) => count))),
    }),
    terminal.say("site.grid", {
      limit: mega(grid.importLimitKw),
      kind: terminal.say(`site.tariff.${grid.tariff.kind}`),
      periods: String(grid.tariff.periods.length),
      factor: String(grid.carbon.factorKgPerKwh),
    }),
    ...site.batteries.map(({ id, powerKw, energyKwh, reserveKwh }) =>
      terminal.say("site.battery", { id, power: mega(powerKw), energy: mega(energyKwh), reserve: mega(reserveKwh) }),
    ),
    ...site.plants.map(({ id, capacityKw, modes }) =>
      terminal.say("site.plant", { id, capacity: mega(capacityKw), modes: modes.map((mode) => mode.id).join(", ") }),
    ),
    ...site.ups.map(({ id, capacityKw, modes }) =>
      terminal.say("site.ups", { id, capacity: mega(capacityKw), modes: modes.map((mode) => mode.id).join(", ") }),
    ),
  ];
}

function monthTable(site: Site, year: SiteSummary, months: readonly SiteSummary[], terminal: Terminal): string {
  const say = (column: string): string => terminal.say(`site.column.${column}`);
  const row = (name: string, one: SiteSummary): string[] => [
    name,
    whole(one.itKwh / 1000),
    whole(one.facilityKwh / 1000),
    decimals(one.pue, 3),
    ...one.halls.map(({ ppue }) => decimals(ppue, 3)),
    decimals(one.wueLPerKwh, 2),
    decimals(one.cueKgPerKwh, 3),
    String(one.freeCoolingHours),
    (one.peakKw / 1000).toFixed(2),
    whole((one.energyCostCny + one.demandCostCny) / 1000),
  ];
  const heads = [
    say("month"),
    say("it"),
    say("facility"),
    months[0]?.pueName ?? "iPUE",
    ...site.halls.map(({ id }) => `pPUE ${id}`),
    "WUE L/kWh",
    "CUE kg/kWh",
    say("free"),
    say("peak"),
    say("cost"),
  ];
  const total = row(`${terminal.say("site.total")} (${year.pueName})`, year);
  const rows = months.map((one) => row(String(one.month), one));
  return table([heads, ...rows, total], [...heads.keys()].slice(1));
}

function tariffTable(year: SiteSummary, terminal: Terminal): string {
  const say = (column: string): string => terminal.say(`site.column.${column}`);
  return table(
    [
      [say("level"), say("hours"), say("grid"), say("cost")],
      ...year.tariff.map(({ level, hours, kwh, costCny }) => [
        terminal.say(`site.level.${level}`),
        String(hours),
        whole(kwh / 1000),
        whole(costCny / 1000),
      ]),
      [say("demand"), "", "", whole(year.demandCostCny / 1000)],
    ],
    [1, 2, 3],
  );
}

function plantTable(year: SiteSummary, terminal: Terminal): string {
  const say = (column: string): string => terminal.say(`site.column.${column}`);
  return table(
    [
      [say("plant"), say("mechanical"), say("partial"), say("free"), "MWh", say("water")],
      ...year.plants.map(({ plant, hours, energyKwh, waterL }) => [
        plant,
        String(hours.mechanical),
        String(hours["partial-free"]),
        String(hours.free),
        whole(energyKwh / 1000),
        whole(waterL / 1000),
      ]),
    ],
    [1, 2, 3, 4, 5],
  );
}

async function describeCommand(file: string, options: DescribeOptions): Promise<void> {
  await runCommand(options, async (terminal) => {
    const loaded = orStop(await loadSite(file));
    const weather = orStop(await weatherOf(loaded, file, options.weather));
    const { site, warnings } = loaded;
    const hours = runSite(site, weather);
    const year = summarise(site, hours);
    const present = [...new Set(hours.map(({ date }) => Number(date.slice(5, 7))))];
    const months = present.map((month) => summarise(site, hours, month));
    const source = options.weather ?? site.climate ?? "";
    if (terminal.json) {
      const issues = await renderIssues(terminal, warnings);
      const { category, storageLosses } = site.measurement;
      terminal.out(
        JSON.stringify({
          site: site.id,
          basis: "modelled",
          category,
          storageLosses,
          weather: { from: options.weather === undefined ? "climate" : "file", source, hours: weather.length },
          months,
          total: year,
          issues,
        }),
      );
      return EXIT.fine;
    }
    await printIssues(terminal, warnings);
    const count = String(weather.length);
    const blocks = [
      [
        ...inWords(site, terminal),
        options.weather === undefined
          ? terminal.say("site.weather.generated", { climate: source, hours: count })
          : terminal.say("site.weather.file", { file: source, hours: count }),
      ].join("\n"),
      monthTable(site, year, months, terminal),
      tariffTable(year, terminal),
      plantTable(year, terminal),
      closing(site, year, terminal).join("\n"),
    ];
    terminal.out(blocks.join("\n\n"));
    return EXIT.fine;
  });
}

function closing(site: Site, year: SiteSummary, terminal: Terminal): string[] {
  const limit = site.water?.wueLimitLPerKwh;
  const wue = year.wueLPerKwh ?? 0;
  return [
    ...(limit === undefined
      ? []
      : [
          terminal.say(wue > limit ? "site.wue-over" : "site.wue-within", {
            actual: wue.toFixed(2),
            limit: String(limit),
          }),
        ]),
    ...(year.excessHeatHours > 0 ? [terminal.say("site.excess-heat", { hours: String(year.excessHeatHours) })] : []),
    terminal.say("site.note", {
      category: String(site.measurement.category),
      losses: terminal.say(`site.losses.${site.measurement.storageLosses}`),
    }),
  ];
}

export function addSiteCommands(program: Command): void {
  const site = new Command("site").description("a data centre in one file: check it, see what it is");
  site.addCommand(
    command("check", "every mistake in a site file, at once", "site check examples/lingang-aidc/site.yaml")
      .argument("<file>", "site file (YAML)")
      .action(checkCommand),
  );
  site.addCommand(
    command(
      "describe",
      "what a site is, and its energy, PUE, WUE, CUE and peaks by month",
      "site describe examples/lingang-aidc/site.yaml",
    )
      .argument("<file>", "site file (YAML)")
      .option("--weather <csv>", "hourly tdb and wb in °C from 1 January on; the site's climate by default")
      .action(describeCommand),
  );
  program.addCommand(site);
}
