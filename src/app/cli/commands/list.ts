import type { Command } from "commander";
import { lastPosition } from "../../../ground/journal/index.ts";
import { fail, nearest } from "../../../ground/issue/index.ts";
import { stateAt, type State } from "../../workspace.ts";
import { EXIT, table } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

type Row = Readonly<Record<string, unknown>>;

const LISTS: Readonly<Record<string, (state: State) => Row[]>> = {
  indicators: ({ model }) =>
    [...model.catalogue.entries.values()].map(({ definition, methods }) => ({
      id: definition.id,
      unit: definition.unit,
      dimensions: definition.dimensions.join(", "),
      methods: methods.map(({ id }) => id).join(", "),
      title: definition.title,
    })),
  activities: ({ model }) =>
    [...model.activities.values()].map(({ id, unit, measure, dimensions, title }) => ({
      id,
      unit,
      measure,
      dimensions: Object.keys(dimensions).join(", "),
      title,
    })),
  factors: ({ model }) =>
    model.factors.map(({ id, kind, set, region, value, unit, status, title }) => ({
      id,
      kind,
      set,
      region,
      value,
      unit,
      status,
      title,
    })),
  sites: ({ boundary }) =>
    boundary.sites.map(({ id, region, timeZone, share, name }) => ({ id, region, timeZone, share, title: name })),
  content: ({ model }) => model.packs.map(({ id, version, hash }) => ({ id, version, hash })),
};

async function listCommand(what: string, options: CommonOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const list = LISTS[what];
    if (!list)
      return orStop(
        fail({
          code: "CHOICE-001",
          severity: "error",
          at: {},
          expected: nearest(what, Object.keys(LISTS), 20).join(", "),
          actual: what,
        }),
      );
    const rows = list(orStop(await stateAt(workspace, await lastPosition(workspace.store.db))));
    if (terminal.json) terminal.out(JSON.stringify({ [what]: rows }));
    else {
      const head = Object.keys(rows[0] ?? {});
      const cell = (value: unknown): string =>
        typeof value === "object" && value !== null
          ? String((value as Record<string, string>)[terminal.language])
          : String(value);
      terminal.out(table([head, ...rows.map((row) => head.map((name) => cell(row[name])))]));
    }
    return EXIT.fine;
  });
}

export function addListCommand(program: Command): void {
  program.addCommand(
    command("list", "what the store knows: indicators, activities, factors, sites, content", "list indicators")
      .argument("<what>", Object.keys(LISTS).join(", "))
      .action(listCommand),
  );
}
