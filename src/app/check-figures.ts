import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseYaml } from "../ground/content/index.ts";
import { ok, type Result } from "../ground/issue/index.ts";
import type { Period } from "../ground/quantity/index.ts";
import { check, type CheckTexts, type Claim, type Finding } from "../measure/index.ts";
import { type CheckedPeriods, checkedPeriods } from "./checked-periods.ts";
import { type Opened, openCalculator, type View } from "./compute-values.ts";
import { computedFigures } from "./computed-figures.ts";
import { type Hypothesis, readIssuerContent } from "./issuer-content.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";
import { reportedFigures } from "./reported-figures.ts";
import { readTerms } from "./terms.ts";
import type { Workspace } from "./workspace.ts";

export interface CheckRequest extends View {
  /** Only findings that concern this period, which is checked whatever is known of it; all that `checkedPeriods` names when absent. */
  readonly period?: string;
}

/** A finding with what would explain it, where the issuer's content holds a hypothesis about its figures. */
export type ExplainedFinding = Finding & { readonly hypotheses: readonly Hypothesis[] };

export interface Checked {
  readonly findings: readonly ExplainedFinding[];
  readonly checked: Readonly<Record<string, number>>;
  /** Labels of the periods that were looked at, oldest first; none where nothing was printed and no full year has records. */
  readonly periods: readonly string[];
  readonly position: string;
}

/** The hypotheses about a finding's own figures and periods. */
function hypothesesOf(finding: Finding, all: readonly Hypothesis[]): Hypothesis[] {
  return all.filter(
    ({ indicators, periods, findings }) =>
      indicators.some((id) => finding.indicators.includes(id)) &&
      periods.some((period) => finding.periods.includes(period)) &&
      (findings?.includes(finding.code) ?? true),
  );
}

/** Texts of the rules, by code. */
async function checkTexts(): Promise<ReadonlyMap<string, CheckTexts>> {
  const file = join(PACKAGE_FOLDER, "content/locales/issues/checks.yaml");
  return new Map(Object.entries(parseYaml(await readFile(file, "utf8")) as Record<string, CheckTexts>));
}

/** What was checked at an opened moment, by the periods that it spans, stays true of it. */
const done = new WeakMap<Opened, Map<string, Checked>>();

/**
 * Checks what sources printed and what records give, against each other and against what they must obey.
 * @issues ASAT-001, BOUNDARY-001, CONTENT-…, PERIOD-…
 */
export async function checkFigures(workspace: Workspace, request: CheckRequest = {}): Promise<Result<Checked>> {
  const opened = await openCalculator(workspace, request);
  if (!opened.ok) return opened;
  const period = request.period === undefined ? ok(undefined) : opened.value.period(request.period);
  if (!period.ok) return period;
  const periods = await checkedPeriods(workspace, opened.value, period.value);
  const memory = done.get(opened.value) ?? new Map<string, Checked>();
  done.set(opened.value, memory);
  const key = periods.all.map(({ label }) => label).join(" ");
  const known = memory.get(key);
  const report = known ? ok(known) : await checkAll(workspace, opened.value, request, periods);
  if (!report.ok) return report;
  memory.set(key, report.value);
  return ok(period.value ? concerning(report.value, period.value) : report.value);
}

const concerning = ({ findings, ...rest }: Checked, { label }: Period): Checked => ({
  ...rest,
  findings: findings.filter(({ periods }) => periods.length === 0 || periods.includes(label)),
});

async function checkAll(
  workspace: Workspace,
  opened: Opened,
  request: View,
  periods: CheckedPeriods,
): Promise<Result<Checked>> {
  const { state } = opened;
  const issuer = readIssuerContent(state.model.packs);
  if (!issuer.ok) return issuer;
  const { catalogue } = state.model;
  const { claims, targets, relations, places, hypotheses } = issuer.value;
  const reported = await reportedFigures(workspace, state, request);
  const computed = await computedFigures(opened, reported, periods);
  const term = await readTerms();
  const report = check({
    figures: [...reported, ...computed.figures],
    completeness: computed.completeness,
    // What a standard asks for, it asks for a year.
    relations: periods.years ? relations : relations.filter(({ kind }) => kind !== "required" && kind !== "members"),
    claims: claims as readonly Claim[],
    targets,
    periods: periods.all.map(({ label }) => label),
    units: state.model.units,
    titles: {
      indicator: (id) => (catalogue.entries.get(id)?.definition ?? catalogue.activities.get(id))?.title,
      member: (dimension, member) =>
        dimension === "site" ? state.boundary.sites.find((site) => site.id === member)?.name : term(dimension, member),
      place: (id) => places.get(id),
    },
    texts: await checkTexts(),
  });
  const findings = report.findings.map((finding) => ({ ...finding, hypotheses: hypothesesOf(finding, hypotheses) }));
  return ok({
    findings,
    checked: report.checked,
    periods: periods.all.map(({ label }) => label),
    position: String(state.position),
  });
}
