import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Demand, NamedPlan, SiteLock, SitePlan } from "../coordinate/index.ts";
import { fail, ok, type Result } from "../ground/issue/index.ts";
import { append, type Json, lastEvent } from "../ground/journal/index.ts";
import type { ControlJournal, ControlMode, Decision } from "./control-loop.ts";
import { modelNow, type Workspace } from "./workspace.ts";

/** Streams of a site that is run. */
const streamOf = (site: string, part: "orders" | "plans" | "decisions" | "stop" | "control"): string =>
  `site/${site}/${part}`;

/** The journal keeps whole numbers as they are and others as decimal text; what is undefined is left out. */
const asJson = (body: object): Json =>
  JSON.parse(
    JSON.stringify(body, (_key, value: unknown) =>
      typeof value === "number" && !Number.isSafeInteger(value) ? String(value) : value,
    ),
  ) as Json;

/** A plan with its name: the first letters of the hash of all that it says. */
function named(text: string): NamedPlan {
  const id = `plan-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
  return { id, plan: JSON.parse(text) as SitePlan };
}

/** The journal of a site for the one who runs it; everything written passes the lock's token. */
export function siteJournal(workspace: Workspace, site: string, lock: SiteLock, mode: ControlMode): ControlJournal {
  const { store, actor } = workspace;
  const record = (part: Parameters<typeof streamOf>[1], kind: string, body: object): Promise<void> =>
    lock.record(
      [{ stream: streamOf(site, part), actor: actor.id, kind, body: asJson({ ...body, token: String(lock.token) }) }],
      workspace.now,
    );
  return {
    stopped: () => stopOf(workspace, site),
    async propose(plan) {
      // A plan is kept as the text that its name is made from.
      const text = JSON.stringify(plan);
      const last = await lastEvent(store.db, streamOf(site, "plans"));
      // Only what was put before people can be decided on.
      const kind = mode === "propose" ? "plan.proposed" : "plan.made";
      if (last?.kind === kind && (last.body as { id?: string }).id === named(text).id) return named(text);
      await record("plans", kind, { id: named(text).id, plan: text });
      return named(text);
    },
    async approved() {
      const found = await sql<{ plan: string }>`
        select body::jsonb ->> 'plan' as plan from candela.journal_event
        where stream = ${streamOf(site, "decisions")} and kind = 'plan.approved' order by seq desc limit 1`.execute(
        store.db,
      );
      const id = found.rows[0]?.plan;
      return id === undefined ? undefined : (await findPlan(workspace, id))?.named;
    },
    async decision({ id }) {
      return decisionOf(workspace, site, id);
    },
    record: (kind, body) => record("orders", kind, body),
  };
}

/** Demand of the month as the one who ran a site last wrote it. */
export async function demandOf(workspace: Workspace, site: string): Promise<Demand | undefined> {
  const found = await sql<{ month: string; peak: string; margin: string }>`
    select body::jsonb #>> '{demand,month}' as month, body::jsonb #>> '{demand,peakKw}' as peak,
      body::jsonb #>> '{demand,marginKw}' as margin
    from candela.journal_event where stream = ${streamOf(site, "orders")} and kind = 'orders.answered'
    order by seq desc limit 1`.execute(workspace.store.db);
  const row = found.rows[0];
  return row?.month ? { month: row.month, peakKw: Number(row.peak), marginKw: Number(row.margin) } : undefined;
}

/** Writes an event of how the site is controlled: started, lost, ended. */
export function recordControl(
  workspace: Workspace,
  site: string,
  lock: SiteLock,
  kind: string,
  body: object,
): Promise<void> {
  const event = {
    stream: streamOf(site, "control"),
    actor: workspace.actor.id,
    kind,
    body: asJson({ ...body, token: String(lock.token) }),
  };
  return lock.record([event], workspace.now);
}

function namedPlan(body: unknown): NamedPlan {
  return named((body as { plan: string }).plan);
}

interface FoundPlan {
  readonly named: NamedPlan;
  readonly site: string;
  readonly proposedBy: string;
}

async function findPlan(workspace: Workspace, id: string): Promise<FoundPlan | undefined> {
  const found = await sql<{ stream: string; actor: string; body: string }>`
    select stream, actor, body from candela.journal_event
    where kind = 'plan.proposed' and stream like 'site/%/plans' and body::jsonb ->> 'id' = ${id}
    order by position desc limit 1`.execute(workspace.store.db);
  const row = found.rows[0];
  if (!row) return undefined;
  const site = row.stream.slice("site/".length, -"/plans".length);
  return { named: namedPlan(JSON.parse(row.body)), site, proposedBy: row.actor };
}

async function decisionOf(workspace: Workspace, site: string, id: string): Promise<Decision> {
  const found = await sql<{ kind: string }>`
    select kind from candela.journal_event
    where stream = ${streamOf(site, "decisions")} and body::jsonb ->> 'plan' = ${id} order by seq desc limit 1`.execute(
    workspace.store.db,
  );
  const kind = found.rows[0]?.kind;
  return kind === undefined ? "undecided" : kind === "plan.approved" ? "approved" : "rejected";
}

/**
 * Approves or rejects a proposed plan; who proposed it does not decide on it.
 * @issues ACT-032 (no such plan), ACT-033 (decided already), ACTOR-001, ACTOR-002
 */
export async function decidePlan(
  workspace: Workspace,
  id: string,
  decision: "approved" | "rejected",
  reason: string | undefined,
): Promise<Result<{ readonly site: string; readonly position: bigint }>> {
  const found = await findPlan(workspace, id);
  if (!found) return fail({ code: "ACT-032", severity: "error", at: {}, actual: id });
  const model = await modelNow(workspace);
  if (!model.ok) return model;
  const action = decision === "approved" ? "plan.approve" : "plan.reject";
  const may = model.value.rights.may(workspace.actor, action, { kind: "plan", id, submittedBy: found.proposedBy });
  if (may !== true) return fail(may);
  const before = await decisionOf(workspace, found.site, id);
  if (before !== "undecided") return fail({ code: "ACT-033", severity: "error", at: {}, actual: id, expected: before });
  const stream = streamOf(found.site, "decisions");
  const body = asJson({ plan: id, reason });
  const { position } = await workspace.store.transaction((tx) =>
    append(tx, { stream, actor: workspace.actor.id, kind: `plan.${decision}`, body }, workspace.now),
  );
  return ok({ site: found.site, position });
}

/** Why a site is stopped; nothing when it is not. */
export async function stopOf(workspace: Workspace, site: string): Promise<string | undefined> {
  const last = await lastEvent(workspace.store.db, streamOf(site, "stop"));
  return last?.kind === "run.stopped" ? ((last.body as { reason?: string }).reason ?? "") : undefined;
}

/**
 * Stops a site until a person releases it, or releases it.
 * @returns the position of the event
 * @issues ACTOR-001
 */
export async function setStop(
  workspace: Workspace,
  site: string,
  kind: "run.stopped" | "run.released",
  reason: string,
): Promise<Result<bigint>> {
  const model = await modelNow(workspace);
  if (!model.ok) return model;
  const may = model.value.rights.may(workspace.actor, kind === "run.stopped" ? "site.stop" : "site.release", {
    kind: "site",
    id: site,
  });
  if (may !== true) return fail(may);
  const event = { stream: streamOf(site, "stop"), actor: workspace.actor.id, kind, body: { reason } };
  const { position } = await workspace.store.transaction((tx) => append(tx, event, workspace.now));
  return ok(position);
}

/** Whether the one who runs a site has decided on the safe state since a position. */
export async function isSafeSince(workspace: Workspace, site: string, position: bigint): Promise<boolean> {
  const found = await sql<{ safe: boolean }>`
    select exists (
      select 1 from candela.journal_event decided
      join candela.journal_event answered on answered.stream = decided.stream and answered.seq = decided.seq + 1
      where decided.stream = ${streamOf(site, "orders")} and decided.position > ${position}
        and decided.kind = 'orders.decided' and decided.body::jsonb ->> 'safe' = 'stopped'
        and answered.kind = 'orders.answered'
    ) as safe`.execute(workspace.store.db);
  return found.rows[0]?.safe === true;
}
