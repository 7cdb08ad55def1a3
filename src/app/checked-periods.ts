import { expectOk } from "../ground/issue/index.ts";
import { fiscalYearPeriod, type Period, periodInstants, previousPeriod, samePeriod } from "../ground/quantity/index.ts";
import { recordedSpan, scopeAt } from "../measure/index.ts";
import type { Opened } from "./compute-values.ts";
import { printedPeriods } from "./reported-figures.ts";
import type { Workspace } from "./workspace.ts";

/** The periods that a check looks at. */
export interface CheckedPeriods {
  /** Oldest first. */
  readonly all: readonly Period[];
  /** Those of them for which sources printed figures; in the others, what records give stands for what would be printed. */
  readonly printed: ReadonlySet<string>;
  /** False where the period asked for is no year: a month or a quarter is held against the one before it alone. */
  readonly years: boolean;
}

/** Full years that records reach into and that are over, oldest first. */
async function recordedYears(workspace: Workspace, opened: Opened): Promise<Period[]> {
  const scope = await scopeAt(workspace.store, { at: opened.position, basis: opened.basis });
  const span = await recordedSpan(workspace.store, scope);
  if (!span) return [];
  const { entity, sites } = opened.state.boundary;
  const zones = [...new Set(sites.map(({ timeZone }) => timeZone))];
  const now = workspace.now();
  const first = span.start.getUTCFullYear();
  const last = span.end.getUTCFullYear() + 1;
  return Array.from({ length: last - first + 1 }, (_, index) => fiscalYearPeriod(first + index, entity)).filter(
    (year) =>
      // The first hours of a year at one site are the last of the year before at another: it has to be meant everywhere.
      zones.every((zone) => {
        const { start, end } = periodInstants(year, zone);
        return end <= now && start < span.end && span.start < end;
      }),
  );
}

const isYear = (period: Period, opened: Opened): boolean =>
  samePeriod(
    period,
    fiscalYearPeriod(Number(period.start.slice(0, 4)) + (period.label.startsWith("FY") ? 1 : 0), {
      fiscalYearStartMonth: opened.state.boundary.entity.fiscalYearStartMonth,
    }),
  );

/**
 * The periods for which sources printed figures, every full (fiscal) year that has records and is over, and the period asked
 * for. One that is asked for and is neither printed nor a year comes with the one before it alone.
 */
export async function checkedPeriods(
  workspace: Workspace,
  opened: Opened,
  asked: Period | undefined,
): Promise<CheckedPeriods> {
  const printed = (await printedPeriods(workspace, opened)).map((label) => expectOk(opened.period(label)));
  const labels = new Set(printed.map(({ label }) => label));
  const years = await recordedYears(workspace, opened);
  const among = asked && [...printed, ...years].some((period) => samePeriod(period, asked));
  if (asked && !among && !isYear(asked, opened))
    return { all: [previousPeriod(asked), asked], printed: labels, years: false };
  const all = new Map([...printed, ...years, ...(asked ? [asked] : [])].map((period) => [period.label, period]));
  return {
    all: [...all.values()].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)),
    printed: labels,
    years: true,
  };
}
