import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIGRATIONS } from "../../../src/app/workspace.ts";
import { openTelemetry, telemetryVerifier, type Reading, type Resampled } from "../../../src/coordinate/index.ts";
import { LOCAL_OWNER } from "../../../src/ground/actor/index.ts";
import { expectOk, type Result } from "../../../src/ground/issue/index.ts";
import { createModel } from "../../../src/app/model.ts";
import { shippedPack } from "../../../src/app/package-folder.ts";
import { backup, openStore, restore } from "../../../src/ground/store/index.ts";
import { openTestSite, seriesOf, type TestSite } from "./open-site.ts";

const ms = (text: string): number => Date.parse(text);
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.issues.map((issue) => issue.code));
const DAYS = ["2026-03-01", "2026-03-02", "2026-03-03"] as const;
const [FROM, TO] = [ms("2026-03-01T00:00Z"), ms("2026-03-04T02:00Z")];
const KINDS = ["power", "energy-counter", "energy-interval", "state"] as const;

let site: TestSite;
beforeAll(async () => {
  site = await openTestSite("Asia/Kolkata");
  for (const kind of KINDS)
    expectOk(
      await site.telemetry.register([
        seriesOf(`r.${kind}`, { kind, unit: kind === "state" ? "ratio" : kind.startsWith("energy") ? "kWh" : "kW" }),
      ]),
    );
  const readings = KINDS.flatMap((kind) =>
    Array.from(
      { length: 3 * 480 },
      (_, i): Reading => ({
        series: `r.${kind}`,
        atMs: FROM + i * 180_000 + (i % 5) * 7_001,
        value: kind === "energy-counter" ? i * 1.3 : 50 + ((i * 37) % 19),
        quality: i % 50 === 7 ? "estimated" : "measured",
      }),
    ),
  );
  expectOk(await site.telemetry.put("test", readings));
});
afterAll(() => site.close());

/** All that the product says of the readings, by a process of its own that has seen no file before. */
async function answers(): Promise<Record<string, readonly Resampled[]>> {
  const { rights } = expectOk(createModel([await shippedPack()]));
  const telemetry = openTelemetry({
    store: site.store,
    actor: LOCAL_OWNER,
    rights,
    now: () => site.now,
    timeZone: "Asia/Shanghai",
  });
  const said: Record<string, readonly Resampled[]> = {};
  for (const kind of KINDS)
    for (const step of ["hour", "day"] as const)
      said[`${kind} ${step}`] = expectOk(await telemetry.range(`r.${kind}`, FROM, TO, step));
  await telemetry.close();
  return said;
}

const folder = (): string => join(site.folder, "telemetry", "2026");
const fileOf = (day: string, part: string, revision = 1): string => {
  const name = readdirSync(folder()).find((one) => one.startsWith(`${day}.r${revision}.${part}-`));
  if (name === undefined) throw new Error(`no ${part} of ${day}`);
  return join(folder(), name);
};

let truth: Record<string, readonly Resampled[]>;

describe("roll-ups", () => {
  it("say what the minutes say", async () => {
    const waiting = await answers();
    expect(expectOk(await site.telemetry.seal(site.now.getTime()))).toHaveLength(3);
    truth = await answers();
    for (const [name, values] of Object.entries(truth))
      for (const [index, { value, ...rest }] of values.entries()) {
        const { value: before, ...others } = waiting[name]![index]!;
        expect(rest, name).toEqual(others);
        if (value === undefined) expect(before).toBeUndefined();
        else expect(value / before!, name).toBeCloseTo(1, 12);
      }
  });

  it.each([
    [
      "all of them gone",
      () => {
        for (const name of readdirSync(folder())) if (/hours|edges/.test(name)) rmSync(join(folder(), name));
      },
    ],
    [
      "one bit turned",
      () => {
        const bytes = readFileSync(fileOf(DAYS[1], "hours"));
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(fileOf(DAYS[1], "hours"), bytes);
      },
    ],
    ["cut off", () => writeFileSync(fileOf(DAYS[0], "edges"), readFileSync(fileOf(DAYS[0], "edges")).subarray(0, 200))],
    ["those of another day under their name", () => copyFileSync(fileOf(DAYS[2], "hours"), fileOf(DAYS[1], "hours"))],
  ])("with %s change no answer, are told by the verifier, and stand again afterwards", async (_, damage) => {
    damage();
    const { issues } = await telemetryVerifier(site.store);
    expect(new Set(issues.map(({ code, severity }) => `${code} ${severity}`))).toEqual(new Set(["SENSE-024 warning"]));
    expect(await answers()).toEqual(truth);
    expect((await telemetryVerifier(site.store)).issues).toEqual([]);
    expect(await answers()).toEqual(truth);
  });

  it("that were made again and are lost once more are made again once more", async () => {
    for (const name of readdirSync(folder())) if (/hours|edges/.test(name)) rmSync(join(folder(), name));
    await site.store.pool().query("delete from candela.telemetry_rollup");
    expect(await answers()).toEqual(truth);
    await site.store.pool().query("update candela.telemetry_rollup set files = replace(files, 'hours-', 'hours-0')");
    expect(await answers()).toEqual(truth);
  });

  it("left behind by an earlier revision count for nothing", async () => {
    expectOk(
      await site.telemetry.put("late", [{ series: "r.power", atMs: FROM + 1, value: 9_000, quality: "measured" }]),
    );
    const waiting = await answers();
    expect(waiting["power hour"]![0]!.value).toBeGreaterThan(truth["power hour"]![0]!.value!);
    expectOk(await site.telemetry.seal(site.now.getTime()));
    const sealed = await answers();
    expect(sealed["power hour"]![0]!.value).toBeCloseTo(waiting["power hour"]![0]!.value!, 9);
    copyFileSync(fileOf(DAYS[0], "hours", 1), fileOf(DAYS[0], "hours", 2));
    copyFileSync(fileOf(DAYS[0], "edges", 1), fileOf(DAYS[0], "edges", 2));
    expect(await answers()).toEqual(sealed);
    truth = sealed;
  });

  it("that are damaged keep no backup from being restored, with the same answers", async () => {
    writeFileSync(fileOf(DAYS[1], "hours"), "nothing");
    const { file } = expectOk(await backup(site.store, `${site.folder}-backup/`));
    const home = `${site.folder}-restored`;
    expectOk(await restore(file, { folder: home, migrations: MIGRATIONS, verifiers: [telemetryVerifier] }));
    const store = expectOk(await openStore({ folder: home, migrations: MIGRATIONS }));
    const before = site.store;
    Object.assign(site, { store });
    expect(await answers()).toEqual(truth);
    Object.assign(site, { store: before });
    await store.close();
    for (const path of [home, `${site.folder}-backup`]) rmSync(path, { recursive: true, force: true });
    expect(await answers()).toEqual(truth);
  });

  it("cannot be made from readings that are damaged: then there is no answer, and it is said why", async () => {
    const { rights } = expectOk(createModel([await shippedPack()]));
    const options = { store: site.store, actor: LOCAL_OWNER, rights, now: () => site.now, timeZone: "UTC" };
    const readings = readFileSync(fileOf(DAYS[1], "readings"));
    const changed = Buffer.from(readings);
    changed[40]! ^= 1;
    writeFileSync(fileOf(DAYS[1], "readings"), changed);
    // Roll-ups hold what was sealed: hours are still known, quarters of an hour are not.
    const telemetry = openTelemetry(options);
    expect(expectOk(await telemetry.range("r.power", FROM, TO, "hour"))).toEqual(truth["power hour"]);
    expect(codes(await telemetry.range("r.power", FROM, TO, "15min"))).toEqual(["SENSE-021"]);
    rmSync(fileOf(DAYS[1], "hours"));
    expect(codes(await telemetry.range("r.power", FROM, TO, "hour"))).toEqual(["SENSE-021"]);
    const late = { series: "r.power", atMs: ms("2026-03-02T00:00:01Z"), value: 1, quality: "measured" as const };
    expectOk(await telemetry.put("late", [late]));
    expect(codes(await telemetry.seal(site.now.getTime()))).toEqual(["SENSE-021"]);
    const list = await telemetry.list();
    expect(list.find(({ id }) => id === "r.power")?.waiting).toBe(1);
    writeFileSync(fileOf(DAYS[1], "readings"), readings);
    expect(expectOk(await telemetry.seal(site.now.getTime()))).toMatchObject([{ day: DAYS[1], revision: 2 }]);
    await telemetry.close();
  });
});
