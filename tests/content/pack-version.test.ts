import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PACKAGE_FOLDER, shippedPack } from "../../src/app/package-folder.ts";
import { createPack } from "../../src/ground/content/index.ts";
import { expectOk } from "../../src/ground/issue/index.ts";

/**
 * A store refuses other bytes under a version that it has adopted (CONTENT-006), so content that changes needs a new version.
 * `content/versions.json` holds the hash of every version since 0.3.0, the latest last.
 */
const VERSIONS = Object.entries(
  JSON.parse(readFileSync(join(PACKAGE_FOLDER, "content/versions.json"), "utf8")) as Record<string, string>,
);

/** What is wrong with a pack beside the versions that are known; undefined when it is the latest of them. */
function wrongWith(pack: { version: string; hash: string }): string | undefined {
  const line = `"${pack.version}": "${pack.hash}"`;
  const known = new Map(VERSIONS).get(pack.version);
  if (known === undefined) return `add to content/versions.json: ${line}`;
  if (known !== pack.hash) return `content changed within ${pack.version}: raise the version in content/pack.yaml`;
  return VERSIONS.at(-1)?.[0] === pack.version ? undefined : `${pack.version} is not the latest version`;
}

it("ships the bytes that its version names, and no version twice", async () => {
  const pack = await shippedPack();
  console.log(`content versions: ${VERSIONS.length}, ${pack.files.size} files in ${pack.version}`);
  expect(pack.files.size).toBeGreaterThan(20);
  expect(wrongWith(pack)).toBeUndefined();
  expect(new Set(VERSIONS.map(([, hash]) => hash)).size).toBe(VERSIONS.length);
});

it("catches a factor that is changed and a version that is not recorded", async () => {
  const { id, version, files } = await shippedPack();
  const [path = "", text = ""] = [...files].find(([name]) => name.startsWith("factors/")) ?? [];
  const changed = new Map([...files, [path, `${text}# changed\n`]]);
  expect(wrongWith(expectOk(createPack(id, version, changed)))).toMatch(/^content changed within/);
  expect(wrongWith(expectOk(createPack(id, "99.0.0", changed)))).toMatch(/^add to content\/versions\.json: "99\.0\.0"/);
});
