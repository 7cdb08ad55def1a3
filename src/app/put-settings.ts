import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { append, type Json, type JournalTransaction, lastEvent } from "../ground/journal/index.ts";
import { type Boundary, type Pins } from "../measure/index.ts";
import { modelNow, STREAMS, type Workspace } from "./workspace.ts";

/** The position of the event that put something in force; "0" where nothing is. It is the version that a change has to name. */
export async function versionOf({ store }: Pick<Workspace, "store">, stream: string): Promise<string> {
  return String((await lastEvent(store.db, stream))?.position ?? 0n);
}

class Stop extends Error {
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.code);
    this.issue = issue;
  }
}

/** Appends the event that puts a document in force, where the one before is still the one that the caller saw. */
async function put(
  workspace: Workspace,
  stream: string,
  kind: string,
  body: Json,
  version: string,
  also: (tx: JournalTransaction, position: bigint) => Promise<void>,
): Promise<Result<string>> {
  try {
    return ok(
      await workspace.store.transaction(async (tx) => {
        const { position } = await append(tx, { stream, actor: workspace.actor.id, kind, body }, workspace.now);
        // The lock of appending is held: whoever was quicker has committed, and stands before us.
        const before = String((await lastEvent(tx, stream, position - 1n))?.position ?? 0n);
        if (before !== version)
          throw new Stop({ code: "API-412", severity: "error", at: {}, expected: before, actual: version });
        await also(tx, position);
        return String(position);
      }),
    );
  } catch (error) {
    if (error instanceof Stop) return fail(error.issue);
    throw error;
  }
}

const asJson = (document: unknown): Json => JSON.parse(JSON.stringify(document)) as Json;

/** Puts a boundary in force, in the place of the one that the caller saw. @issues API-412 */
export function putBoundary(
  workspace: Workspace,
  boundary: Boundary,
  version: string,
  also: (tx: JournalTransaction, position: bigint) => Promise<void>,
): Promise<Result<string>> {
  return put(workspace, STREAMS.boundary, "boundary.set", asJson({ boundary }), version, also);
}

/**
 * Pins factor sets and methods, in the place of what the caller saw.
 * @issues API-412, PINS-001 (no such set, or no such method)
 */
export async function putPins(
  workspace: Workspace,
  pins: Pins,
  version: string,
  also: (tx: JournalTransaction, position: bigint) => Promise<void>,
): Promise<Result<string>> {
  const model = await modelNow(workspace);
  if (!model.ok) return model;
  const { factors, catalogue } = model.value;
  const issues = [
    ...pins.factors.flatMap(({ kind, set }, index): Issue[] => {
      const known = [...new Set(factors.filter((one) => one.kind === kind).map((one) => one.set))];
      if (known.includes(set)) return [];
      const at = { path: `factors.${index}` };
      return [{ code: "PINS-001", severity: "error", at, expected: known.join(", ") || "–", actual: `${kind} ${set}` }];
    }),
    ...Object.entries(pins.methods).flatMap(([indicator, method]): Issue[] => {
      const known = catalogue.entries.get(indicator)?.methods.map(({ id }) => id) ?? [];
      if (known.includes(method)) return [];
      const at = { path: `methods.${indicator}` };
      return [{ code: "PINS-001", severity: "error", at, expected: known.join(", ") || "–", actual: method }];
    }),
  ];
  if (issues.length > 0) return fail(...issues);
  return put(workspace, STREAMS.pins, "pins.set", asJson({ pins }), version, also);
}
