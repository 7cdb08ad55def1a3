import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensurePackages, root } from "./ensure-packages.mjs";

/** Pages that are missing, left over or other than what the code and the content say. */
function stalePages(folder, pages) {
  const there = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".md")) : [];
  const changed = [...pages].filter(
    ([name, text]) => !there.includes(name) || readFileSync(join(folder, name), "utf8") !== text,
  );
  return [...changed.map(([name]) => name), ...there.filter((name) => !pages.has(name))].sort();
}

ensurePackages();
const { referencePages } = await import("./reference/pages.mjs");
const check = process.argv.includes("--check");
const named = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const folder = named ? resolve(named) : join(root, "docs/reference");
const pages = await referencePages();
const stale = stalePages(folder, pages);
if (!check) {
  mkdirSync(folder, { recursive: true });
  for (const name of stale) {
    if (pages.has(name)) writeFileSync(join(folder, name), pages.get(name));
    else rmSync(join(folder, name));
  }
}
console.log(`${pages.size} pages of the reference looked at`);
for (const name of stale) console.log(`${check ? "stale" : "written"}: ${name}`);
if (check && stale.length > 0) {
  console.log("Run node scripts/reference.mjs.");
  process.exitCode = 1;
}
