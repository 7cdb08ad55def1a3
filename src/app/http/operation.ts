import type { z } from "zod";
import type { Extent } from "../../ground/actor/index.ts";
import type { Issue, Language, Result } from "../../ground/issue/index.ts";
import type { IdentityTransaction } from "../identity/tables.ts";
import type { Workspace } from "../workspace.ts";
import type { Caller } from "./caller.ts";
import type { Service } from "./service.ts";

/** What a handler has at hand. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly service: Service;
  /** The store, with the caller as its actor. */
  readonly workspace: Workspace;
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: Request;
  readonly language: Language;
  /** Address of the other end, as far as it can be believed. */
  readonly place: string;
  /** Where the caller may do what the operation does. */
  readonly extents: readonly Extent[];
  /** Headers of the answer. */
  readonly headers: Headers;
  /** The version that the caller saw, without its quotes; operations that need one refuse requests without. */
  readonly version: string;
  /** Keeps the answer under the request's idempotency key in the transaction of the write itself. */
  keep(tx: unknown, body: unknown): Promise<void>;
  /** Names the version of what is answered. */
  tag(version: string): void;
}

/** An answer to be sent as JSON, the reasons why there is none, or a response made by hand. */
export type Reply<A> = Result<A> | Response;

/** One operation of the API: everything about it in one place, from which its documentation, its checks and its rights come. */
export interface Operation<P = unknown, Q = unknown, B = unknown, A = unknown> {
  /** `listRecords`; stable, and the name of the generated client's function. */
  readonly id: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** Below `/api/v1`, `/records/{batch}/{row}`. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  /** The right that it takes, or who else may: anybody at all, or anybody who is signed in. */
  readonly action: `${string}.${string}` | "anybody" | "signed-in";
  /** It looks itself at where the caller's rights end; otherwise only a right without limits counts. */
  readonly narrows?: true;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** The body is the bytes of a file, read by the handler. */
  readonly takesBytes?: true;
  readonly answer?: z.ZodType<A>;
  /** Media types of an answer that is not JSON. */
  readonly media?: readonly string[];
  /** 200 unless said otherwise. */
  readonly status?: 200 | 201 | 202 | 204;
  /** It changes what others may have changed, and needs `If-Match`. */
  readonly needsVersion?: true;
  /** It may be sent again with the same `Idempotency-Key`; the handler keeps its answer in the transaction of its write. */
  readonly idempotent?: true;
  handle(call: Call<P, Q, B>): Promise<Reply<A>>;
}

/** An operation whose types are known to its own handler alone. */
export type AnyOperation = Operation<never, never, never, unknown>;

/** Checks an operation's types against its handler, and forgets them. */
export function operation<P, Q, B, A>(one: Operation<P, Q, B, A>): AnyOperation {
  return one as unknown as AnyOperation;
}

/** What a transaction of a write takes to keep the answer beside it. */
export type KeepIn = (tx: IdentityTransaction) => Promise<void>;

/** An issue of the API itself. */
export const apiIssue = (code: `API-${number}`, more: Partial<Issue> = {}): Issue => ({
  code,
  severity: "error",
  at: {},
  ...more,
});
