import { sql } from "kysely";
import type { SitePlan } from "../coordinate/index.ts";
import { stopOf } from "./site-journal.ts";
import type { Workspace } from "./workspace.ts";

/** What the journal says of a site that is run. */
export interface LiveSite {
  /** Why a person has stopped it. */
  readonly stopped: string | undefined;
  /** Its last step: what was decided, what came back. */
  readonly step: LiveStep | undefined;
  readonly plan: LivePlan | undefined;
  /** Steps before it, the oldest first, for a picture. */
  readonly trail: readonly { readonly at: number; readonly gridKw: number | undefined; readonly batteryKw: number }[];
  /** What happened beside the steps, the latest first. */
  readonly events: readonly { readonly at: string; readonly kind: string; readonly actor: string }[];
}

export interface LiveStep {
  readonly at: string;
  readonly mode: string;
  readonly plan: string | undefined;
  readonly safe: string | undefined;
  readonly without: readonly string[];
  readonly gridKw: number | undefined;
  readonly devices: readonly {
    readonly device: string;
    readonly powerKw: number | undefined;
    readonly storedKwh: number | undefined;
    readonly setPointKw: number | undefined;
    readonly mode: string | undefined;
  }[];
  /** Codes of what was not right. */
  readonly issues: readonly string[];
}

export interface LivePlan {
  readonly id: string;
  /** Put before people, or acted on as it was made. */
  readonly proposed: boolean;
  readonly by: string;
  readonly decision: "undecided" | "approved" | "rejected";
  readonly plan: SitePlan;
}

const TRAIL = 400;

interface Decided {
  readonly mode: string;
  readonly plan?: string;
  readonly safe?: string;
  readonly without?: readonly string[];
}

interface Answered {
  readonly issues?: readonly { readonly code: string }[];
  readonly state?: {
    readonly at?: number | string;
    readonly gridKw?: number | string;
    readonly devices?: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  };
}

/** The journal keeps fractions as text. */
const numberOf = (value: number | string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

export async function liveSite(workspace: Workspace, site: string): Promise<LiveSite> {
  const { db } = workspace.store;
  const [steps, plans, events] = await Promise.all([
    sql<{ kind: string; body: string; at: Date }>`
      select kind, body, at from candela.journal_event where stream = ${`site/${site}/orders`}
      order by seq desc limit ${2 * TRAIL}`.execute(db),
    sql<{ kind: string; body: string; actor: string; decision: string | null }>`
      select made.kind, made.body, made.actor, (
        select decided.kind from candela.journal_event decided where decided.stream = ${`site/${site}/decisions`}
          and decided.body::jsonb ->> 'plan' = made.body::jsonb ->> 'id' order by decided.seq desc limit 1
      ) as decision
      from candela.journal_event made where made.stream = ${`site/${site}/plans`} order by made.seq desc limit 1`.execute(
      db,
    ),
    sql<{ kind: string; actor: string; at: Date }>`
      select kind, actor, at from candela.journal_event
      where stream in (${`site/${site}/control`}, ${`site/${site}/stop`}, ${`site/${site}/decisions`})
      order by position desc limit 20`.execute(db),
  ]);
  const answered = steps.rows.filter(({ kind }) => kind === "orders.answered");
  const decided = steps.rows.find(({ kind }) => kind === "orders.decided");
  const [last] = answered;
  const made = plans.rows[0];
  return {
    stopped: await stopOf(workspace, site),
    step:
      last && decided
        ? stepOf(JSON.parse(decided.body) as Decided, JSON.parse(last.body) as Answered, last.at)
        : undefined,
    plan: made && planOf(made),
    trail: answered.reverse().map(({ body, at }) => {
      const { state } = JSON.parse(body) as Answered;
      const batteryKw = Object.values(state?.devices ?? {}).reduce(
        (sum, { powerKw, storedKwh }) => sum + (storedKwh === undefined ? 0 : (numberOf(powerKw) ?? 0)),
        0,
      );
      return { at: at.getTime(), gridKw: numberOf(state?.gridKw), batteryKw };
    }),
    events: events.rows.map(({ kind, actor, at }) => ({ at: at.toISOString(), kind, actor })),
  };
}

function stepOf({ mode, plan, safe, without = [] }: Decided, { issues = [], state }: Answered, at: Date): LiveStep {
  return {
    at: at.toISOString(),
    mode,
    plan,
    safe,
    without,
    gridKw: numberOf(state?.gridKw),
    devices: Object.entries(state?.devices ?? {}).map(([device, one]) => ({
      device,
      powerKw: numberOf(one.powerKw),
      storedKwh: numberOf(one.storedKwh),
      setPointKw: numberOf(one.setPointKw),
      mode: one.mode === undefined ? undefined : String(one.mode),
    })),
    issues: [...new Set(issues.map(({ code }) => code))],
  };
}

function planOf(row: { kind: string; body: string; actor: string; decision: string | null }): LivePlan {
  const { id, plan } = JSON.parse(row.body) as { id: string; plan: string };
  return {
    id,
    proposed: row.kind === "plan.proposed",
    by: row.actor,
    decision:
      row.decision === "plan.approved" ? "approved" : row.decision === "plan.rejected" ? "rejected" : "undecided",
    plan: JSON.parse(plan) as SitePlan,
  };
}
