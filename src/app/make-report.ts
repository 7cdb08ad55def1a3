import type { z } from "zod";
import { filesUnder, readYaml } from "../ground/content/index.ts";
import { expectOk, fail, type Language, ok, type Result, type Text, textOf } from "../ground/issue/index.ts";
import { type Period, previousPeriod } from "../ground/quantity/index.ts";
import { formatHeads, heads } from "../ground/journal/index.ts";
import {
  buildReport,
  type BoundValue,
  createPdfRenderer,
  readReportFonts,
  renderHtml,
  type ReportDocument,
  type ReportFinding,
  type ReportTemplate,
  REPORT_STYLE_HASH,
  templateSchema,
} from "../disclose/index.ts";
import {
  derivedRecords,
  type Figure,
  type Filter,
  type IndicatorValue,
  scopeAt,
  type ValueRequest,
} from "../measure/index.ts";
import { boundValue } from "./bound-values.ts";
import { checkFigures, type ExplainedFinding } from "./check-figures.ts";
import { type Opened, openCalculator, type View } from "./compute-values.ts";
import { fillText, type InterfaceTexts, readTexts } from "./interface-texts.ts";
import { readIssuerContent } from "./issuer-content.ts";
import { reportedFigures, reportedPeriods } from "./reported-figures.ts";
import { coverStandards } from "./standards.ts";
import { readTerms } from "./terms.ts";
import { verdictOn } from "./verdicts.ts";
import type { State, Workspace } from "./workspace.ts";

export type ReportFormat = "html" | "pdf";

export interface ReportRequest extends View {
  readonly period: string;
  readonly languages: readonly Language[];
  readonly formats: readonly ReportFormat[];
  readonly template?: string;
}

export interface ReportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Hash of the style inside, for a content security policy. */
  readonly stylePolicy?: string;
}

const COMPARED = 3;

/**
 * Reads a report template of the adopted content.
 * @issues REPORT-020 (no such template)
 */
function readTemplate(state: State, id: string): Result<ReportTemplate> {
  const files = filesUnder(state.model.packs, "reports");
  const file = files.find(({ path }) => path === `reports/${id}.yaml`);
  if (!file)
    return fail({
      code: "REPORT-020",
      severity: "error",
      at: {},
      expected: files.map(({ path }) => path.slice("reports/".length, -".yaml".length)).join(", "),
      actual: id,
    });
  return readYaml(file.text, `${file.pack.id}/${file.path}`, templateSchema as z.ZodType<ReportTemplate>);
}

const key = (indicator: string, period: string, where: Filter): string =>
  JSON.stringify([indicator, period, Object.entries(where).sort()]);

/** The period reported on and those compared with it, newest first; at least the one before, though nothing be known of it. */
async function periodsOf(workspace: Workspace, opened: Opened, period: Period): Promise<string[]> {
  const known = (await reportedPeriods(workspace, opened)).filter((label) => label < period.label);
  const compared = known.length > 0 ? known : [previousPeriod(period).label];
  return [period.label, ...compared].slice(0, COMPARED);
}

/** Every total of the catalogue and every member of every dimension of the activities below it. */
export async function allValues(opened: Opened, periods: readonly string[]): Promise<Map<string, IndicatorValue>> {
  const { catalogue, activities } = opened.state.model;
  const requests: ValueRequest[] = [];
  for (const [id, entry] of catalogue.entries) {
    const members = entry.definition.dimensions.flatMap((dimension) => {
      const all = [...activities.values()].flatMap((activity) => activity.dimensions[dimension] ?? []);
      return [...new Set(all)].map((member): Filter => ({ [dimension]: member }));
    });
    for (const period of periods) {
      for (const where of [{}, ...members])
        requests.push({ indicator: id, period: expectOk(opened.period(period)), where });
    }
  }
  const values = expectOk(await opened.calculator.values(requests));
  return new Map(values.map((value) => [key(value.indicator, value.period.label, value.where), value]));
}

/** In a report the hypotheses about a finding follow its likely cause, each named as what it is. */
function withHypotheses(finding: ExplainedFinding, words: InterfaceTexts): ReportFinding {
  const told = finding.hypotheses.map(({ status, statement }) =>
    fillText(words, `hypothesis.${status}`, { statement }),
  );
  return {
    ...finding,
    cause: textOf((language) =>
      [finding.cause, ...told].map((text) => text[language]).join(language === "en" ? " " : ""),
    ),
  };
}

/** When the last event up to a position was written. */
async function momentOf({ store }: Workspace, position: bigint): Promise<Date> {
  const found = await store
    .pool()
    .query<{ at: Date }>("select at from candela.journal_event where position = $1", [position]);
  const at = found.rows[0]?.at;
  if (!at) throw new Error(`no event at position ${position}`);
  return at;
}

/**
 * Builds the report of a period: resolve the moment → compute → check → cover the standards → bind.
 * @issues PERIOD-…, REPORT-…, STANDARD-…, and what computing and checking have
 */
export async function buildDocument(workspace: Workspace, request: ReportRequest): Promise<Result<ReportDocument>> {
  const opened = await openCalculator(workspace, request);
  if (!opened.ok) return opened;
  const { state, period } = opened.value;
  const main = period(request.period);
  if (!main.ok) return main;
  const template = readTemplate(state, request.template ?? "hkex-esg");
  if (!template.ok) return template;
  const issuer = readIssuerContent(state.model.packs);
  if (!issuer.ok) return issuer;
  const periods = await periodsOf(workspace, opened.value, main.value);
  const values = await allValues(opened.value, periods);
  const reported = await reportedFigures(workspace, state, request);
  const checked = await checkFigures(workspace, { ...request, period: main.value.label });
  if (!checked.ok) return checked;
  const totals = new Map(
    [...state.model.catalogue.entries.keys()].flatMap((id) => {
      const value = values.get(key(id, main.value.label, {}));
      return value ? [[id, value] as const] : [];
    }),
  );
  const coverage = coverStandards(state, issuer.value, totals, reported, main.value);
  if (!coverage.ok) return coverage;

  const words = await readTexts("interface");
  const texts = await readTexts("report");
  const term = await readTerms();
  const printed = new Map<string, Figure>();
  // The first place that prints a figure stands for it; the checks speak about the others.
  for (const figure of reported) {
    const name = key(figure.indicator, figure.period, figure.dims);
    if (!printed.has(name)) printed.set(name, figure);
  }
  const bound = new Map<string, BoundValue>();
  const scope = await scopeAt(workspace.store, { at: state.position, basis: opened.value.basis });
  const derived = await derivedRecords(workspace.store, scope);
  for (const [name, value] of values) {
    const figure = printed.get(name);
    bound.set(name, boundValue(value, figure, figure && verdictOn(value, figure, derived, state), state, words));
  }
  const head = formatHeads(
    await workspace.store.transaction((tx) => heads(tx, state.position), {
      isolation: "repeatable read",
      readOnly: true,
    }),
  );
  return buildReport(template.value, {
    values: (indicator, label, where) => bound.get(key(indicator, label, where ?? {})),
    findings: checked.value.findings.map((finding) => withHypotheses(finding, words)),
    coverage: coverage.value,
    meta: {
      entity: state.boundary.entity.name,
      period: main.value.label,
      periods,
      journal: { position: String(state.position), head },
      packs: state.model.packs.map(({ id, version, hash }) => ({ id, version, hash })),
      // The moment that the report shows, not the one at which it is made: made again it is the same to the last byte.
      generatedAt: (await momentOf(workspace, state.position)).toISOString(),
    },
    texts,
    term,
    unitSymbol: (unit): Text | undefined => {
      const parsed = state.model.units.parse(unit);
      return parsed.ok ? textOf((language) => state.model.units.symbol(parsed.value, language)) : undefined;
    },
  });
}

/**
 * The report as files, one per language and format.
 * @issues as `buildDocument`, and REPORT-… of the renderer
 */
export async function makeReport(
  workspace: Workspace,
  request: ReportRequest,
): Promise<Result<{ files: ReportFile[]; document: ReportDocument }>> {
  const document = await buildDocument(workspace, request);
  if (!document.ok) return document;
  const files: ReportFile[] = [];
  const renderer = request.formats.includes("pdf") ? createPdfRenderer(await readReportFonts()) : undefined;
  for (const language of request.languages) {
    const stem = `${document.value.template}-${document.value.meta.period}-${language}`;
    if (request.formats.includes("html"))
      files.push({
        name: `${stem}.html`,
        bytes: Buffer.from(renderHtml(document.value, language)),
        stylePolicy: REPORT_STYLE_HASH,
      });
    if (!renderer) continue;
    const pdf = renderer.render(document.value, language);
    if (!pdf.ok) return pdf;
    files.push({ name: `${stem}.pdf`, bytes: pdf.value.bytes });
  }
  return ok({ files, document: document.value });
}
