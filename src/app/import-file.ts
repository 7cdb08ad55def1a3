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
  type Prepared,
  type PreparedReported,
  type PreparedRow,
  prepareRecords,
  prepareReported,
  readTable,
  type ReadOptions,
  submit,
  submitReported,
  type Submitted,
  type TableSource,
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
  /** Only look: read and check everything, keep nothing. */
  readonly preview?: boolean;
  /** The job that imports; its batch carries the id, so that a job that was cut off finds what it had committed. */
  readonly job?: string;
}

/** How an import ended: what was submitted, and every issue of the file. */
export interface Imported {
  readonly submitted?: Submitted;
  readonly outcome?: ImportOutcome;
  readonly issues: readonly Issue[];
  readonly counts: IssueCounts;
  /** The columns that were understood, and as what. */
  readonly columns?: readonly { readonly name: string; readonly field: string }[];
  /** Of a preview: the first rows as they would be kept. */
  readonly rows?: readonly (PreparedRow | PreparedReported)[];
}

const PREVIEWED_ROWS = 50;

/** Takes all rows, so that every issue is known, and keeps the first of them to be looked at. */
async function previewed<Row extends PreparedRow | PreparedReported>(
  prepared: Prepared<Row>,
  done: (more: Partial<Imported>) => Result<Imported>,
): Promise<Result<Imported>> {
  const rows: Row[] = [];
  for await (const chunk of prepared.chunks) rows.push(...chunk.slice(0, PREVIEWED_ROWS - rows.length));
  return done({ outcome: prepared.outcome(), rows });
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

/** A file that is imported: what rows that rest on it cite, and how it is kept once they are accepted. */
interface FileEvidence {
  readonly cited: Json;
  keep(): Promise<Result<unknown>>;
}

/** Hashes the file before it is read, and keeps it, durably, before any row that refers to it is. */
async function fileEvidence(workspace: Workspace, file: string): Promise<Result<FileEvidence>> {
  const { evidence } = workspace.store;
  const name = basename(file);
  const unreadable = (problem: unknown): Result<never> =>
    fail({
      code: "FILE-001",
      severity: "error",
      at: { file },
      actual: (problem as NodeJS.ErrnoException).code ?? String(problem),
    });
  try {
    // What lies behind a device or a pipe may never end, and cannot be read a second time.
    if (!(await stat(file)).isFile())
      return fail({ code: "FILE-001", severity: "error", at: { file }, actual: "not a file" });
    const { sha256 } = await evidence.weigh(file);
    return ok({
      cited: { type: "file", sha256, name },
      async keep() {
        const mediaType = file.endsWith(".xlsx")
          ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          : "text/csv";
        try {
          const kept = await evidence.put(file, { name, mediaType });
          if (kept.sha256 === sha256) return ok(kept);
          return fail({ code: "FILE-004", severity: "error", at: { file }, expected: sha256, actual: kept.sha256 });
        } catch (problem) {
          return unreadable(problem);
        }
      },
    });
  } catch (problem) {
    return unreadable(problem);
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
 * @issues FILE-001, FILE-004 (altered meanwhile), BOUNDARY-001, LEDGER-…; those of the file's rows are in `issues`
 */
export async function importFile(
  workspace: Workspace,
  file: string,
  options: ImportOptions = {},
): Promise<Result<Imported>> {
  const state = await stateAt(workspace, await lastPosition(workspace.store.db));
  if (!state.ok) return state;
  const evidence = await fileEvidence(workspace, file);
  return evidence.ok ? importTable(workspace, state.value, fileSource(file), evidence.value, options) : evidence;
}

/**
 * Imports a table whose bytes are kept as evidence already, or, with `preview`, only says what would come of it.
 * @issues BOUNDARY-001, STORE-011, LEDGER-…; those of the table's rows are in `issues`
 */
export async function importKept(
  workspace: Workspace,
  upload: { readonly sha256: string; readonly name: string },
  options: ImportOptions = {},
): Promise<Result<Imported>> {
  const state = await stateAt(workspace, await lastPosition(workspace.store.db));
  if (!state.ok) return state;
  const kept = await workspace.store.evidence.open(upload.sha256);
  if (!kept.ok) return kept;
  const { read, size, sha256 } = kept.value;
  const source: TableSource = {
    name: upload.name,
    bytesTotal: Number(size),
    open: () => read() as AsyncIterable<Uint8Array>,
  };
  const cited = { type: "file", sha256, name: upload.name };
  return importTable(workspace, state.value, source, { cited, keep: async () => ok(null) }, options);
}

async function importTable(
  workspace: Workspace,
  state: State,
  tableSource: TableSource,
  evidence: FileEvidence,
  options: ImportOptions,
): Promise<Result<Imported>> {
  const { model, boundary } = state;
  const file = tableSource.name;
  const issues = new IssueSink();
  const done = (more: Partial<Imported>): Result<Imported> =>
    ok({ ...more, issues: issues.report(file), counts: issues.counts() });
  const table = await readTable(
    tableSource,
    {
      ...(options.kind ? { kind: options.kind } : {}),
      ...(options.delimiter ? { delimiter: options.delimiter } : {}),
      ...(options.mapping ? { mapping: options.mapping } : {}),
      ...(options.encoding ? { encoding: options.encoding } : {}),
      ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
      dimensions: dimensionNames(state),
      onProgress: progressOf(options),
    },
    issues,
  );
  if (!table) return done({});
  const columns = table.header.columns.map(({ name, field }) => ({ name, field: String(field) }));
  const choices = { acceptValid: options.acceptValid === true, acceptWarnings: options.acceptWarnings === true };
  const fiscal = { fiscalYearStartMonth: boundary.entity.fiscalYearStartMonth };
  const common = { units: model.units, ...fiscal, ...(options.period ? { period: options.period } : {}) };
  const batch = {
    name: file,
    source: (options.job === undefined ? evidence.cited : { ...(evidence.cited as object), job: options.job }) as Json,
    keep: evidence.keep,
    onProgress: (rows: number) => options.onProgress?.(`${rows} rows read`),
  };
  const writer = writerOf(workspace, model);

  const finish = (submitted: Result<Submitted>, outcome: () => ImportOutcome): Result<Imported> => {
    if (submitted.ok) return done({ columns, submitted: submitted.value, outcome: outcome() });
    if (submitted.issues.every((issue) => issue.code === "FILE-002")) return done({ columns, outcome: outcome() });
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
    if (options.preview) return previewed(prepared, (more) => done({ ...more, columns }));
    return finish(
      await submitReported(writer, { ...batch, rows: prepared.chunks, accept: accept(prepared.outcome) }),
      prepared.outcome,
    );
  }
  const context = {
    ...common,
    activities: [...model.activities.values()],
    sites: boundary.sites.map((site) => ({ id: site.id, timeZone: site.timeZone, names: Object.values(site.name) })),
    evidence: evidenceResolver(options.sources, evidence.cited),
    existing: existingRecords(workspace.store, (id) => model.activities.get(id)?.measure === "stock"),
  };
  const prepared = prepareRecords(table, context, choices, issues);
  if (options.preview) return previewed(prepared, (more) => done({ ...more, columns }));
  return finish(
    await submit(writer, { ...batch, rows: prepared.chunks, accept: accept(prepared.outcome) }),
    prepared.outcome,
  );
}
