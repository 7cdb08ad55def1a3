import type pg from "pg";

/** A table of the schema, with the columns that hold data (computed ones are computed again). */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface SequenceState {
  readonly name: string;
  readonly last: string;
  readonly called: boolean;
}

/** Kept by the migrator itself, which writes it again. */
const NOT_COPIED = "migration";

/** All tables in an order in which rows can be put in: what is referred to comes first. */
export async function tablesInOrder(client: pg.ClientBase): Promise<TableShape[]> {
  const found = await client.query<{ name: string; columns: string[]; refers: string[] }>(
    `select c.relname as name,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
       array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'candela' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> $1
     order by c.relname collate "C"`,
    [NOT_COPIED],
  );
  const waiting = new Map(found.rows.map((row) => [row.name, row]));
  const ordered: TableShape[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((row) => row.refers.every((name) => !waiting.has(name)));
    if (ready.length === 0)
      throw new Error(`tables refer to each other in a circle: ${[...waiting.keys()].join(", ")}`);
    for (const { name, columns } of ready) {
      ordered.push({ name, columns });
      waiting.delete(name);
    }
  }
  return ordered;
}

export async function sequences(client: pg.ClientBase): Promise<SequenceState[]> {
  const found = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'candela' and c.relkind = 'S' order by c.relname collate "C"`,
  );
  const states: SequenceState[] = [];
  for (const { name } of found.rows) {
    const state = await client.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from candela.${quoted(name)}`,
    );
    if (state.rows[0]) states.push({ name, ...state.rows[0] });
  }
  return states;
}

/** COPY's text format is the same in every version, and exact for every type. */
export function copyOut({ name, columns }: TableShape): string {
  return `copy (select ${columns.map(quoted).join(", ")} from candela.${quoted(name)}) to stdout with (format text, encoding 'UTF8')`;
}

export function copyIn({ name, columns }: TableShape): string {
  return `copy candela.${quoted(name)} (${columns.map(quoted).join(", ")}) from stdin with (format text, encoding 'UTF8')`;
}

/** Empties the tables of what migrations put there, past the triggers that refuse it in daily work. */
export async function emptied(
  client: pg.ClientBase,
  tables: readonly TableShape[],
  fill: () => Promise<void>,
): Promise<void> {
  const triggers = await client.query<{ table: string; name: string; state: "O" | "A" | "R" }>(
    `select c.relname as table, t.tgname as name, t.tgenabled as state
     from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'candela' and not t.tgisinternal and t.tgenabled <> 'D' and t.tgparentid = 0`,
  );
  for (const { table, name } of triggers.rows)
    await client.query(`alter table candela.${quoted(table)} disable trigger ${quoted(name)}`);
  if (tables.length > 0)
    await client.query(`truncate ${tables.map(({ name }) => `candela.${quoted(name)}`).join(", ")}`);
  await fill();
  // Checks that wait for the commit would keep the tables from being altered.
  await client.query("set constraints all immediate");
  const how = { O: "enable", A: "enable always", R: "enable replica" } as const;
  for (const { table, name, state } of triggers.rows)
    await client.query(`alter table candela.${quoted(table)} ${how[state]} trigger ${quoted(name)}`);
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
