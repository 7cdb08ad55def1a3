import { sql } from "kysely";
import type { Issue } from "../ground/issue/index.ts";
import type { Workspace } from "./workspace.ts";

/** Instants, ms UTC; half-open. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a device was told from an instant on: a mode, or a power in kW. */
export interface ToldDevice {
  readonly at: number;
  readonly device: string;
  readonly kind: "power" | "limit" | "mode";
  readonly value: string;
}

/** Something that went wrong or was refused, as often as it did. */
export interface Trouble {
  readonly issue: Issue;
  readonly refused: boolean;
  readonly first: number;
  readonly last: number;
  readonly times: number;
}

/** How things stood when the site was last read. */
export interface RecordedState {
  readonly at: number;
  readonly gridKw: number | undefined;
  readonly monthPeakKw: number | undefined;
  readonly jobs: number | undefined;
  readonly devices: readonly RecordedDevice[];
}

export interface RecordedDevice {
  readonly id: string;
  readonly powerKw: number | undefined;
  readonly storedKwh: number | undefined;
  readonly mode: string | undefined;
}

/** What the journal holds of a site's last shift. */
export interface LastShift {
  readonly span: Span;
  /** Rounds in which the site was read and told. */
  readonly rounds: number;
  readonly mode: string | undefined;
  readonly told: readonly ToldDevice[];
  readonly jobOrders: Readonly<Record<string, number>>;
  readonly troubles: readonly Trouble[];
  /** Devices that no plan could count on; without an end they still are lost. */
  readonly lost: readonly { readonly device: string; readonly from: number; readonly to: number | undefined }[];
  readonly safe: readonly { readonly reason: string; readonly from: number; readonly to: number | undefined }[];
  /** Plans made, proposed and decided on, and how the site was controlled. */
  readonly events: readonly {
    readonly at: number;
    readonly kind: string;
    readonly actor: string;
    readonly what: string;
  }[];
  /** The last plan that was proposed, when nobody has decided on it. */
  readonly undecided: { readonly plan: string; readonly at: number } | undefined;
  /** Why a person has stopped the site, when one has. */
  readonly stopped: { readonly reason: string; readonly at: number } | undefined;
  readonly state: RecordedState | undefined;
}

interface Row {
  readonly at: Date;
  readonly actor: string;
  readonly kind: string;
  readonly body: string;
}

/** The journal keeps what is no whole number as decimal text. */
function number(value: unknown): number | undefined {
  const found = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isFinite(found) ? found : undefined;
}

interface DecidedBody {
  readonly mode?: string;
  readonly safe?: string;
  readonly without?: readonly string[];
  readonly setPoints?: readonly Readonly<Record<string, unknown>>[];
  readonly jobs?: readonly { readonly kind: string }[];
  readonly refusals?: readonly Issue[];
}

interface AnsweredBody {
  readonly issues?: readonly Issue[];
  readonly state?: {
    readonly at?: unknown;
    readonly gridKw?: unknown;
    readonly jobs?: unknown;
    readonly devices?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  readonly demand?: { readonly peakKw?: unknown };
}

/** Reads what happened at a site in a time from the journal that `candela run` wrote. */
export async function lastShift(workspace: Workspace, site: string, span: Span): Promise<LastShift> {
  const { db } = workspace.store;
  const stream = (part: string): string => `site/${site}/${part}`;
  const [from, to] = [new Date(span.from), new Date(span.to)];
  const orders = await sql<Row>`
    select at, actor, kind, body from candela.journal_event
    where stream = ${stream("orders")} and at >= ${from} and at < ${to} order by seq`.execute(db);
  // A plan's body is large: only its name is asked for.
  const events = await sql<Row>`
    select at, actor, kind, coalesce(body::jsonb ->> 'id', body::jsonb ->> 'plan', body::jsonb ->> 'reason', body::jsonb ->> 'mode', '') as body
    from candela.journal_event
    where stream in (${stream("plans")}, ${stream("decisions")}, ${stream("stop")}, ${stream("control")})
      and kind <> 'forecast.made' and at >= ${from} and at < ${to} order by position`.execute(db);
  const proposed = await sql<Row>`
    select at, actor, kind, body::jsonb ->> 'id' as body from candela.journal_event
    where stream = ${stream("plans")} and kind = 'plan.proposed' and at < ${to} order by seq desc limit 1`.execute(db);
  const decided = await sql<{ found: boolean }>`
    select exists (select 1 from candela.journal_event where stream = ${stream("decisions")}
      and body::jsonb ->> 'plan' = ${proposed.rows[0]?.body ?? ""}) as found`.execute(db);
  const stop = await sql<Row>`
    select at, actor, kind, coalesce(body::jsonb ->> 'reason', '') as body from candela.journal_event
    where stream = ${stream("stop")} and at < ${to} order by seq desc limit 1`.execute(db);
  const last = await sql<Row>`
    select at, actor, kind, body from candela.journal_event
    where stream = ${stream("orders")} and kind = 'orders.answered' and at < ${to} order by seq desc limit 1`.execute(
    db,
  );
  const [plan, stopped] = [proposed.rows[0], stop.rows[0]];
  const state = last.rows[0] && stateOf(JSON.parse(last.rows[0].body) as AnsweredBody, last.rows[0].at.getTime());
  return {
    span,
    ...followed(orders.rows),
    events: events.rows.map(({ at, kind, actor, body }) => ({ at: at.getTime(), kind, actor, what: body })),
    undecided: plan && decided.rows[0]?.found !== true ? { plan: plan.body, at: plan.at.getTime() } : undefined,
    stopped: stopped?.kind === "run.stopped" ? { reason: stopped.body, at: stopped.at.getTime() } : undefined,
    state,
  };
}

/** Changes, not repetitions: a set-point that is renewed every minute is told once. */
function followed(
  rows: readonly Row[],
): Pick<LastShift, "rounds" | "mode" | "told" | "jobOrders" | "troubles" | "lost" | "safe"> {
  const told: ToldDevice[] = [];
  const holds = new Map<string, string>();
  const jobOrders: Record<string, number> = {};
  const troubles = new Map<string, Trouble>();
  const lost = new Spans();
  const safe = new Spans();
  let mode: string | undefined;
  let rounds = 0;
  let refusals = new Set<string>();
  const keyOf = ({ code, at }: Issue): string => `${code} ${at.path ?? ""}`;
  for (const { at: instant, kind, body } of rows) {
    const at = instant.getTime();
    if (kind === "orders.decided") {
      const decided = JSON.parse(body) as DecidedBody;
      rounds += 1;
      mode = decided.mode;
      for (const one of decided.setPoints ?? []) {
        const device = String(one.device);
        const named = one.kind === "mode" ? String(one.mode) : undefined;
        const value = named ?? (number(one.powerKw ?? one.limitKw) ?? 0).toFixed(0);
        if (holds.get(device) === value) continue;
        holds.set(device, value);
        told.push({ at, device, kind: one.kind as ToldDevice["kind"], value });
      }
      for (const { kind: order } of decided.jobs ?? []) jobOrders[order] = (jobOrders[order] ?? 0) + 1;
      lost.now(decided.without ?? [], at);
      safe.now(decided.safe === undefined ? [] : [decided.safe], at);
      refusals = new Set((decided.refusals ?? []).map(keyOf));
    } else if (kind === "orders.answered")
      for (const issue of (JSON.parse(body) as AnsweredBody).issues ?? []) {
        const key = keyOf(issue);
        const before = troubles.get(key);
        const first = before?.first ?? at;
        troubles.set(key, { issue, refused: refusals.has(key), first, last: at, times: (before?.times ?? 0) + 1 });
      }
  }
  return {
    ...{ rounds, mode, told, jobOrders },
    troubles: [...troubles.values()].sort((a, b) => a.first - b.first),
    lost: lost.found.map(({ name: device, from, to }) => ({ device, from, to })),
    safe: safe.found.map(({ name: reason, from, to }) => ({ reason, from, to })),
  };
}

/** For which times names were said, round by round. */
class Spans {
  readonly found: { name: string; from: number; to: number | undefined }[] = [];

  now(names: readonly string[], at: number): void {
    for (const one of this.found) if (one.to === undefined && !names.includes(one.name)) one.to = at;
    for (const name of names)
      if (!this.found.some((one) => one.name === name && one.to === undefined))
        this.found.push({ name, from: at, to: undefined });
  }
}

function stateOf({ state, demand }: AnsweredBody, written: number): RecordedState {
  return {
    at: number(state?.at) ?? written,
    gridKw: number(state?.gridKw),
    monthPeakKw: number(demand?.peakKw),
    jobs: number(state?.jobs),
    devices: Object.entries(state?.devices ?? {}).map(([id, one]) => ({
      id,
      powerKw: number(one.powerKw),
      storedKwh: number(one.storedKwh),
      mode: typeof one.mode === "string" ? one.mode : undefined,
    })),
  };
}
