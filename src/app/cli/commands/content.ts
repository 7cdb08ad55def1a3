import { type Command, Command as Group } from "commander";
import {
  adoptContent,
  type ChangedFigure,
  type ContentChange,
  listContent,
  offeredPack,
  type PackLine,
} from "../../adopt-content.ts";
import { EXIT, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

const SHORT_HASH = 12;
const MOST_SHOWN = 40;

const short = (hash: string): string => hash.slice(0, SHORT_HASH);

function packRow(terminal: Terminal, { id, inForce, shipped, offer }: PackLine): string[] {
  const version = (one: PackLine["inForce"]): string => (one ? `${one.version} (${short(one.hash)})` : "–");
  return [id, version(inForce), version(shipped), offer ? terminal.say(`content.offer.${offer}`) : ""];
}

async function listCommand(options: CommonOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const packs = orStop(await listContent(workspace));
    if (terminal.json) terminal.out(JSON.stringify({ packs }));
    else {
      const head = ["pack", "in-force", "shipped"].map((word) => terminal.say(`content.${word}`));
      terminal.out(table([[...head, ""], ...packs.map((pack) => packRow(terminal, pack))]));
    }
    return EXIT.fine;
  });
}

function figureRow({ indicator, period, where, before, after, unit }: ChangedFigure): string[] {
  const part = Object.entries(where).map(([dimension, member]) => `${dimension}=${member}`);
  return [[indicator, ...part].join("  "), period, before ?? "–", "→", after ?? "–", unit];
}

function printChange(terminal: Terminal, change: ContentChange): void {
  const { packs, figures, added, removed, compared, adopted } = change;
  if (packs.length === 0) {
    terminal.out(terminal.say("content.nothing-new"));
    return;
  }
  for (const { id, from, to, hash } of packs) terminal.out(`${id}  ${from ?? "–"} → ${to}  (${short(hash)})`);
  if (added.length > 0) terminal.out(terminal.say("content.added", { ids: added.join(", ") }));
  if (removed.length > 0) terminal.out(terminal.say("content.removed", { ids: removed.join(", ") }));
  terminal.out(terminal.say("content.changed", { count: String(figures.length), compared: String(compared) }));
  const shown = figures.slice(0, MOST_SHOWN);
  if (shown.length > 0) terminal.out(table(shown.map(figureRow), [2, 4]));
  if (figures.length > shown.length)
    terminal.out(`… ${terminal.say("more", { count: String(figures.length - shown.length) })}`);
  terminal.out(terminal.say(adopted ? "content.adopted" : "content.dry-run"));
}

async function adoptCommand(
  path: string | undefined,
  options: CommonOptions & { dryRun?: boolean; period?: string },
): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const pack = orStop(await offeredPack(path));
    const request = {
      dryRun: options.dryRun === true,
      ...(options.period === undefined ? {} : { periods: options.period.split(",") }),
    };
    const change = orStop(await adoptContent(workspace, pack, request));
    if (terminal.json) terminal.out(JSON.stringify(change));
    else printChange(terminal, change);
    return EXIT.fine;
  });
}

export function addContentCommands(program: Command): void {
  const group = new Group("content").description(
    "the definitions and factors that are in force, and others to take their place",
  );
  group.addCommand(
    command("list", "packs in force, beside what this version of the program ships", "content list").action(
      listCommand,
    ),
  );
  group.addCommand(
    command(
      "adopt",
      "adopt the content of this version, or a pack of your own, from now on; says which figures change",
      "content adopt --dry-run",
    )
      .argument(
        "[pack]",
        "folder with pack.yaml, or one YAML file with id and version; what the program ships by default",
      )
      .option("--dry-run", "say what would change, and change nothing")
      .option("--period <periods>", "compare figures of these periods; the years with records by default")
      .action(adoptCommand),
  );
  program.addCommand(group);
}
