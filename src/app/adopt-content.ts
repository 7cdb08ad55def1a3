import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { stringify } from "yaml";
import { type ContentPack, createPack, parseYaml } from "../ground/content/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { lastEvent } from "../ground/journal/index.ts";
import { roundTo } from "../ground/quantity/index.ts";
import { createCalculator, type Filter, type IndicatorValue } from "../measure/index.ts";
import { type Opened, openCalculator } from "./compute-values.ts";
import { allValues } from "./make-report.ts";
import { readPackFolder, shippedPack } from "./package-folder.ts";
import { type Adoption, adoptedPacks, adoptPacks, planAdoption, STREAMS, type Workspace } from "./workspace.ts";

/** How what is offered stands to what is in force. */
export type Offer = "adopted" | "new" | "other-version" | "changed";

/** A pack as `content list` shows it. */
export interface PackLine {
  readonly id: string;
  readonly inForce?: { readonly version: string; readonly hash: string };
  readonly shipped?: { readonly version: string; readonly hash: string };
  readonly offer?: Offer;
}

/** A figure that the content to be adopted gives otherwise. */
export interface ChangedFigure {
  readonly indicator: string;
  readonly period: string;
  readonly where: Filter;
  /** To the indicator's precision; none where it is missing. */
  readonly before?: string;
  readonly after?: string;
  readonly unit: string;
}

/** What adopting would do, or did. */
export interface ContentChange {
  readonly packs: readonly {
    readonly id: string;
    readonly from?: string;
    readonly to: string;
    readonly hash: string;
  }[];
  readonly figures: readonly ChangedFigure[];
  /** Indicators that only the new, or only the old content has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** How many figures were computed with both. */
  readonly compared: number;
  readonly adopted: boolean;
}

function offerOf(pack: ContentPack, inForce: ContentPack | undefined): Offer {
  if (!inForce) return "new";
  if (inForce.hash === pack.hash) return "adopted";
  return inForce.version === pack.version ? "changed" : "other-version";
}

/**
 * What is in force beside what this version of the program ships.
 * @issues CONTENT-002
 */
export async function listContent(workspace: Workspace): Promise<Result<PackLine[]>> {
  const packs = await adoptedPacks(workspace.store, undefined);
  if (!packs.ok) return packs;
  const shipped = await shippedPack();
  const own = packs.value.find(({ id }) => id === shipped.id);
  const lines = packs.value.map(
    ({ id, version, hash }): PackLine => ({
      id,
      inForce: { version, hash },
      ...(id === shipped.id
        ? { shipped: { version: shipped.version, hash: shipped.hash }, offer: offerOf(shipped, own) }
        : {}),
    }),
  );
  return ok(lines);
}

/** Sections that a pack in one file may have: the folders of a pack in a folder. */
const SECTIONS = ["activities", "checks", "factors", "indicators", "issuer", "reports", "standards", "units"];

/** A pack in one file: `id`, `version`, and a section for each kind of content. */
async function readPackFile(file: string): Promise<Result<ContentPack>> {
  const bad = (expected: string, actual: string): Result<ContentPack> =>
    fail({ code: "CONTENT-009", severity: "error", at: { file }, expected, actual });
  let document: unknown;
  try {
    document = parseYaml(await readFile(file, "utf8"));
  } catch (problem) {
    return fail({ code: "CONTENT-003", severity: "error", at: { file }, actual: String(problem).split("\n")[0] ?? "" });
  }
  if (typeof document !== "object" || document === null || Array.isArray(document))
    return bad("id, version, factors …", Array.isArray(document) ? "a list" : String(document));
  const { id, version, title, ...sections } = document as Record<string, unknown>;
  const unknown = Object.keys(sections).filter((name) => !SECTIONS.includes(name));
  if (unknown.length > 0) return bad(SECTIONS.join(", "), unknown.join(", "));
  const name = basename(file).replace(/\.ya?ml$/, "");
  const files = Object.entries(sections).map(
    ([folder, items]) => [`${folder}/${name}.yaml`, stringify(items)] as const,
  );
  const head = ["pack.yaml", stringify({ id, version, title })] as const;
  const named = (text: unknown): string => (typeof text === "string" ? text : "");
  return createPack(named(id), named(version), new Map([head, ...files]));
}

/**
 * The pack that a path offers: a folder with `pack.yaml`, one file, or what the program ships when there is no path.
 * @issues FILE-001 (no such file or folder), CONTENT-001, CONTENT-003, CONTENT-009 (the file is no pack)
 */
export async function offeredPack(path: string | undefined): Promise<Result<ContentPack>> {
  if (path === undefined) return ok(await shippedPack());
  try {
    return (await stat(path)).isDirectory() ? await readPackFolder(path) : await readPackFile(path);
  } catch (problem) {
    const actual = (problem as NodeJS.ErrnoException).code ?? String(problem);
    return fail({ code: "FILE-001", severity: "error", at: { file: path }, actual });
  }
}

/** Years that are compared: those with records, the newest ten. Instants are UTC, so a neighbour without any may be among them. */
const MOST_YEARS = 10;

async function yearsWithRecords({ store }: Workspace): Promise<string[]> {
  const found = await store.pool().query<{ first: number | null; last: number | null }>(
    `select extract(year from min(period_start))::int as first, extract(year from max(period_end))::int as last
       from candela.record`,
  );
  const { first, last } = found.rows[0] ?? { first: null, last: null };
  if (first === null || last === null) return [];
  const years = Array.from({ length: last - first + 1 }, (_, index) => String(last - index));
  return years.slice(0, MOST_YEARS);
}

/** Activities of records that the new content does not have: their figures would be lost without a word. */
async function orphanedRecords({ store }: Workspace, adoption: Adoption): Promise<Issue[]> {
  const found = await store.pool().query<{ key: string }>(
    `select key from candela.term t
     where kind = 'activity' and exists (select 1 from candela.record r where r.activity_id = t.id)`,
  );
  return found.rows
    .filter(({ key }) => !adoption.model.activities.has(key))
    .map(({ key }) => ({ code: "CONTENT-007", severity: "error", at: {}, actual: key }));
}

function changedFigures(
  before: ReadonlyMap<string, IndicatorValue>,
  after: ReadonlyMap<string, IndicatorValue>,
  opened: Opened,
  adoption: Adoption,
): ChangedFigure[] {
  return [...after].flatMap(([key, value]): ChangedFigure[] => {
    const old = before.get(key);
    if (!old) return [];
    const shown = (one: IndicatorValue, precision: number): string | undefined =>
      one.amount ? roundTo(one.amount.value, precision).toFixed(precision) : undefined;
    const definition = adoption.model.catalogue.entries.get(value.indicator)?.definition;
    const was = opened.state.model.catalogue.entries.get(value.indicator)?.definition;
    if (!definition || !was) return [];
    const [from, to] = [shown(old, was.precision), shown(value, definition.precision)];
    const same =
      (old.amount?.value.toFixed() ?? "") === (value.amount?.value.toFixed() ?? "") && was.unit === definition.unit;
    if (same) return [];
    return [
      {
        indicator: value.indicator,
        period: value.period.label,
        where: value.where,
        ...(from === undefined ? {} : { before: from }),
        ...(to === undefined ? {} : { after: to }),
        unit: was.unit === definition.unit ? definition.unit : `${was.unit} → ${definition.unit}`,
      },
    ];
  });
}

/** Computes every figure with what is in force and with what is offered. */
async function compare(
  workspace: Workspace,
  adoption: Adoption,
  periods: readonly string[] | undefined,
): Promise<Result<Omit<ContentChange, "adopted">>> {
  const packs = adoption.after
    .filter((pack) => !adoption.before.some((old) => old.hash === pack.hash))
    .map(({ id, version, hash }) => {
      const from = adoption.before.find((old) => old.id === id)?.version;
      return { id, ...(from === undefined ? {} : { from }), to: version, hash };
    });
  const nothing = { packs, figures: [], added: [], removed: [], compared: 0 };
  const hasBoundary = (await lastEvent(workspace.store.db, STREAMS.boundary)) !== undefined;
  if (packs.length === 0 || !hasBoundary) return ok(nothing);
  const opened = await openCalculator(workspace, {});
  if (!opened.ok) return opened;
  const { state, source } = opened.value;
  const { catalogue } = adoption.model;
  const calculator = createCalculator(catalogue, state.boundary, state.pins, source);
  const offered: Opened = { ...opened.value, state: { ...state, model: adoption.model }, calculator };
  const years = periods ?? (await yearsWithRecords(workspace));
  for (const year of years) {
    const period = opened.value.period(year);
    if (!period.ok) return period;
  }
  workspace.onProgress?.(`computing every figure of ${years.length} years with both`);
  const [before, after] = [await allValues(opened.value, years), await allValues(offered, years)];
  const old = state.model.catalogue.entries;
  return ok({
    packs,
    figures: changedFigures(before, after, opened.value, adoption),
    added: [...catalogue.entries.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !catalogue.entries.has(id)),
    compared: [...after.keys()].filter((key) => before.has(key)).length,
  });
}

/**
 * Adopts a pack from now on: plan → look for records that would be left behind → compute every figure with both → adopt.
 * @param request.dryRun  tells all of that and changes nothing
 * @param request.periods compared; the years with records when absent
 * @issues CONTENT-006, CONTENT-007 (records of an activity that the new content does not have), CONTENT-008, FACTOR-001,
 *   ACTOR-001, PERIOD-…, and all that the content itself has
 */
export async function adoptContent(
  workspace: Workspace,
  pack: ContentPack,
  request: { readonly dryRun: boolean; readonly periods?: readonly string[] },
): Promise<Result<ContentChange>> {
  const adoption = await planAdoption(workspace, [pack]);
  if (!adoption.ok) return adoption;
  const orphans = await orphanedRecords(workspace, adoption.value);
  if (orphans.length > 0) return { ok: false, issues: orphans };
  const change = await compare(workspace, adoption.value, request.periods);
  if (!change.ok) return change;
  const nothingNew = change.value.packs.length === 0;
  if (request.dryRun || nothingNew) return ok({ ...change.value, adopted: false });
  const adopted = await adoptPacks(workspace, [pack]);
  return adopted.ok ? ok({ ...change.value, adopted: true }) : adopted;
}
