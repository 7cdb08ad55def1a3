import { createHash } from "node:crypto";
import type { MeteredSpan, SealedTime } from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { canonicalJson, type Json, lastPosition } from "../ground/journal/index.ts";
import { AMOUNT_SCALE, Decimal, localDateOf, scaledAmount, type UnitTable } from "../ground/quantity/index.ts";
import { correct, listRecords, type ListedRecord, type PreparedRow, submit, type Submitted } from "../measure/index.ts";
import { openSensedSite, type SensedSite } from "./sense-site.ts";
import type { VerifiedMonth, VerifiedSite } from "./verify-site.ts";
import { type State, stateAt, type Workspace, writerOf } from "./workspace.ts";

/** What a recording came to: how many records stand as they were, and the batches that were submitted. */
export interface Recorded {
  readonly unchanged: number;
  readonly added: Submitted | undefined;
  readonly corrected: Submitted | undefined;
  /** Hash under which the statement of what it rests on is kept. */
  readonly evidence: string;
}

interface Amount {
  readonly activity: string;
  readonly dims: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly basis: "metered" | "derived";
  readonly spans: readonly MeteredSpan[];
}

/** What of a month goes into the ledger, and as what. */
function amountsOf({ amounts, saved, avoidedKg }: VerifiedMonth, { options, site }: VerifiedSite): Amount[] {
  const metered = (activity: string, unit: string, spans: readonly MeteredSpan[], dims: Amount["dims"] = {}) => ({
    activity,
    unit,
    spans,
    dims,
    basis: "metered" as const,
  });
  const storage =
    site.batteries.length === 0
      ? []
      : (["charged", "discharged"] as const).map((flow) =>
          metered("datacentre.storage", "kWh", amounts[flow], { flow }),
        );
  return [
    metered("datacentre.energy.facility", "kWh", amounts.facility),
    metered("datacentre.energy.it", "kWh", amounts.it),
    metered("datacentre.electricity", "kWh", amounts.grid, { origin: "grid" }),
    metered("datacentre.electricity", "kWh", amounts.own, { origin: "own-generation" }),
    metered("datacentre.water", "m3", amounts.water),
    metered("datacentre.cooling-time", "h", amounts.free, { mode: "free" }),
    metered("datacentre.cooling-time", "h", amounts.partialFree, { mode: "partial-free" }),
    metered("datacentre.cooling-time", "h", amounts.mechanical, { mode: "mechanical" }),
    ...storage,
    // A saving that no option of the IPMVP fits may be told as an estimate, and is never recorded as verified.
    ...options.flatMap(({ measure, option }): Amount[] =>
      option === "none"
        ? []
        : [
            {
              activity: "energy.saving-verified",
              dims: { measure, option },
              unit: "kWh",
              basis: "derived",
              spans: saved[measure] ?? [],
            },
          ],
    ),
    { activity: "coordination.avoided-emissions", dims: {}, unit: "kgCO2", basis: "derived", spans: avoidedKg },
  ];
}

/** Every activity that a recording writes. */
const ACTIVITIES = [
  "datacentre.energy.facility",
  "datacentre.energy.it",
  "datacentre.electricity",
  "datacentre.water",
  "datacentre.cooling-time",
  "datacentre.storage",
  "energy.saving-verified",
  "coordination.avoided-emissions",
];

/**
 * What a recording may not rest on: months in part or not yet over, readings that no sealed file holds, a site that the
 * boundary does not know.
 * @issues VERIFY-011, VERIFY-012, VERIFY-013
 */
function obstacles(workspace: Workspace, verified: VerifiedSite, sealed: SealedTime, state: State): Issue[] {
  const { site, fromMs, toMs } = verified;
  const [from, to] = [fromMs, toMs].map((ms) => localDateOf(new Date(ms), site.timeZone));
  const known = state.boundary.sites.find(({ id }) => id === site.id);
  const issues: Issue[] = [];
  if (!from?.endsWith("-01") || !to?.endsWith("-01") || toMs > workspace.now().getTime())
    issues.push({ code: "VERIFY-011", severity: "error", at: {}, actual: `${from} … ${to}` });
  if (sealed.waiting > 0)
    issues.push({ code: "VERIFY-012", severity: "error", at: {}, actual: String(sealed.waiting) });
  if (known?.timeZone !== site.timeZone)
    issues.push({
      code: "VERIFY-013",
      severity: "error",
      at: {},
      expected: state.boundary.sites.map(({ id, timeZone }) => `${id} (${timeZone})`).join(", "),
      actual: `${site.id} (${site.timeZone})`,
    });
  return issues;
}

async function sealedOf({ telemetry }: SensedSite, { fromMs, toMs }: VerifiedSite): Promise<SealedTime> {
  try {
    return await telemetry.sealed(fromMs, toMs);
  } finally {
    await telemetry.close();
  }
}

/** The statement of what records rest on: which series, which sealed files, which positions of the journal. */
function statementOf(verified: VerifiedSite, sealed: SealedTime): string {
  const { site, fromMs, toMs, series, journal, months, options } = verified;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return canonicalJson({
    format: "candela-readings-1",
    site: site.id,
    from: iso(fromMs),
    to: iso(toMs),
    timeZone: site.timeZone,
    meters: site.meters.map(({ id, counts, of, series: name }) => ({ id, counts, of: of ?? null, series: name })),
    series: [...series],
    files: sealed.days.map((day) => ({ ...day })),
    journal: journal ? { ...journal } : null,
    quarters: months.map(({ month, steps, metered, compared, missing }) => ({
      month,
      all: steps,
      metered,
      compared,
      missing: { ...missing },
    })),
    methods: options.map(({ measure, option, reason }) => ({ measure, option, reason })),
  } as Json);
}

/** @issues AMOUNT-…, UNIT-004 */
function rowsOf(verified: VerifiedSite, evidence: (month: string) => string, units: UnitTable): Result<PreparedRow[]> {
  const rows: PreparedRow[] = [];
  for (const month of verified.months)
    for (const { activity, dims, unit, basis, spans } of amountsOf(month, verified))
      for (const { fromMs, toMs, millionths, estimated } of spans) {
        const entered = new Decimal(millionths).div(1_000_000).toFixed();
        const amount = scaledAmount(entered, units.unit(unit), AMOUNT_SCALE, { path: activity });
        if (!amount.ok) return amount;
        rows.push({
          activity,
          site: verified.site.id,
          dims: canonicalJson(dims),
          unit,
          evidence: evidence(month.month),
          basis: basis === "derived" ? "derived" : estimated ? "estimated" : "measured",
          periodStart: fromMs,
          periodEnd: toMs,
          amount: amount.value,
          entered,
        });
      }
  return ok(rows);
}

/** What makes two records one and the same: evidence apart, since a day may be sealed anew without a change of it. */
const identity = (row: {
  activity: string;
  dims: string;
  basis: string;
  start: number;
  end: number;
  amount: string;
}): string => [row.activity, row.dims, row.basis, row.start, row.end, row.amount].join("|");

const listedIdentity = (one: ListedRecord): string =>
  identity({
    activity: one.activity,
    dims: one.dims,
    basis: one.basis,
    start: one.start.getTime(),
    end: one.end.getTime(),
    amount: one.amount.toFixed(AMOUNT_SCALE),
  });

const isOurs = ({ evidence }: ListedRecord): boolean => (JSON.parse(evidence) as { type?: string }).type === "readings";

/** What the ledger holds of the site in the time, of the activities that a recording writes. */
async function heldRecords(workspace: Workspace, { site, fromMs, toMs }: VerifiedSite): Promise<ListedRecord[]> {
  const held: ListedRecord[] = [];
  const position = await lastPosition(workspace.store.db);
  let after: string | undefined;
  do {
    const page = await listRecords(
      workspace.store,
      {
        position,
        basis: "submitted",
        activities: ACTIVITIES,
        sites: [site.id],
        from: new Date(fromMs),
        to: new Date(toMs),
        extents: [{}],
        sort: "entered",
        descending: false,
      },
      { limit: 500, ...(after === undefined ? {} : { after }) },
    );
    held.push(...page.records);
    after = page.next;
  } while (after !== undefined);
  return held;
}

/**
 * Records what was verified: one batch of what is new, one correction of what has changed since it was recorded, each to
 * be approved by another person. What was not metered has no record, so that figures of it are partial.
 * @param reason of a correction, where there is one
 * @issues VERIFY-011 (not whole months that are over), VERIFY-012 (readings wait to be sealed), VERIFY-013 (not a site of the
 *         boundary), VERIFY-014 (others' records are there), VERIFY-015 (a correction without a reason), LEDGER-…, ACTOR-001
 */
export async function recordVerified(
  workspace: Workspace,
  siteFile: string,
  verified: VerifiedSite,
  reason: string | undefined,
): Promise<Result<Recorded>> {
  const state = await stateAt(workspace, await lastPosition(workspace.store.db));
  if (!state.ok) return state;
  const sensed = await openSensedSite(workspace, siteFile);
  if (!sensed.ok) return sensed;
  const sealed = await sealedOf(sensed.value, verified);
  const wrong = obstacles(workspace, verified, sealed, state.value);
  if (wrong.length > 0) return fail(...wrong);

  const { id } = verified.site;
  const [from, to] = [verified.months[0]?.month ?? "", verified.months.at(-1)?.month ?? ""];
  const name = `readings-${id}-${from === to ? from : `${from}-${to}`}.json`;
  const bytes = Buffer.from(`${statementOf(verified, sealed)}\n`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const cited = (locator: string): Record<string, string> => ({ type: "readings", name, sha256, locator });
  const rows = rowsOf(verified, (month) => canonicalJson(cited(month)), state.value.model.units);
  if (!rows.ok) return rows;

  const held = await heldRecords(workspace, verified);
  const others = held.filter((one) => !isOurs(one));
  if (others.length > 0)
    return fail(
      ...[...new Set(others.map(({ activity }) => activity))].map((actual): Issue => {
        const first = others.find(({ activity }) => activity === actual);
        const record = first ? `${first.key.batch}#${first.key.ordinal}` : "";
        return { code: "VERIFY-014", severity: "error", at: { record }, actual };
      }),
    );
  const wanted = new Map(
    rows.value.map((row) => [identity({ ...row, start: row.periodStart, end: row.periodEnd }), row]),
  );
  const stale = held.filter((one) => !wanted.delete(listedIdentity(one)));
  const fresh = [...wanted.values()];
  // New rows of an activity and month that has stale ones take their place.
  const monthOf = (ms: number): string => localDateOf(new Date(ms), verified.site.timeZone).slice(0, 7);
  const changed = new Set(stale.map(({ activity, start }) => `${activity} ${monthOf(start.getTime())}`));
  const replaces = ({ activity, periodStart }: PreparedRow): boolean =>
    changed.has(`${activity} ${monthOf(periodStart)}`);
  const replacement = fresh.filter(replaces);
  const added = fresh.filter((row) => !replaces(row));
  if (stale.length > 0 && (reason ?? "").trim() === "")
    return fail({ code: "VERIFY-015", severity: "error", at: {}, actual: String(stale.length) });

  const writer = writerOf(workspace, state.value.model);
  const source = cited(from === to ? from : `${from} – ${to}`) as Json;
  const keep = async (): Promise<Result<unknown>> =>
    ok(await workspace.store.evidence.put(bytes, { name, mediaType: "application/json" }));
  let corrected: Submitted | undefined;
  if (stale.length > 0) {
    await keep();
    const done = await correct(writer, {
      records: stale.map(({ key }) => key),
      replacement,
      reason: reason ?? "",
      source,
      name: `correction of ${name}`,
    });
    if (!done.ok) return done;
    corrected = done.value;
  }
  if (added.length === 0)
    return ok({ unchanged: held.length - stale.length, added: undefined, corrected, evidence: sha256 });
  const done = await submit(writer, { name, source, rows: [added], keep });
  return done.ok ? ok({ unchanged: held.length - stale.length, added: done.value, corrected, evidence: sha256 }) : done;
}
