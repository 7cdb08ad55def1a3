import { type Issue, type Text, textOf } from "../../ground/issue/index.ts";
import type { RequirementCoverage, StandardCoverage } from "../standards/index.ts";
import type { Figure } from "./document.ts";
import { anchorOf, createFigure, figureKey } from "./figure.ts";
import type { BoundValue, ReportInputs, Where } from "./model.ts";
import { sameText, wordOf } from "./words.ts";

/** A row of a figures table, remembered for the blocks that speak about it: lineage, index, closing table. */
export interface BoundRow {
  readonly indicator: string;
  readonly where: Where;
  readonly label: Text;
  readonly unit: Text;
  /** Keys of its figures, one a period shown. */
  readonly keys: readonly string[];
}

export interface BoundTable {
  readonly id: string;
  readonly anchor: string;
  readonly caption: Text;
  readonly groups: readonly { readonly title?: Text; readonly rows: readonly BoundRow[] }[];
}

/** What is known while a report is built. Figures are registered when first bound; every problem is collected. */
export class BuildContext {
  readonly inputs: ReportInputs;
  readonly issues: Issue[] = [];
  readonly figures = new Map<string, Figure>();
  readonly bound = new Map<string, BoundValue>();
  readonly tables = new Map<string, BoundTable>();
  readonly withLineage: boolean;

  constructor(inputs: ReportInputs, withLineage: boolean) {
    this.inputs = inputs;
    this.withLineage = withLineage;
  }

  word(word: string, values: Readonly<Record<string, Text | string>> = {}): Text {
    return wordOf(this.inputs.texts, word, values);
  }

  /** `reporting` and `previous` as labels; a label stands for itself. */
  period(reference: string): string | undefined {
    const { periods, period } = this.inputs.meta;
    if (reference === "reporting") return period;
    if (reference === "previous") return periods[periods.indexOf(period) + 1];
    return reference;
  }

  /** The figure of a value, registered; an indicator that does not exist or a value that contradicts itself is an issue. */
  figure(indicator: string, period: string, where: Where, path: string): Figure | undefined {
    const key = figureKey(indicator, period, where);
    const known = this.figures.get(key);
    if (known) return known;
    const value = this.inputs.values(indicator, period, Object.keys(where).length > 0 ? where : undefined);
    if (!value) {
      this.issues.push({ code: "REPORT-003", severity: "error", at: { path, indicator, period }, actual: key });
      return undefined;
    }
    const figure = createFigure(value, this.withLineage ? anchorOf("lineage", key) : undefined);
    if (!figure.ok) {
      this.issues.push(...figure.issues);
      return undefined;
    }
    this.figures.set(key, figure.value);
    this.bound.set(key, value);
    return figure.value;
  }

  standard(id: string, path: string): StandardCoverage | undefined {
    const found = this.inputs.coverage.find(({ standard }) => standard.id === id);
    if (!found) this.issues.push({ code: "REPORT-004", severity: "error", at: { path }, actual: id });
    return found;
  }

  /** `hkex-c2:A1.2` */
  requirement(reference: string, path: string): RequirementCoverage | undefined {
    const [standardId = "", requirementId = ""] = reference.split(":");
    const standard = this.standard(standardId, path);
    const found = standard?.requirements.find(({ requirement }) => requirement.id === requirementId);
    if (standard && !found)
      this.issues.push({ code: "REPORT-004", severity: "error", at: { path }, actual: reference });
    return found;
  }

  /** Name of a dimension or of one of its members; the id when nobody has named it. */
  term(dimension: string, member?: string): Text {
    return this.inputs.term?.(dimension, member) ?? sameText(member ?? dimension);
  }

  /** Where an indicator stands: the tables that show a figure of it; a row of nothing but gaps discloses nothing. */
  placesOf(indicator: string): BoundTable[] {
    const shows = (key: string): boolean => {
      const figure = this.figures.get(key);
      return figure?.value !== undefined || figure?.reported !== undefined;
    };
    const holds = (row: BoundRow): boolean => row.indicator === indicator && row.keys.some(shows);
    return [...this.tables.values()].filter((table) => table.groups.some((group) => group.rows.some(holds)));
  }

  indicatorTitle(indicator: string): Text {
    for (const figure of this.figures.values()) {
      if (figure.indicator === indicator && Object.keys(figure.where).length === 0) return figure.title;
    }
    return this.inputs.values(indicator, this.inputs.meta.period)?.title ?? textOf(() => indicator);
  }
}
