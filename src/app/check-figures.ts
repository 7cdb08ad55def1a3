import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { expectOk, ok, type Result } from "../ground/issue/index.ts";
import {
  ALL_GASES,
  type Calculator,
  check,
  type CheckTexts,
  type Claim,
  createCalculator,
  type Figure,
  type Finding,
  type IndicatorValue,
  isHandedThrough,
  type Pins,
  type ValueRequest,
} from "../measure/index.ts";
import { type Opened, openCalculator, type View } from "./compute-values.ts";
import { type Hypothesis, readIssuerContent } from "./issuer-content.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";
import { reportedFigures, reportedPeriods } from "./reported-figures.ts";
import { readTerms } from "./terms.ts";
import type { Workspace } from "./workspace.ts";

export interface CheckRequest extends View {
  /** Only findings that concern this period; all when absent. */
  readonly period?: string;
}

/** A finding with what would explain it, where the issuer's content holds a hypothesis about its figures. */
export type ExplainedFinding = Finding & { readonly hypotheses: readonly Hypothesis[] };

export interface Checked {
  readonly findings: readonly ExplainedFinding[];
  readonly checked: Readonly<Record<string, number>>;
  readonly position: string;
}

/** The method of an indicator that counts every greenhouse gas, by convention of the content. */
const FULL_GAS = "full-gas";

/** A computed value as a figure; one that only hands a record through would be compared with itself, and is left out. */
function recomputedFigure(value: IndicatorValue, decimals: number, variant?: string): Figure[] {
  if (!value.amount || isHandedThrough(value)) return [];
  const { indicator, period, where, amount } = value;
  return [
    {
      indicator,
      period: period.label,
      dims: where,
      value: amount.value,
      unit: amount.unit,
      decimals,
      qualifier: "exact",
      origin: "recomputed",
      where: { place: "ledger" },
      ...(variant === undefined ? {} : { variant }),
    },
  ];
}

/** Which figures to recompute: every one that a source printed, and the totals of all others, such as revenue. */
function requestsFor(opened: Opened, reported: readonly Figure[], periods: readonly string[]): ValueRequest[] {
  const { catalogue } = opened.state.model;
  const wanted = new Map<string, ValueRequest>();
  const add = (indicator: string, period: string, where: Figure["dims"]): void => {
    const entry = catalogue.entries.get(indicator);
    const known = Object.keys(where).every(
      (dimension) => entry?.definition.dimensions.includes(dimension) || dimension === "site",
    );
    if (entry && known)
      wanted.set(JSON.stringify([indicator, period, where]), {
        indicator,
        period: expectOk(opened.period(period)),
        where,
      });
  };
  for (const figure of reported) if (periods.includes(figure.period)) add(figure.indicator, figure.period, figure.dims);
  for (const indicator of catalogue.entries.keys()) for (const period of periods) add(indicator, period, {});
  return [...wanted.values()];
}

/** The pins with another set for one kind of factor, one for each set that the content has. */
function alternativePins(opened: Opened): { pins: Pins; cause: string }[] {
  const sets = new Map<string, { kind: string; set: string; region: string }>();
  for (const { kind, set, region } of opened.state.model.factors)
    if (kind !== "gwp") sets.set(`${kind} ${set}`, { kind, set, region });
  return [...sets.values()].map(({ kind, set }) => ({
    pins: { ...opened.state.pins, factors: [...opened.state.pins.factors, { kind, set }] },
    cause: kind.startsWith("grid.") ? "CHECK-CAUSE-FACTOR-YEAR" : "CHECK-CAUSE-FACTOR-SET",
  }));
}

/** Decimals at which a recomputed figure is compared: what was printed when it was, else the indicator's own. */
function decimalsOf(opened: Opened, reported: readonly Figure[], value: IndicatorValue): number {
  const printed = reported.find(
    (figure) =>
      figure.indicator === value.indicator &&
      figure.period === value.period.label &&
      JSON.stringify(figure.dims) === JSON.stringify(value.where),
  );
  return Math.max(
    0,
    printed?.decimals ?? opened.state.model.catalogue.entries.get(value.indicator)?.definition.precision ?? 2,
  );
}

async function recomputedFigures(
  opened: Opened,
  reported: readonly Figure[],
  periods: readonly string[],
): Promise<Figure[]> {
  const requests = requestsFor(opened, reported, periods);
  const { catalogue } = opened.state.model;
  const compute = async (calculator: Calculator, of: readonly ValueRequest[], variant?: string): Promise<Figure[]> =>
    expectOk(await calculator.values(of)).flatMap((value) =>
      recomputedFigure(value, decimalsOf(opened, reported, value), variant),
    );
  const main = await compute(opened.calculator, requests);
  const full = requests
    .filter(({ indicator }) => catalogue.entries.get(indicator)?.methods.some((method) => method.id === FULL_GAS))
    .map((request) => ({ ...request, method: FULL_GAS }));
  const variants = await compute(opened.calculator, full, ALL_GASES);
  const known = new Set(
    main.map((figure) => JSON.stringify([figure.indicator, figure.period, figure.dims, figure.value])),
  );
  for (const { pins, cause } of alternativePins(opened)) {
    const { model, boundary } = opened.state;
    const other = createCalculator(model.catalogue, boundary, pins, opened.source);
    const figures = await compute(other, requests, cause);
    variants.push(
      ...figures.filter(
        (figure) => !known.has(JSON.stringify([figure.indicator, figure.period, figure.dims, figure.value])),
      ),
    );
  }
  return [...main, ...variants];
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
  return new Map(Object.entries(parse(await readFile(file, "utf8")) as Record<string, CheckTexts>));
}

/** What was checked at an opened moment stays true of it. */
const done = new WeakMap<Opened, Checked>();

/**
 * Checks what sources printed and what records give, against each other and against what they must obey.
 * @issues ASAT-001, BOUNDARY-001, CONTENT-…, PERIOD-…
 */
export async function checkFigures(workspace: Workspace, request: CheckRequest = {}): Promise<Result<Checked>> {
  const opened = await openCalculator(workspace, request);
  if (!opened.ok) return opened;
  const period = request.period === undefined ? ok(undefined) : opened.value.period(request.period);
  if (!period.ok) return period;
  const known = done.get(opened.value);
  const report = known ? ok(known) : await checkAll(workspace, opened.value, request);
  if (!report.ok) return report;
  done.set(opened.value, report.value);
  const { findings, ...rest } = report.value;
  const label = period.value?.label;
  return ok({
    ...rest,
    findings:
      label === undefined
        ? findings
        : findings.filter(({ periods }) => periods.length === 0 || periods.includes(label)),
  });
}

async function checkAll(workspace: Workspace, opened: Opened, request: View): Promise<Result<Checked>> {
  const { state } = opened;
  const issuer = readIssuerContent(state.model.packs);
  if (!issuer.ok) return issuer;
  const { claims, targets, relations, places, hypotheses } = issuer.value;
  const reported = await reportedFigures(workspace, state, request);
  const periods = (await reportedPeriods(workspace, opened)).reverse();
  const recomputed = await recomputedFigures(opened, reported, periods);
  const term = await readTerms();
  const report = check({
    figures: [...reported, ...recomputed],
    relations,
    claims: claims as readonly Claim[],
    targets,
    periods,
    units: state.model.units,
    titles: {
      indicator: (id) => state.model.catalogue.entries.get(id)?.definition.title,
      member: (dimension, member) =>
        dimension === "site" ? state.boundary.sites.find((site) => site.id === member)?.name : term(dimension, member),
      place: (id) => places.get(id),
    },
    texts: await checkTexts(),
  });
  const findings = report.findings.map((finding) => ({ ...finding, hypotheses: hypothesesOf(finding, hypotheses) }));
  return ok({ findings, checked: report.checked, position: String(state.position) });
}
