import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { senseImport } from "../../../src/app/sense-import.ts";
import { openSensedSite } from "../../../src/app/sense-site.ts";
import { MIGRATIONS, openWorkspace, VERIFIERS } from "../../../src/app/workspace.ts";
import { telemetryVerifier } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { backup, restore } from "../../../src/ground/store/index.ts";

const folder = mkdtempSync(join(tmpdir(), "candela-backup-sense-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [FROM, MINUTES] = [Date.UTC(2026, 1, 1), 5 * 1440];
const fileOf = (name: string, add: number): string => {
  const rows = Array.from(
    { length: MINUTES },
    (_, i) => `${new Date(FROM + i * 60_000).toISOString()},${add + (i % 97)}`,
  );
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, `instant,kW\n${rows.join("\n")}\n`);
  return file;
};

/** What a store says of its series, hour by hour; a series that it does not know says nothing. */
async function answers(home: string): Promise<Record<string, unknown>> {
  const workspace = expectOk(await openWorkspace({ folder: home }));
  const { telemetry } = expectOk(await openSensedSite(workspace, undefined));
  const said: Record<string, unknown> = {};
  for (const { id } of await telemetry.list())
    said[id] = expectOk(await telemetry.range(id, FROM, FROM + MINUTES * 60_000, "hour"));
  expect((await telemetryVerifier(workspace.store)).issues).toEqual([]);
  await telemetry.close();
  await workspace.close();
  return said;
}

describe("a backup that is made while readings are imported and days are sealed", () => {
  it("holds each import whole or not at all, and answers as the store did", async () => {
    const home = join(folder, "data");
    const workspace = expectOk(await openWorkspace({ folder: home }));
    const sensed = expectOk(await openSensedSite(workspace, undefined));
    const options = { kind: "power", unit: "kW", everyMs: 60_000 } as const;
    const names = ["a", "b", "c", "d"];
    const files = names.map((name, index) => fileOf(name, 100 * index));
    expectOk(await senseImport(workspace, sensed, files[0]!, { series: "a", ...options }));
    let working = true;
    const work = (async () => {
      for (const [index, name] of names.slice(1).entries()) {
        expectOk(await senseImport(workspace, sensed, files[index + 1]!, { series: name, ...options }));
        expectOk(await sensed.telemetry.seal(Date.now()));
      }
      working = false;
    })();
    const backups: string[] = [];
    while (working && backups.length < 6)
      backups.push(expectOk(await backup(workspace.store, join(folder, `${backups.length}.tar`))).file);
    await work;
    expect(backups.length).toBeGreaterThan(1);
    await sensed.telemetry.close();
    await workspace.close();
    const truth = await answers(home);
    expect(Object.keys(truth)).toEqual(names);
    const known = new Set<number>();
    for (const [index, file] of backups.entries()) {
      const again = join(folder, `restored-${index}`);
      expectOk(await restore(file, { folder: again, migrations: MIGRATIONS, verifiers: VERIFIERS }));
      const said = await answers(again);
      known.add(Object.keys(said).length);
      for (const [id, values] of Object.entries(said)) {
        const hours = values as readonly { quality: string }[];
        // A series is made known before its readings are acknowledged: then nothing of it is there.
        if (hours.every(({ quality }) => quality === "missing")) continue;
        expect(values, `${id} in backup ${index}`).toEqual(truth[id]);
      }
    }
    expect(Math.min(...known)).toBeLessThan(names.length);
  }, 120_000);
});
