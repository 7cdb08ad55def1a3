import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cleanUp, start } from "../cli/candela.ts";
import { planOf, siteText } from "../services/act/site-for-tests.ts";
import { type RunningBattery, startBattery } from "../services/devices/start-battery.ts";
import { axe, cutTexts, settled, type Site, startSite } from "./browser.ts";

/** An operator simulates a day and reads why; approves the plan of a site of real devices, sees it act, and stops it. */

let site: Site;
let battery: RunningBattery;
let owner: Page;

beforeAll(async () => {
  [site, battery] = await Promise.all([
    startSite({ example: true }),
    startBattery({ powerKw: 500, energyKwh: 20, storedKwh: 8, loadKw: 800, pvKw: 0 }),
  ]);
  const sites = path.join(site.folder, "sites");
  mkdirSync(sites);
  writeFileSync(path.join(sites, "test.yaml"), siteText({ batteryPort: battery.port, revertS: 10 }));
  owner = await site.open();
  await site.setUpOwner(owner);
}, 120_000);

afterAll(async () => {
  await cleanUp();
  await battery.stop();
  await site.close();
});

it("simulates a day, shows it on one axis of time, and says why the plan did what it did", {
  timeout: 180_000,
}, async () => {
  const operator = await site.invite(owner, "Ines", ["operator"]);
  await operator.goto("/coordination");
  await settled(operator);
  await operator.getByLabel("Site", { exact: true }).selectOption("lingang-aidc");
  await operator.getByLabel("First day").fill("2025-04-01");
  await operator.getByLabel("Day after the last").fill("2025-04-02");
  await operator.getByLabel("Plan anew every").selectOption("240");
  await operator.getByRole("checkbox", { name: "jobs" }).uncheck();
  await operator.getByRole("checkbox", { name: "cooling" }).uncheck();
  await operator.getByLabel("The battery is this much of its size").fill("150");
  await operator.getByRole("button", { name: "Simulate" }).click();
  await operator.getByRole("status").waitFor();
  // What is under way outlives a reload of the page.
  await operator.reload();
  await operator.getByRole("link", { name: "The simulation is done; open it" }).click({ timeout: 150_000 });
  await operator.getByRole("heading", { name: /until/ }).waitFor();
  await operator.getByText("150 %").waitFor();
  const rows = await operator.getByRole("region", { name: "Savings" }).getByRole("row").allInnerTexts();
  expect(rows.map((row) => row.split("\t")[0])).toEqual(["Levers", "doing nothing", "battery", "UPS", "battery + UPS"]);
  const together = rows.at(-1)?.split("\t") ?? [];
  expect(Number(together[2]?.split(" ")[0])).toBeGreaterThan(1);
  const reasons = await operator.getByRole("region", { name: "What the plan does" }).getByRole("row").allInnerTexts();
  expect(reasons.join("\n")).toMatch(/MWh/);
  await operator.getByText("Show as a table").click();
  expect(await operator.getByRole("region", { name: "Two days as they went" }).getByRole("row").count()).toBe(25);
  // The slider reads the chart by the keyboard alone.
  const slider = operator.getByRole("slider", { name: "Time" });
  await slider.focus();
  const before = await operator.locator("output").innerText();
  await operator.keyboard.press("ArrowRight");
  expect(await operator.locator("output").innerText()).not.toBe(before);
  const address = operator.url();
  for (const language of ["zh-Hant", "zh-Hans"] as const) {
    const page = await site.open({ language, colorScheme: "dark" });
    await page.context().addCookies(await operator.context().cookies());
    await page.goto(address);
    await settled(page);
    await page.getByRole("slider").waitFor();
    expect([language, await axe(page)]).toEqual([language, []]);
    await page.setViewportSize({ width: 360, height: 900 });
    expect([language, await cutTexts(page)]).toEqual([language, []]);
    await page.context().close();
  }
  expect(await axe(operator)).toEqual([]);
});

it("approves the plan of a site of real devices, sees it act, stops it and releases it", {
  timeout: 120_000,
}, async () => {
  const plan = path.join(site.folder, "plan.json");
  writeFileSync(plan, JSON.stringify(planOf({ batteryKw: 90 })));
  const file = path.join(site.folder, "sites/test.yaml");
  const candela = start(["run", "--site", file, "--mode", "propose", "--plan", plan, "--data", site.folder]);
  const page = await site.invite(owner, "Omar", ["operator"]);
  await candela.heard(/made=(plan-[0-9a-f]{12})/);
  await page.goto("/coordination");
  await page.getByRole("link", { name: "Site of the tests" }).click();
  await page.getByText("waits for approval").waitFor();
  await page.getByRole("button", { name: "Approve the plan" }).click();
  await page.getByText("approved", { exact: true }).waitFor();
  const storage = page.getByRole("table", { name: "Devices" }).getByRole("row", { name: /^storage/ });
  await storage.getByText("90.0 kW").first().waitFor();
  const stop = page.getByRole("button", { name: "Stop everything" });
  expect(await stop.isDisabled()).toBe(true);
  await page.getByLabel("Why it is stopped").fill("smoke in the battery room");
  await stop.click();
  await page.getByText("The controller has taken the safe state.").waitFor();
  await page.getByText("The site is stopped").waitFor();
  await storage.getByText("0.0 kW").first().waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByLabel("Why it may run again").fill("it was a cigarette");
  await page.getByRole("button", { name: "Release" }).click();
  await page.getByText("stopped by a person").waitFor();
  await storage.getByText("90.0 kW").first().waitFor();
  candela.process.kill("SIGTERM");
  await candela.ended;
});

it("lets an assurer read and change nothing", async () => {
  const page = await site.invite(owner, "Asha", ["assurer"]);
  await page.goto("/coordination/sites/test-site");
  await page.getByRole("heading", { name: "Plan", exact: true }).waitFor();
  expect(await page.getByRole("button", { name: /Stop everything|Release|Approve/ }).count()).toBe(0);
  await page.goto("/coordination");
  await page.getByText("Your role does not begin simulations").waitFor();
});
