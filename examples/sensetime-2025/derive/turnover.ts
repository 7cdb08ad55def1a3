import { Decimal } from "../../../src/ground/quantity/index.ts";
import { holds, printed } from "./interval.ts";

/** What a turnover rate may mean; `opening` is undefined for the first year that a report shows. */
export const DEFINITIONS = {
  "leavers-over-closing": (leavers: Decimal, closing: Decimal) => leavers.div(closing),
  "leavers-over-opening": (leavers: Decimal, _closing: Decimal, opening?: Decimal) => opening && leavers.div(opening),
  "leavers-over-average": (leavers: Decimal, closing: Decimal, opening?: Decimal) =>
    opening && leavers.div(opening.plus(closing).div(2)),
  "leavers-over-leavers-and-closing": (leavers: Decimal, closing: Decimal) => leavers.div(leavers.plus(closing)),
} as const;

export type DefinitionId = keyof typeof DEFINITIONS;

/** One row of a year: printed rate in percent and headcounts. */
export interface RateRow {
  readonly row: string;
  readonly rate: string;
  readonly closing: number;
  readonly opening?: number | undefined;
}

/** A year: the total row, the rows of each cut, and rows of cuts that are not complete. */
export interface Year {
  readonly total: RateRow;
  readonly cuts: readonly (readonly RateRow[])[];
  readonly alone: readonly RateRow[];
}

/** The whole numbers of leavers that give the printed rate under a definition. */
export function wholeLeavers(definition: DefinitionId, row: RateRow): number[] {
  const interval = printed(row.rate);
  const found: number[] = [];
  const most = Math.max(row.closing, row.opening ?? 0) * 2;
  for (let leavers = 0; leavers <= most; leavers += 1) {
    const opening = row.opening === undefined ? undefined : new Decimal(row.opening);
    const rate = DEFINITIONS[definition](new Decimal(leavers), new Decimal(row.closing), opening);
    if (!rate) return [];
    if (holds(interval, rate.times(100))) found.push(leavers);
  }
  return found;
}

/** Row → leavers. */
export type Solution = Readonly<Record<string, number>>;

/** All ways to pick one number per row of a cut so that they add up to the total. */
function splits(definition: DefinitionId, cut: readonly RateRow[], total: number): Solution[] {
  const [row, ...rest] = cut;
  if (!row) return total === 0 ? [{}] : [];
  return wholeLeavers(definition, row)
    .filter((leavers) => leavers <= total)
    .flatMap((leavers) =>
      splits(definition, rest, total - leavers).map((solution) => ({ ...solution, [row.row]: leavers })),
    );
}

/** Every set of whole numbers of leavers that gives every printed rate of a year, each complete cut adding up to the total. */
export function solutions(definition: DefinitionId, year: Year): Solution[] {
  const alone = year.alone.reduce<Solution[]>(
    (found, row) =>
      found.flatMap((solution) =>
        wholeLeavers(definition, row).map((leavers) => ({ ...solution, [row.row]: leavers })),
      ),
    [{}],
  );
  return wholeLeavers(definition, year.total).flatMap((total) =>
    year.cuts.reduce<Solution[]>(
      (found, cut) =>
        found.flatMap((solution) => splits(definition, cut, total).map((split) => ({ ...solution, ...split }))),
      alone.map((solution) => ({ ...solution, [year.total.row]: total })),
    ),
  );
}

/** How far the unrounded rates of a solution lie from the printed ones: the sum of squares over all rows. */
export function misfit(definition: DefinitionId, year: Year, solution: Solution): Decimal {
  const rows = [year.total, ...year.cuts.flat(), ...year.alone];
  return rows.reduce((sum, row) => {
    const opening = row.opening === undefined ? undefined : new Decimal(row.opening);
    const rate = DEFINITIONS[definition](new Decimal(solution[row.row] ?? 0), new Decimal(row.closing), opening);
    return sum.plus((rate ?? new Decimal(0)).times(100).minus(row.rate).pow(2));
  }, new Decimal(0));
}

/** The solution nearest to the printed rates; ties go to the first. */
export function nearestSolution(definition: DefinitionId, year: Year): Solution | undefined {
  return solutions(definition, year)
    .map((solution) => ({ solution, misfit: misfit(definition, year, solution) }))
    .sort((a, b) => a.misfit.comparedTo(b.misfit))[0]?.solution;
}
