import type { z } from "zod";
import type { Extent } from "../../ground/actor/index.ts";
import { fail, type Issue, type Language, ok, type Result } from "../../ground/issue/index.ts";
import { StoreFailure } from "../../ground/store/index.ts";
import type { IdentityTransaction } from "../identity/tables.ts";
import { type Caller, callerOf, extentsOf, isOwnPage, isSameSite } from "./caller.ts";
import { type Answered, answeredBefore, isKeyTaken, keepAnswer, requestHash } from "./idempotency.ts";
import { type AnyOperation, apiIssue, type Call, type Operation } from "./operation.ts";
import { preferredLanguage, problem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { Service } from "./service.ts";

/** A request as it came in, with what the router took from its path. */
export interface Incoming {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly place: string;
  /** Sent with the answer to a caller that may hold a stale answer. */
  readonly answerCheck?: (operation: AnyOperation, body: unknown) => void;
}

const NOBODY: Caller = { actor: { id: "nobody", kind: "person", name: "nobody", roles: [] }, by: "local" };

/** Runs an operation: who asks → may they → is it well formed → was it answered before → do it → answer. */
export async function runOperation(service: Service, one: AnyOperation, incoming: Incoming): Promise<Response> {
  const { request } = incoming;
  const language = preferredLanguage(request.headers.get("accept-language"));
  const refuse = (issues: readonly Issue[], status?: number): Response =>
    problem(issues, service.issueTexts, language, status);
  try {
    const entered = await enter(service, one, request);
    if (!entered.ok) return refuse(entered.issues);
    const read = await readRequest(one, incoming);
    if (!read.ok) return refuse(read.issues);
    const call = callFor(service, one, incoming, language, entered.value, read.value);
    return await answer(call, one, read.value.bytes, refuse, incoming);
  } catch (error) {
    if (error instanceof StoreFailure) return refuse(error.issues, 503);
    throw error;
  }
}

interface Entered {
  readonly caller: Caller;
  readonly extents: readonly Extent[];
}

/** Who asks, and whether they may. @issues API-401 (sign in), API-403 (not from our page), ACTOR-001 */
async function enter(service: Service, one: AnyOperation, request: Request): Promise<Result<Entered>> {
  const caller = await callerOf(service.workspace, request, service);
  const writes = one.method !== "get";
  if (writes && caller?.by === "session" && !isOwnPage(request, caller, request.headers.get("x-csrf-token")))
    return fail(apiIssue("API-403"));
  if (writes && !caller && !isSameSite(request)) return fail(apiIssue("API-403"));
  if (one.action === "anybody") return ok({ caller: caller ?? NOBODY, extents: [] });
  if (!caller) return fail(apiIssue("API-401"));
  if (one.action === "signed-in") return caller.person ? ok({ caller, extents: [] }) : fail(apiIssue("API-401"));
  const rights = await service.rights();
  const extents = extentsOf(caller, rights, one.action);
  const everywhere = extents.some(({ sites, activities }) => sites === undefined && activities === undefined);
  if (everywhere || (one.narrows && extents.length > 0)) return ok({ caller, extents });
  if (caller.by === "local" && writes) return fail(apiIssue("API-401"));
  const may = rights.may({ ...caller.actor, roles: [] }, one.action, { kind: one.tag, id: one.id });
  return fail(may === true ? apiIssue("API-403") : { ...may, actual: caller.actor.roles.join(", ") || "–" });
}

interface Read {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly bytes: Buffer;
  readonly version: string;
}

/** The parts of a request, each held against its schema; all issues at once. @issues API-400, API-408, API-413, API-415, API-428 */
async function readRequest(one: AnyOperation, { request, params }: Incoming): Promise<Result<Read>> {
  const issues: Issue[] = [];
  const parse = (schema: z.ZodType<unknown> | undefined, value: unknown, where: string): unknown => {
    const parsed = schema?.safeParse(value);
    if (!parsed || parsed.success) return parsed?.data;
    for (const { path, message } of parsed.error.issues) {
      const at = { path: [where, ...path.map(String)].join(".") };
      issues.push(apiIssue("API-400", { at, actual: message }));
    }
    return undefined;
  };
  const query = Object.fromEntries(new URL(request.url).searchParams);
  if (!isStorable([params, query])) return fail(apiIssue("API-400", { at: { path: "query" }, actual: "U+0000" }));
  const parts = {
    params: parse(one.params as z.ZodType<unknown> | undefined, params, "path"),
    query: parse(one.query as z.ZodType<unknown> | undefined, query, "query"),
  };
  const version = /^(?:W\/)?"([^"]*)"$/.exec(request.headers.get("if-match") ?? "")?.[1];
  if (one.needsVersion && version === undefined) issues.push(apiIssue("API-428"));
  if (one.method === "get" || one.takesBytes)
    return issues.length > 0
      ? fail(...issues)
      : ok({ ...parts, body: undefined, bytes: Buffer.alloc(0), version: version ?? "" });
  const bytes = await readBody(request);
  if (!bytes.ok) return bytes;
  let body: unknown;
  if (one.body) {
    if (!/^application\/json\b/.test(request.headers.get("content-type") ?? ""))
      return fail(apiIssue("API-415", { expected: "application/json" }));
    try {
      body = JSON.parse(bytes.value.toString("utf8"));
    } catch (error) {
      return fail(apiIssue("API-400", { at: { path: "body" }, actual: (error as Error).message }));
    }
    if (!isStorable(body)) return fail(apiIssue("API-400", { at: { path: "body" }, actual: "U+0000, U+D800–U+DFFF" }));
    body = parse(one.body as z.ZodType<unknown>, body, "body");
  }
  return issues.length > 0 ? fail(...issues) : ok({ ...parts, body, bytes: bytes.value, version: version ?? "" });
}

/** No NUL and no half of a character: neither a database nor a hash takes them. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !/[\0\p{Surrogate}]/u.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
}

function callFor(
  service: Service,
  one: AnyOperation,
  incoming: Incoming,
  language: Language,
  { caller, extents }: Entered,
  read: Read,
): Call {
  const { request, place } = incoming;
  const headers = new Headers({ "cache-control": "private, no-cache" });
  const workspace = { ...service.workspace, actor: caller.actor };
  const key = one.idempotent ? request.headers.get("idempotency-key") : null;
  const hash = requestHash(request.method, new URL(request.url).pathname, read.bytes);
  return {
    service,
    workspace,
    caller,
    params: read.params,
    query: read.query,
    body: read.body,
    request,
    language,
    place,
    extents,
    headers,
    version: read.version,
    async keep(tx, body) {
      if (key === null) return;
      const kept: Answered = { status: one.status ?? 200, body: JSON.stringify(body) };
      await keepAnswer(tx as IdentityTransaction, workspace, key, hash, kept);
    },
    tag: (version) => headers.set("etag", `"${version}"`),
  };
}

async function answer(
  call: Call,
  one: AnyOperation,
  bytes: Buffer,
  refuse: (issues: readonly Issue[]) => Response,
  incoming: Incoming,
): Promise<Response> {
  const { request } = call;
  const key = one.idempotent ? request.headers.get("idempotency-key") : null;
  if (key !== null && !/^[\x21-\x7e]{1,200}$/.test(key))
    return refuse([apiIssue("API-400", { at: { path: "idempotency-key" }, actual: key.slice(0, 40) })]);
  const replayed = async (): Promise<Response | undefined> => {
    if (key === null) return undefined;
    const hash = requestHash(request.method, new URL(request.url).pathname, bytes);
    const before = await answeredBefore(call.workspace, key, hash);
    if (!before.ok) return refuse(before.issues);
    if (!before.value) return undefined;
    const { status, body } = before.value;
    return new Response(body, { status, headers: { ...JSON_HEADERS, "idempotency-replayed": "true" } });
  };
  const known = await replayed();
  if (known) return known;
  let reply: Awaited<ReturnType<Operation["handle"]>>;
  try {
    reply = await (one as unknown as Operation).handle(call);
  } catch (error) {
    const other = isKeyTaken(error) ? await replayed() : undefined;
    if (other) return other;
    throw error;
  }
  if (reply instanceof Response) return reply;
  if (!reply.ok) return refuse(reply.issues);
  const tag = call.headers.get("etag");
  if (one.method === "get" && tag !== null && matches(request.headers.get("if-none-match"), tag))
    return new Response(null, { status: 304, headers: call.headers });
  const status = one.status ?? 200;
  if (status === 204) return new Response(null, { status, headers: call.headers });
  incoming.answerCheck?.(one, reply.value);
  call.headers.set("content-type", JSON_HEADERS["content-type"]);
  return new Response(JSON.stringify(reply.value), { status, headers: call.headers });
}

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "private, no-cache" };

const matches = (header: string | null, tag: string): boolean =>
  (header ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
