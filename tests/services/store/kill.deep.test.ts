import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { killRounds } from "./kill-rounds.ts";
import { startProgram } from "./program.ts";
import { discardAll, homeOf, kill, scratch, serverProcesses } from "./scratch.ts";

afterAll(discardAll);

it.each([1, 2])("keeps every acknowledged write through 50 kills (seed %i)", (seed) => killRounds(50, seed), 600_000);

it("opens after a first start that was killed at any moment", async () => {
  for (let afterMs = 0; afterMs < 1500; afterMs += 50) {
    const folder = path.join(scratch(), "data");
    const first = await startProgram("worker", [folder, "first"]);
    await pause(afterMs);
    first.process.kill("SIGKILL");
    // Every third time with the server, as in a power cut.
    if (afterMs % 150 === 0) for (const { pid } of await serverProcesses(homeOf(folder))) kill(pid);
    await first.finish();
    const second = await startProgram("worker", [folder, "second"]);
    await second.heard("open");
    second.tell("append 1");
    expect(await second.heard("ack")).toBe("ack second 1 1");
    expect(await second.finish()).toBe(0);
    expect(await serverProcesses(homeOf(folder))).toEqual([]);
  }
}, 600_000);

it("starts the server again when its socket was removed under it", async () => {
  const folder = path.join(scratch(), "data");
  const first = await startProgram("worker", [folder, "first"]);
  await first.heard("open");
  first.tell("append 1");
  await first.heard("ack");
  rmSync(path.join(homeOf(folder), "run/.s.PGSQL.5432"));
  const second = await startProgram("worker", [folder, "second"]);
  await second.heard("open");
  for (const program of [first, second]) {
    program.tell("append 1");
    await program.heard("ack");
  }
  expect(await first.finish()).toBe(0);
  expect(await second.finish()).toBe(0);
});
