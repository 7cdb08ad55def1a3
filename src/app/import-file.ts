import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import type { Json } from "../ground/journal/index.ts";
import { lastPosition } from "../ground/journal/index.ts";
import type { Period } from "../ground/quantity/index.ts";
import {
  type EvidenceResolver,
  existingRecords,
  fileSource,
  type ImportOutcome,
  IssueSink,
  type IssueCounts,
  type Mapping,
  prepareRecords,
  prepareReported,
  readTable,
  type ReadOptions,
  submit,
  submitReported,
  type Submitted,
} from "../measure/index.ts";
import { type State, stateAt, type Workspace, writerOf } from "./workspace.ts";

export interface ImportOptions {
  /** Activity records, or figures as a source printed them. */
  readonly kind?: "records" | "reported";
  readonly mapping?: Mapping;
  readonly encoding?: NonNullable<ReadOptions["encoding"]>;
  readonly delimiter?: NonNullable<ReadOptions["delimiter"]>;
  readonly sheet?: string;
  /** The period that is reported; rows outside it are errors. */
  readonly period?: Period;
  readonly acceptValid?: boolean;
  readonly acceptWarnings?: boolean;
  /** Documents that evidence cells cite as `id:place`, with the hash of what was read. */
  readonly sources?: ReadonlyMap<string, { readonly name: string; readonly sha256: string }>;
  readonly onProgress?: (text: string) => void;
}

/** How an import ended: what was submitted, and every issue of the file. */
export interface Imported {
  readonly submitted?: Submitted;
  readonly outcome?: ImportOutcome;
  readonly issues: readonly Issue[];
  readonly counts: IssueCounts;
}

/** `id:place` of a known document is a citation with the document's hash; other text is kept as it stands; without text the imported file is the evidence. */
function evidenceResolver(sources: ImportOptions["sources"], file: Json): EvidenceResolver {
  return (text) => {
    if (text === undefined || text === "") return ok(file as Record<string, Json>);
    const colon = text.indexOf(":");
    const id = colon > 0 ? text.slice(0, colon) : "";
    const source = sources?.get(id);
    if (source)
      return ok({
        type: "citation",
        source: id,
        name: source.name,
        locator: text.slice(colon + 1),
        sha256: source.sha256,
      });
    return ok({ type: "citation", source: text, locator: "" });
  };
}

/** Keeps the imported file as evidence, durably, before any row refers to it. */
async function keepFile(workspace: Workspace, file: string): Promise<Result<Json>> {
  try {
    // What lies behind a device or a pipe may never end, and cannot be read a second time.
    if (!(await stat(file)).isFile())
      return fail({ code: "FILE-001", severity: "error", at: { file }, actual: "not a file" });
    const kept = await workspace.store.evidence.put(file, {
      name: basename(file),
      mediaType: file.endsWith(".xlsx")
        ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        : "text/csv",
    });
    return ok({ type: "file", sha256: kept.sha256, name: basename(file) });
  } catch (problem) {
    return fail({
      code: "FILE-001",
      severity: "error",
      at: { file },
      actual: (problem as NodeJS.ErrnoException).code ?? String(problem),
    });
  }
}

/** A smaller file is read before anybody has read a line about it. */
const WORTH_TELLING_BYTES = 1_000_000;

function progressOf(options: ImportOptions): NonNullable<ReadOptions["onProgress"]> {
  return ({ bytesRead, bytesTotal }) =>
    (bytesTotal ?? Number.POSITIVE_INFINITY) >= WORTH_TELLING_BYTES &&
    options.onProgress?.(
      `read ${(bytesRead / 1e6).toFixed(1)}${bytesTotal ? ` of ${(bytesTotal / 1e6).toFixed(1)}` : ""} MB`,
    );
}

/** The dimensions of all activities, which a column may be called by. */
function dimensionNames(state: State): Set<string> {
  return new Set([...state.model.activities.values()].flatMap((activity) => Object.keys(activity.dimensions)));
}

/**
 * Imports a file: read the table → check every row → submit all of it as one batch, or nothing. What is acknowledged is
 * committed; what is refused has changed nothing.
 * @issues FILE-001, BOUNDARY-001, LEDGER-…; those of the file's rows are in `issues`
 */
export async function importFile(
  workspace: Workspace,
  file: string,
  options: ImportOptions = {},
): Promise<Result<Imported>> {
  const state = await stateAt(workspace, await lastPosition(workspace.store.db));
  if (!state.ok) return state;
  const { model, boundary } = state.value;
  const evidence = await keepFile(workspace, file);
  if (!evidence.ok) return evidence;
  const issues = new IssueSink();
  const done = (more: Partial<Imported>): Result<Imported> =>
    ok({ ...more, issues: issues.report(basename(file)), counts: issues.counts() });
  const table = await readTable(
    fileSource(file),
    {
      ...(options.kind ? { kind: options.kind } : {}),
      ...(options.delimiter ? { delimiter: options.delimiter } : {}),
      ...(options.mapping ? { mapping: options.mapping } : {}),
      ...(options.encoding ? { encoding: options.encoding } : {}),
      ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
      dimensions: dimensionNames(state.value),
      onProgress: progressOf(options),
    },
    issues,
  );
  if (!table) return done({});
  const choices = { acceptValid: options.acceptValid === true, acceptWarnings: options.acceptWarnings === true };
  const fiscal = { fiscalYearStartMonth: boundary.entity.fiscalYearStartMonth };
  const common = { units: model.units, ...fiscal, ...(options.period ? { period: options.period } : {}) };
  const batch = {
    name: basename(file),
    source: evidence.value,
    onProgress: (rows: number) => options.onProgress?.(`${rows} rows written`),
  };
  const writer = writerOf(workspace, model);

  const finish = (submitted: Result<Submitted>, outcome: () => ImportOutcome): Result<Imported> => {
    if (submitted.ok) return done({ submitted: submitted.value, outcome: outcome() });
    if (submitted.issues.every((issue) => issue.code === "FILE-002")) return done({ outcome: outcome() });
    return submitted;
  };
  const accept = (outcome: () => ImportOutcome) => (): Result<null> =>
    outcome().accepted ? ok(null) : fail({ code: "FILE-002", severity: "error", at: { file } });

  if (table.kind === "reported") {
    const indicators = [...model.catalogue.entries.values()].map(({ definition, unit }) => ({
      id: definition.id,
      title: definition.title,
      unit: unit.id,
      dimensions: definition.dimensions,
    }));
    const prepared = prepareReported(table, { ...common, indicators }, choices, issues);
    return finish(
      await submitReported(writer, { ...batch, rows: prepared.chunks, accept: accept(prepared.outcome) }),
      prepared.outcome,
    );
  }
  const context = {
    ...common,
    activities: [...model.activities.values()],
    sites: boundary.sites.map((site) => ({ id: site.id, timeZone: site.timeZone, names: Object.values(site.name) })),
    evidence: evidenceResolver(options.sources, evidence.value),
    existing: existingRecords(workspace.store, (id) => model.activities.get(id)?.measure === "stock"),
  };
  const prepared = prepareRecords(table, context, choices, issues);
  return finish(
    await submit(writer, { ...batch, rows: prepared.chunks, accept: accept(prepared.outcome) }),
    prepared.outcome,
  );
}
