import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk, type Issue, LANGUAGES, ok } from "../ground/issue/index.ts";
import { append, type Json } from "../ground/journal/index.ts";
import { type HandOver, handOver } from "./hand-over.ts";
import { readTexts } from "./interface-texts.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";
import { type MadePlan, planFromFile } from "./plan-site.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";
import { pageName, writeHandOver } from "./write-hand-over.ts";

const FROM = Date.parse("2025-07-14T08:00+08:00");
const folder = mkdtempSync(join(tmpdir(), "candela-hand-over-"));
const example = (name: string): string => join(PACKAGE_FOLDER, "examples/lingang-aidc", name);
const written = join(folder, "<out>");

let workspace: Workspace;
let made: MadePlan;
let told: HandOver;

/** An event in the journal as `candela run` writes it. */
async function event(time: string, part: string, kind: string, body: object): Promise<void> {
  const at = new Date(`2025-07-14T${time}+08:00`);
  const stream = `site/lingang-aidc/${part}`;
  const row = { stream, actor: "local:run", kind, body: body as Json };
  await workspace.store.transaction((tx) => append(tx, row, () => at));
}

const state = (at: string): object => ({
  at: Date.parse(`2025-07-14T${at}+08:00`),
  gridKw: "17250.4",
  devices: { storage: { powerKw: 5000, storedKwh: 21_000 }, "ups-east": { mode: "eco", powerKw: "4650.5" } },
  jobs: 37,
});

async function round(time: string, decided: object, issues: readonly Issue[]): Promise<void> {
  await event(time, "orders", "orders.decided", {
    mode: "propose",
    plan: "plan-a",
    setPoints: [],
    jobs: [],
    ...decided,
  });
  const demand = { month: "2025-07", peakKw: "20600.5", marginKw: 10 };
  await event(time, "orders", "orders.answered", { taken: [], issues, state: state(time), demand } as object);
}

const refused: Issue = {
  ...{ code: "ACT-003", severity: "warning", at: { path: "storage" }, expected: "3600", actual: "0" },
  values: { device: "storage" },
};

beforeAll(async () => {
  workspace = expectOk(await openWorkspace({ folder: join(folder, "data") }));
  const charge = (powerKw: number) => ({
    setPoints: [{ kind: "power", device: "storage", powerKw, revertAfterS: 150 }],
  });
  await event("00:05", "control", "run.started", { mode: "propose" });
  await event("00:10", "plans", "plan.proposed", { id: "plan-a", plan: "{}" });
  await event("00:20", "decisions", "plan.approved", { plan: "plan-a" });
  await round("00:30", { ...charge(5000), without: [] }, []);
  await round("00:31", { ...charge(5000), without: ["ups-east"], jobs: [{ kind: "defer", job: "7", beginAt: 0 }] }, []);
  await round("00:32", { ...charge(-2000), without: [], refusals: [refused] }, [refused]);
  await round("00:33", { ...charge(-2000), without: ["storage"], refusals: [refused] }, [refused]);
  await event("07:00", "plans", "plan.proposed", { id: "plan-<b>", plan: "{}" });
  await event("07:30", "stop", "run.stopped", { reason: "smoke in <hall> west" });
  made = expectOk(
    await planFromFile({
      ...{ siteFile: example("site.yaml"), weatherFile: undefined, withFile: example("tomorrow.yaml") },
      ...{ from: "2025-07-14T08:00+08:00", hours: ok(24), live: false, now: FROM, workspace },
    }),
  );
  told = await handOver(made, workspace, 8, FROM);
  await writeHandOver(written, told, await readTexts("interface"));
}, 120_000);

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

it("tells from the journal what happened: changes, refusals, lost devices, decisions", () => {
  const last = told.last!;
  expect(last.rounds).toBe(4);
  expect(last.told.map(({ device, value }) => `${device} ${value}`)).toEqual(["storage 5000", "storage -2000"]);
  expect(told.troubles.map(({ issue, refused: no, times }) => [issue.code, no, times])).toEqual([["ACT-003", true, 2]]);
  expect(last.lost.map(({ device, to }) => [device, to === undefined])).toEqual([
    ["ups-east", false],
    ["storage", true],
  ]);
  expect(last.jobOrders).toEqual({ defer: 1 });
  expect(last.events.map(({ kind }) => kind)).toEqual([
    ...["run.started", "plan.proposed", "plan.approved", "plan.proposed", "run.stopped"],
  ]);
  expect(told.present).toMatchObject({ gridKw: 17250.4, monthPeakKw: 20600.5, jobs: 37 });
});

it("puts first what needs a person", () => {
  expect(told.duties.slice(0, 3)).toEqual([
    { what: "stopped", detail: "smoke in <hall> west" },
    { what: "lost", detail: "storage" },
    { what: "approve", detail: "plan-<b>" },
  ]);
  const kinds = new Set(told.duties.map(({ what }) => what));
  expect(kinds.has("offer")).toBe(true);
  expect(kinds.has("maintenance")).toBe(true);
});

it("says of an offer and two windows outside the plan that they are not counted", () => {
  expect(told.told.map(({ code }) => code)).toEqual(["PLAN-006", "PLAN-006", "PLAN-006"]);
  expect(made.plan.offers.map(({ offer }) => offer)).toEqual(["noon-14"]);
});

it.each(LANGUAGES)("is a page in %s that needs nothing else, in which no text is markup", (language) => {
  const page = readFileSync(join(written, pageName(language)), "utf8");
  expect(page).toContain(`<html lang="${language}">`);
  expect(page).not.toMatch(/<script|src=|@import|url\(/);
  expect(page).toContain("smoke in &lt;hall&gt; west");
  expect(page).not.toContain("<hall>");
  for (const { id } of made.jobs) expect(page).toContain(id);
  // Every element that is opened is closed.
  for (const tag of ["section", "table", "tr", "td", "th", "ul", "li", "svg", "div", "h2", "h3"])
    expect(page.match(new RegExp(`<${tag}[ >]`, "g"))?.length ?? 0, tag).toBe(page.split(`</${tag}>`).length - 1);
});

it("writes the plan as `candela run --plan` reads it, and all of it as JSON", () => {
  const plan = JSON.parse(readFileSync(join(written, "plan.json"), "utf8")) as { site: string };
  expect(plan.site).toBe("lingang-aidc");
  const json = JSON.parse(readFileSync(join(written, "hand-over.json"), "utf8")) as { duties: unknown[] };
  expect(json.duties).toEqual(JSON.parse(JSON.stringify(told.duties)));
});
