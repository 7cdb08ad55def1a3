import { createHash } from "node:crypto";
import { fail, ok, type Result } from "../../ground/issue/index.ts";
import { type IdentityTransaction, tablesOf } from "../identity/tables.ts";
import type { Workspace } from "../workspace.ts";
import { apiIssue } from "./operation.ts";

/** An answer that was given before, and may be given again. */
export interface Answered {
  readonly status: number;
  readonly body: string;
}

const KEPT_MS = 7 * 86_400_000;

/** What makes two requests the same one. */
export const requestHash = (method: string, path: string, body: Uint8Array): Buffer =>
  createHash("sha256").update(`${method} ${path}\n`).update(body).digest();

/**
 * The answer that was committed under a key; undefined when there is none.
 * @issues API-422 (the key was used for another request)
 */
export async function answeredBefore(
  workspace: Workspace,
  key: string,
  request: Buffer,
): Promise<Result<Answered | undefined>> {
  const row = await tablesOf(workspace.store)
    .selectFrom("answered")
    .select(["request", "status", "body"])
    .where("actor", "=", workspace.actor.id)
    .where("key", "=", key)
    .executeTakeFirst();
  if (!row) return ok(undefined);
  if (!row.request.equals(request)) return fail(apiIssue("API-422", { actual: key }));
  return ok({ status: row.status, body: row.body });
}

/** Keeps an answer in the transaction of what it answers: both are there, or neither. */
export async function keepAnswer(
  tx: IdentityTransaction,
  workspace: Workspace,
  key: string,
  request: Buffer,
  answer: Answered,
): Promise<void> {
  const at = workspace.now();
  await tx
    .insertInto("answered")
    .values({ actor: workspace.actor.id, key, request, ...answer, at })
    .execute();
  await tx
    .deleteFrom("answered")
    .where("at", "<", new Date(at.getTime() - KEPT_MS))
    .execute();
}

/** Whether an error says that the key was taken meanwhile: the same request came twice at once. */
export const isKeyTaken = (error: unknown): boolean =>
  (error as { code?: string; constraint?: string }).code === "23505" &&
  (error as { constraint?: string }).constraint === "answered_pkey";
