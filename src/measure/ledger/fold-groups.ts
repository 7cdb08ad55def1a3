import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { Period } from "../../ground/quantity/index.ts";
import type { RecordGroup, SitesHeld, TimeHeld } from "../indicators/index.ts";
import type { PlanRows } from "./aggregate-plan.ts";
import type { AggregateRequest } from "./aggregate-request.ts";
import { concernedPeriods, hasTooManyDigits, type PlannedRows, tooManyDigits } from "./fold-rows.ts";

/** Some sites, by name; there is one object for the same sites. */
type Sites = readonly string[];

/** The time that records hold while it is put together: NaN once there are several groups of them and one reaches over slots. */
interface Held extends TimeHeld {
  /** Whether one of the records does. */
  readonly wide: boolean;
}

/** The records of some alike sites with the same dimensions, in one period, while they are put together. */
interface Open {
  units: bigint;
  count: number;
  estimated: number;
  derived: number;
  pending: number;
  straddling: number;
  /** The sites of the rows with records in the sum, mostly the same in all, with the time that these hold. */
  readonly counted: Counted[];
  /** The sites of the other rows. */
  readonly others: Sites[];
}

interface Counted {
  readonly sites: Sites;
  held: Held | undefined;
}

/**
 * Puts the engine's slots together to periods, for formulas: by activity, first site and dimensions, in each period. Sites stand
 * together in a sum, and in the time that they hold as far as it is the same.
 * @issues LEDGER-020
 */
export function foldGroups(
  { rows, spans, name }: PlannedRows,
  { periods, measure }: AggregateRequest,
  alike: readonly (readonly string[])[],
): Result<readonly (readonly RecordGroup[])[]> {
  const inPeriods = concernedPeriods(rows, spans, measure);
  const sitesOf = sitesReader(rows, name);
  const found = periods.map((): { group: RecordGroup; dims: string }[] => []);
  const issues: Issue[] = [];
  // There are few different sets of dimensions, and each is read once.
  const dimensionsOf = new Map<string, RecordGroup["dims"]>();
  for (const members of rowsTogether(rows, name, alike)) {
    const first = members[0] as number;
    const [activity, dims] = [name(rows.activity[first] as number), name(rows.dims[first] as number)];
    const dimensions = dimensionsOf.get(dims) ?? (JSON.parse(dims) as RecordGroup["dims"]);
    dimensionsOf.set(dims, dimensions);
    const open = new Map<number, Open>();
    for (const row of members) {
      for (const { periodIndex, inside } of inPeriods(row)) {
        let into = open.get(periodIndex);
        if (!into) {
          into = emptyGroup();
          open.set(periodIndex, into);
        }
        if (inside) addRow(into, rows, row, sitesOf(row));
        else {
          into.straddling += rows.count[row] as number;
          addOthers(into, sitesOf(row));
        }
      }
    }
    for (const [periodIndex, group] of open) {
      for (const closed of closedGroups(group, activity, dimensions)) {
        found[periodIndex]?.push({ group: closed, dims });
        const { units, sites } = closed;
        if (hasTooManyDigits(units))
          issues.push(tooManyDigits({ activity, site: sites[0] ?? "", dims, units }, periods[periodIndex] as Period));
      }
    }
  }
  if (issues.length > 0) return fail(...issues);
  return ok(found.map((groups) => groups.sort(inOrder).map(({ group }) => group)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function inOrder(a: { group: RecordGroup; dims: string }, b: { group: RecordGroup; dims: string }): number {
  return (
    compare(a.group.activity, b.group.activity) ||
    compare(a.group.sites[0] ?? "", b.group.sites[0] ?? "") ||
    compare(a.dims, b.dims)
  );
}

/** The rows of one activity and one set of dimensions at sites that are alike. */
function rowsTogether(
  { length, activity, site, dims }: PlanRows,
  name: (id: number) => string,
  alike: readonly (readonly string[])[],
): Iterable<number[]> {
  const placeOf = new Map(alike.flatMap((sites, place) => sites.map((one): [string, number] => [one, place])));
  const places = new Map<number, number>();
  const together = new Map<string, number[]>();
  for (let row = 0; row < length; row += 1) {
    const id = site[row] as number;
    let place = places.get(id);
    if (place === undefined) {
      place = placeOf.get(name(id)) ?? -1 - id;
      places.set(id, place);
    }
    const key = `${activity[row]} ${place} ${dims[row]}`;
    const members = together.get(key);
    if (members) members.push(row);
    else together.set(key, [row]);
  }
  return together.values();
}

/** Says which sites a row is of: one object for the same sites. */
function sitesReader({ site, together }: PlanRows, name: (id: number) => string): (row: number) => Sites {
  const known = new Map<number | readonly number[], Sites>();
  return (row) => {
    const key = together?.[row] ?? (site[row] as number);
    let sites = known.get(key);
    if (!sites) {
      sites = typeof key === "number" ? [name(key)] : key.map(name).sort(compare);
      known.set(key, sites);
    }
    return sites;
  };
}

function emptyGroup(): Open {
  return {
    units: 0n,
    count: 0,
    estimated: 0,
    derived: 0,
    pending: 0,
    straddling: 0,
    counted: [],
    others: [],
  };
}

function addRow(into: Open, rows: PlanRows, row: number, sites: Sites): void {
  const count = rows.count[row] as number;
  into.units += rows.sum[row] as bigint;
  into.count += count;
  into.estimated += rows.estimated[row] as number;
  into.derived += rows.derived[row] as number;
  into.pending += rows.pending[row] as number;
  if (count === 0) {
    addOthers(into, sites);
    return;
  }
  let counted = into.counted.find((one) => one.sites === sites);
  if (!counted) {
    counted = { sites, held: undefined };
    into.counted.push(counted);
  }
  const tiled = rows.tiled[row];
  if (tiled === null || tiled === undefined) return;
  const [fromMs, toMs] = [rows.fromMs[row] as number, rows.toMs[row] as number];
  const ms = tiled ? toMs - fromMs : Number.NaN;
  const held = { ms, fromMs, toMs, wide: rows.startSlot[row] !== rows.endSlot[row] };
  counted.held = counted.held ? joined(counted.held, held) : held;
}

function addOthers(into: Open, sites: Sites): void {
  if (!into.others.includes(sites)) into.others.push(sites);
}

/** The time that two groups of records hold. Records that reach over several slots may overlap others. */
function joined(a: Held, b: Held): Held {
  const wide = a.wide || b.wide;
  return {
    ms: wide ? Number.NaN : a.ms + b.ms,
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
    wide,
  };
}

/** The sum as a group; and the sites of which nothing is in the sum as one of their own. */
function closedGroups(open: Open, activity: string, dims: RecordGroup["dims"]): RecordGroup[] {
  const { units, count, estimated, derived, pending, straddling, counted, others } = open;
  const [first] = counted;
  const present: Sites = counted.length === 1 && first ? first.sites : distinct(counted.map(({ sites }) => sites));
  const rest = others.length === 0 ? [] : distinct(others).filter((site) => !present.includes(site));
  const groups: RecordGroup[] = [];
  if (present.length > 0) {
    const times = timesOf(counted);
    groups.push({ activity, sites: present, dims, units, count, estimated, derived, straddling, pending, times });
  }
  if (rest.length > 0) {
    const none = { units: 0n, count: 0, estimated: 0, derived: 0, pending: 0, times: [] };
    groups.push({ activity, sites: rest, dims, ...none, straddling: present.length > 0 ? 0 : straddling });
  }
  return groups;
}

const distinct = (lists: readonly Sites[]): string[] => [...new Set(lists.flat())].sort(compare);

/** The time that is held, by the sites that hold the same. */
function timesOf(counted: readonly Counted[]): SitesHeld[] {
  const holding = counted.filter((one): one is SitesHeld & { held: Held } => one.held !== undefined);
  if (holding.length < 2) return holding;
  const bySite = new Map<string, Held>();
  for (const { sites, held } of holding)
    for (const site of sites) {
      const before = bySite.get(site);
      bySite.set(site, before ? joined(before, held) : held);
    }
  const times = new Map<string, { sites: string[]; held: TimeHeld }>();
  for (const [site, held] of bySite) {
    const key = `${held.ms} ${held.fromMs} ${held.toMs}`;
    const same = times.get(key);
    if (same) same.sites.push(site);
    else times.set(key, { sites: [site], held });
  }
  return [...times.values()];
}
