import type { Command } from "commander";
import { lastPosition } from "../../../ground/journal/index.ts";
import { fail, nearest, ok, type Result } from "../../../ground/issue/index.ts";
import type { Boundary } from "../../../measure/index.ts";
import type { Model } from "../../model.ts";
import { modelNow, stateAt, type Workspace } from "../../workspace.ts";
import { EXIT, table } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

type Row = Readonly<Record<string, unknown>>;

/** Known as soon as there is content. */
const OF_CONTENT: Readonly<Record<string, (model: Model) => Row[]>> = {
  indicators: (model) =>
    [...model.catalogue.entries.values()].map(({ definition, methods }) => ({
      id: definition.id,
      unit: definition.unit,
      dimensions: definition.dimensions.join(", "),
      methods: methods.map(({ id }) => id).join(", "),
      title: definition.title,
    })),
  activities: (model) =>
    [...model.activities.values()].map(({ id, unit, measure, dimensions, title }) => ({
      id,
      unit,
      measure,
      dimensions: Object.keys(dimensions).join(", "),
      title,
    })),
  factors: (model) =>
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
  content: (model) => model.packs.map(({ id, version, hash }) => ({ id, version, hash })),
};

/** Known once a boundary is set. */
const OF_BOUNDARY: Readonly<Record<string, (boundary: Boundary) => Row[]>> = {
  sites: ({ sites }) =>
    sites.map(({ id, region, timeZone, share, name }) => ({ id, region, timeZone, share, title: name })),
};

const LISTS = [...Object.keys(OF_CONTENT), ...Object.keys(OF_BOUNDARY)];

async function rowsOf(what: string, workspace: Workspace): Promise<Result<Row[]>> {
  const [ofContent, ofBoundary] = [OF_CONTENT[what], OF_BOUNDARY[what]];
  if (ofContent) {
    const model = await modelNow(workspace);
    return model.ok ? ok(ofContent(model.value)) : model;
  }
  if (ofBoundary) {
    const state = await stateAt(workspace, await lastPosition(workspace.store.db));
    return state.ok ? ok(ofBoundary(state.value.boundary)) : state;
  }
  const expected = nearest(what, LISTS, 20).join(", ");
  return fail({ code: "CHOICE-001", severity: "error", at: {}, expected, actual: what });
}

async function listCommand(what: string, options: CommonOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const rows = orStop(await rowsOf(what, workspace));
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
      .argument("<what>", LISTS.join(", "))
      .action(listCommand),
  );
}
