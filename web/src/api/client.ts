import { queryOptions, useQuery } from "@tanstack/react-query";
import { type Operations, ROUTES } from "./operations.ts";
import { ApiFailure, type Problem } from "./problem.ts";

type Id = keyof Operations;
type Answer<I extends Id> = Operations[I]["answer"];
type Given<T> = object extends T ? { readonly [name in keyof T]?: T[name] } : T;

/** What a call says beside its path: everything typed by the API document. */
export interface Call<I extends Id> {
  readonly params?: Given<Operations[I]["params"]>;
  readonly query?: { readonly [name in keyof Operations[I]["query"]]?: string | number | boolean | undefined };
  readonly body?: Operations[I]["body"];
  /** The bytes of a file, for operations that take one. */
  readonly file?: Blob;
  /** The version that was read, so that nobody's change is overwritten. */
  readonly ifMatch?: string;
  /** The same key makes a repeated call happen once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

let csrfToken: string | undefined;
let language = "en";

/** Kept from the session and sent with every change. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** The language of what the server says went wrong. */
export function setAnswerLanguage(wanted: string): void {
  language = wanted;
}

/** Where an operation is: for links to files and for streams. */
export function addressOf<I extends Id>(id: I, { params = {}, query = {} }: Call<I> = {}): string {
  const given = params as Readonly<Record<string, unknown>>;
  const path = ROUTES[id][1].replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query as Readonly<Record<string, string | number | boolean | undefined>>))
    if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return `/api/v1${path}${text === "" ? "" : `?${text}`}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const plain = { type: "about:blank", title: response.statusText, status: response.status, issues: [] };
  if (!response.headers.get("content-type")?.includes("json")) return plain;
  return { ...plain, ...((await response.json()) as Partial<Problem>) };
}

/** One call of the API, with the version of what came back. Whatever is no success throws an `ApiFailure`. */
export async function call<I extends Id>(
  id: I,
  options: Call<I> = {},
): Promise<{ readonly data: Answer<I>; readonly version: string | undefined }> {
  const [method] = ROUTES[id];
  const headers = new Headers({ accept: "application/json", "accept-language": language });
  if (options.body !== undefined) headers.set("content-type", "application/json");
  if (method !== "GET" && csrfToken !== undefined) headers.set("x-csrf-token", csrfToken);
  if (options.ifMatch !== undefined) headers.set("if-match", options.ifMatch);
  if (options.idempotencyKey !== undefined) headers.set("idempotency-key", options.idempotencyKey);
  let response: Response;
  try {
    response = await fetch(addressOf(id, options), {
      method,
      headers,
      body: options.file ?? (options.body === undefined ? null : JSON.stringify(options.body)),
      credentials: "same-origin",
      signal: options.signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiFailure({ type: "urn:candela:unreachable", title: "unreachable", status: 0, issues: [] });
  }
  if (!response.ok) throw new ApiFailure(await problemOf(response));
  const data = (response.status === 204 ? undefined : await response.json()) as Answer<I>;
  return { data, version: response.headers.get("etag") ?? undefined };
}

/** What reads an operation, under a key that says all that was asked. */
export function reading<I extends Id>(id: I, asked: Pick<Call<I>, "params" | "query"> = {}) {
  return queryOptions({
    queryKey: [id, asked.params ?? {}, asked.query ?? {}] as const,
    queryFn: async ({ signal }): Promise<Answer<I>> => (await call(id, { ...asked, signal })).data,
  });
}

/** Reads an operation for a component. */
export function useRead<I extends Id>(
  id: I,
  asked: Pick<Call<I>, "params" | "query"> = {},
  options: { readonly enabled?: boolean } = {},
) {
  return useQuery({ ...reading(id, asked), ...options });
}
