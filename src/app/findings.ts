import { createHash } from "node:crypto";
import { sql } from "kysely";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { append, type JournalTransaction } from "../ground/journal/index.ts";
import type { ExplainedFinding } from "./check-figures.ts";
import type { Workspace } from "./workspace.ts";

/** What somebody did about a finding. */
export interface FindingAct {
  readonly at: Date;
  readonly actor: string;
  readonly kind: "assigned" | "explained" | "accepted" | "reopened";
  readonly reason: string;
  /** To whom it was assigned, by the id of an actor. */
  readonly assignee?: string;
}

/** How a finding stands, by what was done about it. */
export interface FindingState {
  readonly state: "open" | "explained" | "accepted";
  readonly assignee?: string;
  readonly acts: readonly FindingAct[];
  /** How many acts there were; what the next one has to name. */
  readonly version: number;
}

const stream = (id: string): string => `finding/${id}`;

/** A finding is the same one as long as the same rule says it of the same figures in the same periods. */
export function findingId({ code, indicators, periods, places }: ExplainedFinding): string {
  const what = JSON.stringify([
    code,
    [...indicators].sort(),
    [...periods].sort(),
    places.map(({ place, row }) => `${place} ${row ?? ""}`).sort(),
  ]);
  return createHash("sha256").update(what).digest("hex").slice(0, 20);
}

/** What a finding says; an act is about these words, and other words open it anew. */
const wordsOf = ({ expected, actual, difference }: ExplainedFinding): string =>
  createHash("sha256")
    .update(JSON.stringify([expected, actual, difference]))
    .digest("hex")
    .slice(0, 20);

interface Row {
  readonly stream: string;
  readonly at: Date;
  readonly actor: string;
  readonly kind: string;
  readonly body: string;
}

/** What was done about each finding up to a position, by its id. */
export async function findingStates(
  { store }: Pick<Workspace, "store">,
  findings: readonly ExplainedFinding[],
  position: bigint,
): Promise<Map<string, FindingState>> {
  const ids = new Map(findings.map((finding) => [stream(findingId(finding)), finding]));
  const found = await sql<Row>`
    select stream, at, actor, kind, body from candela.journal_event
    where stream = any(${[...ids.keys()]}::text[]) and position <= ${position} order by stream, seq`.execute(store.db);
  const states = new Map<string, FindingState>();
  for (const [name, finding] of ids) {
    const rows = found.rows.filter((row) => row.stream === name);
    states.set(findingId(finding), stateOf(rows, wordsOf(finding)));
  }
  return states;
}

function stateOf(rows: readonly Row[], words: string): FindingState {
  let state: FindingState["state"] = "open";
  let assignee: string | undefined;
  const acts = rows.map((row): FindingAct => {
    const body = JSON.parse(row.body) as { reason: string; words: string; assignee?: string };
    const kind = row.kind.replace("finding.", "") as FindingAct["kind"];
    if (kind === "assigned") assignee = body.assignee;
    // What was explained or accepted was these words; where the figures say others now, it is open again.
    else state = kind === "reopened" || body.words !== words ? "open" : kind;
    return {
      at: row.at,
      actor: row.actor,
      kind,
      reason: body.reason,
      ...(body.assignee === undefined ? {} : { assignee: body.assignee }),
    };
  });
  return { state, ...(assignee === undefined ? {} : { assignee }), acts, version: rows.length };
}

class Stop extends Error {
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.code);
    this.issue = issue;
  }
}

/**
 * Assigns, explains, accepts or reopens a finding, with a reason, as an event of its own stream.
 * @param version how many acts the caller saw
 * @issues API-412 (somebody was quicker), FINDING-002 (no reason)
 */
export async function actOnFinding(
  workspace: Workspace,
  finding: ExplainedFinding,
  version: string,
  act: { readonly kind: FindingAct["kind"]; readonly reason: string; readonly assignee?: string },
  also: (tx: JournalTransaction) => Promise<void> = async () => {},
): Promise<Result<void>> {
  if (act.reason.trim() === "") return fail({ code: "FINDING-002", severity: "error", at: { path: "reason" } });
  const body = {
    code: finding.code,
    words: wordsOf(finding),
    reason: act.reason.trim(),
    ...(act.assignee === undefined ? {} : { assignee: act.assignee }),
  };
  try {
    await workspace.store.transaction(async (tx) => {
      const name = stream(findingId(finding));
      const { seq } = await append(
        tx,
        { stream: name, actor: workspace.actor.id, kind: `finding.${act.kind}`, body },
        workspace.now,
      );
      if (String(seq - 1) !== version)
        throw new Stop({ code: "API-412", severity: "error", at: {}, expected: String(seq - 1), actual: version });
      await also(tx);
    });
  } catch (error) {
    if (error instanceof Stop) return fail(error.issue);
    throw error;
  }
  return ok(undefined);
}
