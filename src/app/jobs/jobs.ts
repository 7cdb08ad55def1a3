import { sql } from "kysely";
import type { Actor } from "../../ground/actor/index.ts";
import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { StoreFailure } from "../../ground/store/index.ts";
import { newId } from "../identity/secrets.ts";
import { type IdentityTransaction, tablesOf } from "../identity/tables.ts";
import type { Workspace } from "../workspace.ts";

/** Long work that was asked for, and how it stands. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly actor: string;
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly progress: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  /** What came of it, or the issues for which nothing did. */
  readonly result: unknown;
  readonly issues: readonly Issue[];
}

/** How jobs of a kind are done. Doing one again after it was cut off must come to the same. */
export type Runner = (
  workspace: Workspace,
  job: { readonly id: string; readonly request: unknown; readonly progress: (text: string) => void },
) => Promise<Result<unknown>>;

/** Work that goes on when who asked has left: kept in the store, done one after the other, and taken up again after a stop. */
export interface Jobs {
  /** Keeps a job; it is done after the transaction has committed. */
  add(tx: IdentityTransaction, kind: string, actor: Actor, request: unknown): Promise<string>;
  /** Looks for work: after a transaction in which some was added, and at the start. */
  wake(): void;
  read(id: string): Promise<Job | undefined>;
  list(actor: string | undefined, limit: number): Promise<Job[]>;
  /** Called at every change of a job until the returned function is. */
  watch(id: string, changed: () => void): () => void;
  /** Begins no more work and waits for what is under way. */
  stop(): Promise<void>;
}

const PROGRESS_MS = 500;

export function createJobs(workspace: Workspace, runners: Readonly<Record<string, Runner>>): Jobs {
  const db = tablesOf(workspace.store);
  const watchers = new Map<string, Set<() => void>>();
  const told = new Map<string, string>();
  let stopped = false;
  let working: Promise<void> | undefined;
  let again = false;

  const tell = (id: string): void => watchers.get(id)?.forEach((changed) => changed());

  const runOne = async (row: { id: string; kind: string; actor: string; request: string }): Promise<void> => {
    await db.updateTable("job").set({ state: "running" }).where("id", "=", row.id).execute();
    tell(row.id);
    let kept = 0;
    const progress = (text: string): void => {
      told.set(row.id, text);
      tell(row.id);
      if (Date.now() - kept < PROGRESS_MS) return;
      kept = Date.now();
      void db
        .updateTable("job")
        .set({ progress: text })
        .where("id", "=", row.id)
        .execute()
        .catch(() => {});
    };
    const actor = JSON.parse(row.actor) as Actor;
    const runner = runners[row.kind];
    const done = runner
      ? await runner({ ...workspace, actor }, { id: row.id, request: JSON.parse(row.request), progress }).catch(
          (error: unknown): Result<unknown> => {
            if (error instanceof StoreFailure) return { ok: false, issues: error.issues };
            return fail({ code: "JOB-002", severity: "error", at: {}, actual: String(error) });
          },
        )
      : fail({ code: "JOB-002", severity: "error", at: {}, actual: row.kind });
    await db
      .updateTable("job")
      .set({
        state: done.ok ? "done" : "failed",
        result: JSON.stringify(done.ok ? done.value : done.issues, bigints),
        ended_at: workspace.now(),
      })
      .where("id", "=", row.id)
      .execute();
    told.delete(row.id);
    tell(row.id);
  };

  const work = async (): Promise<void> => {
    do {
      again = false;
      for (;;) {
        if (stopped) return;
        const row = await db
          .selectFrom("job")
          .select(["id", "kind", "actor", "request"])
          .where("state", "in", ["waiting", "running"])
          .orderBy("created_at")
          .orderBy("id")
          .limit(1)
          .executeTakeFirst();
        if (!row) break;
        await runOne(row);
      }
    } while (again);
  };

  return {
    async add(tx, kind, actor, request) {
      const id = newId("j");
      await tx
        .insertInto("job")
        .values({
          id,
          kind,
          actor: JSON.stringify(actor),
          state: "waiting",
          request: JSON.stringify(request),
          progress: null,
          result: null,
          created_at: workspace.now(),
          ended_at: null,
        })
        .execute();
      return id;
    },
    wake() {
      again = true;
      working ??= work()
        // A store that is not there for a moment: the work is still in it, and the next waking finds it.
        .catch(() => {})
        .finally(() => {
          working = undefined;
          // Asked for between the last look and now.
          if (again && !stopped) this.wake();
        });
    },
    async read(id) {
      const row = await db.selectFrom("job").selectAll().where("id", "=", id).executeTakeFirst();
      return row && jobOf(row, told.get(id));
    },
    async list(actor, limit) {
      let query = db.selectFrom("job").selectAll();
      if (actor !== undefined) query = query.where(sql<boolean>`actor::jsonb ->> 'id' = ${actor}`);
      const rows = await query.orderBy("created_at", "desc").orderBy("id").limit(limit).execute();
      return rows.map((row) => jobOf(row, told.get(row.id)));
    },
    watch(id, changed) {
      const all = watchers.get(id) ?? new Set();
      watchers.set(id, all.add(changed));
      return () => {
        all.delete(changed);
        if (all.size === 0) watchers.delete(id);
      };
    },
    async stop() {
      stopped = true;
      await working;
    },
  };
}

/** Positions are whole numbers that JSON's own need not hold. */
const bigints = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

function jobOf(
  row: {
    id: string;
    kind: string;
    actor: string;
    state: Job["state"];
    progress: string | null;
    result: string | null;
    created_at: Date;
    ended_at: Date | null;
  },
  told: string | undefined,
): Job {
  const result = row.result === null ? null : (JSON.parse(row.result) as unknown);
  return {
    id: row.id,
    kind: row.kind,
    actor: (JSON.parse(row.actor) as Actor).id,
    state: row.state,
    progress: told ?? row.progress,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    result: row.state === "done" ? result : null,
    issues: row.state === "failed" ? (result as Issue[]) : [],
  };
}

/** A job of this id. @issues JOB-001 */
export const foundJob = (job: Job | undefined, id: string): Result<Job> =>
  job ? ok(job) : fail({ code: "JOB-001", severity: "error", at: {}, actual: id });
