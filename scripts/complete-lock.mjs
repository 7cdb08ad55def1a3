// Packages for other platforms that a registry did not show when the lock file was written are missing from it, and
// `npm ci` then refuses the file everywhere. This adds them: their versions are pinned by the packages that ask for them,
// and npm passes over them where they do not fit.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./ensure-packages.mjs";

const OS = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  openharmony: "openharmony",
  win32: "win32",
};
const CPU = {
  arm64: "arm64",
  x64: "x64",
  arm: "arm",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  ia32: "ia32",
};

/** `{ os, cpu, libc }` as the name of a platform package tells them; undefined when it tells none. */
export function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.map((word) => OS[word]).find(Boolean);
  const cpu = words.map((word) => CPU[word]).find(Boolean);
  if (!os || !cpu) return undefined;
  const libc =
    os !== "linux"
      ? undefined
      : words.some((word) => word.startsWith("musl"))
        ? "musl"
        : words.some((word) => word.startsWith("gnu"))
          ? "glibc"
          : undefined;
  return { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), optional: true, os: [os] };
}

/** Optional dependencies that the lock file names and does not hold, with the entry that each needs. */
export function missingEntries(lock) {
  const missing = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const held = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((place) => lock.packages[place]);
      const platform = platformOf(name);
      if (!held && platform && /^\d/.test(version))
        missing.push([`node_modules/${name}`, { version, ...platform, ...(entry.dev ? { dev: true } : {}) }]);
    }
  }
  return missing;
}

if (process.argv[1] === join(root, "scripts/complete-lock.mjs")) {
  const file = join(root, "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const missing = missingEntries(lock);
  for (const [path, entry] of missing) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
  console.log(`${missing.length} packages of other platforms added to the lock file`);
}
