import { expectOk, ok, type Result, type Text, textOf } from "../ground/issue/index.ts";
import type { StandardCoverage } from "../disclose/index.ts";
import { openCalculator } from "./compute-values.ts";
import { type InterfaceTexts, readTexts } from "./interface-texts.ts";
import { readIssuerContent } from "./issuer-content.ts";
import { reportedFigures, reportedPeriods } from "./reported-figures.ts";
import { coverStandards } from "./standards.ts";
import type { Workspace } from "./workspace.ts";

/** The coverage of one standard, with the words that its reasons need. */
export interface Covered {
  readonly covered: StandardCoverage;
  readonly period: string;
  readonly words: InterfaceTexts;
  readonly title: (indicator: string) => Text;
}

/**
 * What a standard asks for in a period, and what answers it.
 * @issues STANDARD-010 (no such standard), PERIOD-…, and what computing has
 */
export async function coverageOf(workspace: Workspace, standard: string, period?: string): Promise<Result<Covered>> {
  const opened = await openCalculator(workspace, {});
  if (!opened.ok) return opened;
  const { state, calculator } = opened.value;
  const main = opened.value.period(period ?? (await reportedPeriods(workspace, opened.value))[0] ?? "");
  if (!main.ok) return main;
  const issuer = readIssuerContent(state.model.packs);
  if (!issuer.ok) return issuer;
  const requests = [...state.model.catalogue.entries.keys()].map((indicator) => ({ indicator, period: main.value }));
  const values = new Map(expectOk(await calculator.values(requests)).map((value) => [value.indicator, value]));
  const covered = coverStandards(
    state,
    issuer.value,
    values,
    await reportedFigures(workspace, state, {}),
    main.value,
    standard,
  );
  if (!covered.ok) return covered;
  const [one] = covered.value;
  if (!one) throw new Error("one standard was asked for");
  const title = (indicator: string): Text =>
    state.model.catalogue.entries.get(indicator)?.definition.title ?? textOf(() => indicator);
  return ok({ covered: one, period: main.value.label, words: await readTexts("report"), title });
}
