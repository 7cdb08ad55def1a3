import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withFolderLock } from "./folder-lock.ts";
import { isAlive, ownIdentity } from "./process-identity.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "candela-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("lets one in at a time, however many come", async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await breathe();
    await breathe();
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 30 }, () => withFolderLock(folder, undefined, work)));
  expect(most).toBe(1);
  // One file stands for all that were.
  expect(readdirSync(path.join(folder, "lock"))).toEqual(["30"]);
});

it.each([
  ["a process of another boot", () => ownIdentity().replace(/^[0-9a-f]/, "x")],
  ["a process that is gone", () => ownIdentity().replace(/\/\d+\/\d+$/, "/4194303/1")],
  ["one that has our number but began at another time", () => ownIdentity().replace(/\d+$/, "1")],
  ["half a note, after a power cut", () => ""],
])("passes over %s", async (_, holder) => {
  mkdirSync(path.join(folder, "lock"));
  writeFileSync(path.join(folder, "lock/7"), holder());
  expect(await withFolderLock(folder, undefined, async () => readFileSync(path.join(folder, "lock/8"), "utf8"))).toBe(
    ownIdentity(),
  );
  expect(readdirSync(path.join(folder, "lock"))).toEqual(["8"]);
});

it("is given back when the work throws", async () => {
  await expect(withFolderLock(folder, undefined, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await withFolderLock(folder, undefined, async () => "in")).toBe("in");
});

it("knows that we ourselves are alive", () => {
  expect(isAlive(ownIdentity())).toBe(true);
});
