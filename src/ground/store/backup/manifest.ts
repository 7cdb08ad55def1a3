import { z } from "zod";
import { fail, ok, type Result } from "../../issue/index.ts";
import { errorText } from "../store-failure.ts";

/** Name of the first, empty entry: what this is. */
export const FORMAT = "candela-backup-1";
export const MANIFEST_PART = "manifest.json";
/** Last entry: the manifest's hash. */
export const SEAL_PART = "manifest.sha256";

/** Folders of the data folder that belong to a backup; all else there can be made again. */
export const FOLDERS = ["evidence", "content", "telemetry"] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const partName = z.string().regex(/^(tables|files)\/[a-z0-9_.]{1,80}$/);

/**
 * A path inside the data folder that a restore may write: below one of our folders, and every step of it a plain name.
 * Absolute paths, `..`, empty steps, backslashes and control characters are refused here, before anything is written.
 */
export function isAllowedPath(text: string): boolean {
  const steps = text.split("/");
  return (
    steps.length >= 2 &&
    FOLDERS.some((folder) => folder === steps[0]) &&
    steps.every((step) => step !== "" && step !== "." && step !== ".." && !/[\\\p{Cc}]/u.test(step)) &&
    Buffer.byteLength(text) <= 1024
  );
}

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  made: z.string(),
  server: z.string(),
  /** Ids of the schema's migrations at the time. */
  migrations: z.array(z.string()).min(1),
  /** The journal's head; none where the schema had no journal yet. */
  head: z.string().optional(),
  tables: z.array(
    z.strictObject({
      name: identifier,
      columns: z.array(identifier).min(1),
      rows: z.number().int().min(0),
      part: partName,
      size: z.number(),
      sha256,
    }),
  ),
  sequences: z.array(z.strictObject({ name: identifier, last: z.string().regex(/^-?\d{1,19}$/), called: z.boolean() })),
  files: z.array(z.strictObject({ path: z.string(), part: partName, size: z.number(), sha256 })),
});

/** What a backup holds. */
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads a manifest.
 * @issues STORE-020 (not a manifest), STORE-024 (a path or name that may not be)
 */
export function readManifest(text: string, file: string): Result<Manifest> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return fail({ code: "STORE-020", severity: "error", at: { file }, actual: errorText(error) });
  }
  const checked = manifestSchema.safeParse(parsed);
  if (!checked.success) {
    const first = checked.error.issues[0];
    return fail({
      code: "STORE-020",
      severity: "error",
      at: { file },
      actual: `${MANIFEST_PART}: ${first?.path.join(".")} ${first?.message}`,
    });
  }
  const manifest = checked.data;
  const paths = manifest.files.map((entry) => entry.path);
  const names = manifest.tables.map((entry) => entry.name);
  const wrong = [...paths.filter((one) => !isAllowedPath(one)), ...repeated(paths), ...repeated(names)];
  if (wrong.length > 0)
    return fail(...wrong.map((actual) => ({ code: "STORE-024", severity: "error" as const, at: { file }, actual })));
  return ok(manifest);
}

function repeated(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text) => seen.size === seen.add(text).size);
}
