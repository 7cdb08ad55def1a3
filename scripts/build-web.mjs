import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { youngest } from "./build.mjs";
import { root } from "./ensure-packages.mjs";

const OUTPUT = join(root, "dist/web");
const SOURCES = ["web", "src/ground/quantity", "src/ground/issue"].map((path) => join(root, path));

/** Beside each file of text its compressed forms, so that no request waits for them. */
function compress(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, name);
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  }
}

/** Builds the web application when its sources are younger than what was built. */
export async function buildWebIfStale() {
  const index = join(OUTPUT, "index.html");
  const sources = SOURCES.filter((path) => existsSync(path));
  if (existsSync(index) && statSync(index).mtimeMs > Math.max(0, ...sources.map(youngest))) return OUTPUT;
  const { build } = await import("vite");
  // Several processes may build at once: what is built takes its place whole.
  const draft = join(root, `dist/web-draft-${process.pid}`);
  // What is served is what people get, whoever builds it: a test's environment would build React for developers.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  await build({ configFile: join(root, "web/vite.config.ts"), build: { outDir: draft }, logLevel: "warn" });
  if (before === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = before;
  compress(draft);
  rmSync(OUTPUT, { recursive: true, force: true });
  try {
    renameSync(draft, OUTPUT);
  } catch (error) {
    // Another process was quicker, with the same files.
    if (!existsSync(index)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  return OUTPUT;
}

if (process.argv[1] === join(root, "scripts/build-web.mjs")) await buildWebIfStale();
