import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { readPages, root } from "./pages.ts";

const REFERENCE = join(root, "docs/reference");
const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** What the generator says, and how it ends; what our environment holds is not to stand in the pages. */
function reference(...args: readonly string[]): { lines: string[]; status: number | null } {
  const run = spawnSync(process.execPath, [join(root, "scripts/reference.mjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, PORT: "9", CANDELA_DATA: "/elsewhere" },
  });
  return { lines: `${run.stdout}${run.stderr}`.trim().split("\n"), status: run.status };
}

it("holds a reference that is what code and content say", { timeout: 300_000 }, () => {
  const { lines, status } = reference("--check", REFERENCE);
  console.log(lines[0]);
  expect(lines[0]).toMatch(/^1\d pages of the reference looked at$/);
  expect(lines.slice(1)).toEqual([]);
  expect(status).toBe(0);
});

it("catches a seeded page that is stale, one that is missing and one that is left over", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "candela-reference-"));
  made.push(folder);
  expect(reference(folder).status).toBe(0);
  appendFileSync(join(folder, "units.md"), "one more line\n");
  rmSync(join(folder, "checks.md"));
  writeFileSync(join(folder, "widgets.md"), "# Widgets\n");
  const { lines, status } = reference("--check", folder);
  expect(lines.slice(1, 4)).toEqual(["stale: checks.md", "stale: units.md", "stale: widgets.md"]);
  expect(status).toBe(1);
});

/** Codes with texts that a page does not name. */
function unnamed(codes: readonly string[], page: string): string[] {
  return codes.filter((code) => !page.includes(`\`${code}\``));
}

it("names every issue code, in every language", () => {
  const folder = join(root, "content/locales/issues");
  const codes = readdirSync(folder).flatMap((name) =>
    Object.keys(parse(readFileSync(join(folder, name), "utf8")) as object),
  );
  console.log(`issue codes: ${codes.length} looked at in 3 pages`);
  expect(codes.length).toBeGreaterThan(200);
  for (const name of ["issues.md", "issues.zh-Hant.md", "issues.zh-Hans.md"])
    expect(unnamed(codes, readFileSync(join(REFERENCE, name), "utf8"))).toEqual([]);
  expect(unnamed(["SEED-001"], "| `SEED-002` | |")).toEqual(["SEED-001"]);
});

const READS = /process\.env(?:\.([A-Z_]+)|\["([A-Z_]+)"\])/g;

/** Environment variables that the sources read. */
function variablesRead(): Map<string, string> {
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => name.endsWith(".ts") && !/(\.test|-for-tests)\.ts$/.test(name));
  return new Map(
    sources.flatMap((name) =>
      [...readFileSync(join(root, "src", name), "utf8").matchAll(READS)].map(
        (match) => [match[1] ?? match[2] ?? "", name] as const,
      ),
    ),
  );
}

/** Variables that are read and not told, and those that are told and not read. */
function compared(read: ReadonlySet<string>, told: ReadonlySet<string>): string[] {
  return [
    ...[...read].filter((name) => !told.has(name)).map((name) => `${name} is read and not told`),
    ...[...told].filter((name) => !read.has(name)).map((name) => `${name} is told and not read`),
  ];
}

it("tells every environment variable that is read, and no other", () => {
  const page = readFileSync(join(REFERENCE, "environment.md"), "utf8");
  const told = new Set([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name ?? ""));
  const read = new Set(variablesRead().keys());
  console.log(`environment variables: ${read.size} read, ${told.size} told`);
  expect(read.size).toBeGreaterThan(3);
  expect(compared(read, told)).toEqual([]);
  expect(compared(new Set(["SEED_A"]), new Set(["SEED_B"]))).toEqual([
    "SEED_A is read and not told",
    "SEED_B is told and not read",
  ]);
});

it("names on other pages only variables of ours that there are", () => {
  const known = new Set([...variablesRead().keys(), "CANDELA_DEEP", "CANDELA_ACCEPT_GOLDEN"]);
  const named = readPages().flatMap(({ path, text }) =>
    [...text.matchAll(/\bCANDELA_[A-Z_]+\b/g)].map(([name]) => ({ path, name })),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
});
