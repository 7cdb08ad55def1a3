import { readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Issue } from "../../../ground/issue/index.ts";
import type { Store } from "../../../ground/store/index.ts";
import { VerifiedFiles } from "../../../ground/store/mirror/index.ts";
import { type DayFile, dayFilesSchema, truthOf } from "./day-files.ts";
import { TELEMETRY_STREAM } from "./seal-day.ts";
import { remadeRollups } from "./sealed-days.ts";

const TELEMETRY_FOLDER = "telemetry";

const sealedSchema = z.object({
  day: z.string(),
  revision: z.int(),
  readings: z.int(),
  conflicts: z.int(),
  files: dayFilesSchema,
});

type Sealed = z.infer<typeof sealedSchema>;

/**
 * Holds the files of every day that was ever sealed, each revision of it, against the hash in its event, and the table of
 * days against the last event of each.
 * Roll-ups are made again when they are read: of the revision that counts they are told as long as nobody did.
 * @issues SENSE-020 (a file is gone), SENSE-021 (a file has changed), SENSE-022 (the table says something else than the
 *   journal), SENSE-023 (an event that cannot be read), SENSE-024 (a warning: a roll-up is gone or has changed)
 */
export async function telemetryVerifier(
  store: Store,
): Promise<{ readonly checked: number; readonly issues: readonly Issue[] }> {
  const folder = path.join(store.folder, TELEMETRY_FOLDER);
  const issues: Issue[] = [];
  const events = await store
    .pool()
    .query<{ seq: number; body: string }>(
      "select seq, body from candela.journal_event where stream = $1 and kind = 'day.sealed' order by seq",
      [TELEMETRY_STREAM],
    );
  const last = new Map<string, Sealed>();
  const hashes = new VerifiedFiles();
  const there = new Set(await filesBelow(folder));
  let checked = 0;
  for (const { seq, body } of events.rows) {
    const read = sealedSchema.safeParse(parsed(body));
    if (!read.success) {
      issues.push({ code: "SENSE-023", severity: "error", at: { record: `${TELEMETRY_STREAM}#${seq}` } });
      continue;
    }
    last.set(read.data.day, read.data);
    for (const { file, sha256, bytes } of truthOf(read.data.files)) {
      checked += 1;
      const at = { file: `${TELEMETRY_FOLDER}/${file}`, period: read.data.day };
      if (!there.has(file)) issues.push({ code: "SENSE-020", severity: "error", at, expected: sha256 });
      else if (!(await hashes.holds(path.join(folder, file), sha256, bytes)))
        issues.push({ code: "SENSE-021", severity: "error", at, expected: sha256 });
    }
  }
  const holds = ({ file, sha256, bytes }: DayFile): Promise<boolean> =>
    hashes.holds(path.join(folder, file), sha256, bytes);
  const remade = await remadeRollups(store);
  for (const { day, files } of last.values()) {
    const again = remade.get(files.readings.sha256);
    if (again && (await holds(again.hours)) && (await holds(again.edges))) continue;
    for (const rollup of [files.hours, files.edges]) {
      checked += 1;
      const at = { file: `${TELEMETRY_FOLDER}/${rollup.file}`, period: day };
      if (!(await holds(rollup))) issues.push({ code: "SENSE-024", severity: "warning", at, expected: rollup.sha256 });
    }
  }
  const days = await store
    .pool()
    .query<{ day: string; revision: number; readings: string; conflicts: string; files: string }>(
      "select day::text, revision, readings, conflicts, files from candela.telemetry_day order by day",
    );
  const rows = new Map(days.rows.map((row) => [row.day, row]));
  for (const day of new Set([...rows.keys(), ...last.keys()])) {
    const row = rows.get(day);
    const shown = row && JSON.stringify([row.revision, Number(row.readings), Number(row.conflicts), parsed(row.files)]);
    const event = last.get(day);
    const told = event && JSON.stringify([event.revision, event.readings, event.conflicts, event.files]);
    if (shown !== undefined && told !== undefined && sameJson(shown, told)) continue;
    issues.push({
      code: "SENSE-022",
      severity: "error",
      at: { period: day },
      expected: event ? `revision ${event.revision}` : "–",
      actual: row ? `revision ${row.revision}` : "–",
    });
  }
  return { checked, issues };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const sorted = (_: string, value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const sameJson = (a: string, b: string): boolean =>
  JSON.stringify(JSON.parse(a), sorted) === JSON.stringify(JSON.parse(b), sorted);

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.map((name) => name.replaceAll("\\", "/"));
}
