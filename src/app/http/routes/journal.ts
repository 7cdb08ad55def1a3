import { sql } from "kysely";
import { z } from "zod";
import { ok } from "../../../ground/issue/index.ts";
import { formatHeads, heads } from "../../../ground/journal/index.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { instantSchema, name, pageOf, positionSchema } from "../schemas.ts";

const eventSchema = name(
  "JournalEvent",
  z.object({
    position: positionSchema,
    stream: z.string(),
    at: instantSchema,
    actor: z.string(),
    kind: z.string(),
    body: z.unknown(),
    before: z.unknown().optional().describe("Of what replaces a document: the one that was in force before."),
  }),
);

/** Streams whose events each replace the whole document of the one before. */
const REPLACED = ["boundary", "pins", "content"];

interface Row {
  readonly position: bigint;
  readonly stream: string;
  readonly at: Date;
  readonly actor: string;
  readonly kind: string;
  readonly body: string;
  readonly before: string | null;
}

export const journalOperations: readonly AnyOperation[] = [
  operation({
    id: "readHead",
    method: "get",
    path: "/journal/head",
    tag: "journal",
    summary: "The journal up to now in one line, to be printed or kept elsewhere.",
    action: "journal.read",
    answer: z.object({ head: z.string(), position: positionSchema }),
    async handle({ workspace }) {
      const head = await workspace.store.transaction((tx) => heads(tx), {
        isolation: "repeatable read",
        readOnly: true,
      });
      return ok({ head: formatHeads(head), position: String(head.position) });
    },
  }),
  operation({
    id: "listEvents",
    method: "get",
    path: "/journal/events",
    tag: "journal",
    summary: "Who did what and when, with what was before and after; the latest first.",
    action: "journal.read",
    query: z.object({
      stream: z.string().max(200).optional(),
      actor: z.string().max(200).optional(),
      kind: z.string().max(100).optional(),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answer: pageOf(eventSchema),
    async handle({ workspace, query }) {
      const parts = [
        sql`true`,
        ...(query.stream === undefined ? [] : [sql`e.stream = ${query.stream}`]),
        ...(query.actor === undefined ? [] : [sql`e.actor = ${query.actor}`]),
        ...(query.kind === undefined ? [] : [sql`e.kind = ${query.kind}`]),
        ...(query.cursor === undefined ? [] : [sql`e.position < ${BigInt(query.cursor)}`]),
      ];
      const found = await sql<Row>`
        select e.position, e.stream, e.at, e.actor, e.kind, e.body, (
          select p.body from candela.journal_event p
          where p.stream = e.stream and p.seq = e.seq - 1 and e.stream = any(${REPLACED}::text[])) as before
        from candela.journal_event e where ${sql.join(parts, sql` and `)} order by e.position desc limit ${query.limit + 1}`.execute(
        workspace.store.db,
      );
      const shown = found.rows.slice(0, query.limit);
      const last = shown.at(-1);
      return ok({
        items: shown.map(({ position, at, body, before, ...event }) => ({
          ...event,
          position: String(position),
          at: at.toISOString(),
          body: JSON.parse(body) as unknown,
          ...(before === null ? {} : { before: JSON.parse(before) as unknown }),
        })),
        ...(found.rows.length > query.limit && last ? { next: String(last.position) } : {}),
      });
    },
  }),
];
