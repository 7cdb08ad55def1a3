import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Packages that the lock file wants and the installed tree does not have in that version; optional ones of other platforms aside. */
export function missingPackages(folder = root) {
  const installedFile = join(folder, "node_modules/.package-lock.json");
  const wanted = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  const installed = existsSync(installedFile) ? JSON.parse(readFileSync(installedFile, "utf8")).packages : {};
  return Object.entries(wanted)
    .filter(
      ([path, entry]) => path !== "" && !entry.optional && !entry.link && installed[path]?.version !== entry.version,
    )
    .map(([path]) => path);
}

/** Installs the npm packages when some are missing, and says so. */
export function ensurePackages() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Candela needs Node 20.19 or later; this is ${process.versions.node}.`);
    process.exit(3);
  }
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.log(`Installing ${missing.length} npm packages that are missing (npm ci); this takes a minute …`);
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: "inherit" });
}
