import { ensurePackages } from "./ensure-packages.mjs";

ensurePackages();
const { buildIfStale } = await import("./build.mjs");
const { buildWebIfStale } = await import("./build-web.mjs");
const bundle = await buildIfStale();
await buildWebIfStale();
process.argv = [process.argv[0], bundle, "start", ...process.argv.slice(2)];
await import(bundle);
