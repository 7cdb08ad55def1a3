import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { settled, type Site, startSite } from "./browser.ts";

let site: Site;
let mei: Page;
let ken: Page;

beforeAll(async () => {
  site = await startSite({ example: true });
  const owner = await site.open();
  await site.setUpOwner(owner);
  mei = await site.invite(owner, "Mei", ["preparer"]);
  ken = await site.invite(owner, "Ken", ["approver"]);
}, 180_000);
afterAll(async () => {
  await site.close();
  expect(site.complaints).toEqual([]);
});

const HEAD = "activity,site,period,amount,unit,basis";
const FAULTY = [
  HEAD,
  "electricity.purchased,lingang-aidc,2025-01,100,MWh,measured",
  "electricity.purchased,nowhere,2025-02,100,MWh,measured",
  "electricity.purchased,lingang-aidc,2025-03,plenty,MWh,measured",
  "electricity.purchased,lingang-aidc,2025-04,100,kg,measured",
].join("\n");
const MENDED = FAULTY.replace("nowhere", "lingang-aidc").replace("plenty", "100").replace("100,kg", "100,MWh");
const LINEAGE = "/indicators/energy.purchased-electricity/lineage?period=2025";

/** The value at the root of the lineage that a page shows. */
async function valueOf(page: Page, address: string): Promise<string> {
  await page.goto(address);
  await settled(page);
  return (await page.locator(".node-value").first().textContent()) ?? "";
}

/** Approves the batch that waits. */
async function approve(page: Page): Promise<void> {
  await page.goto("/data/batches");
  await page.getByRole("button", { name: "Approve", exact: true }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Approve", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

it("brings a table in: three faulty rows, mended, submitted, approved by another person, down to the file", {
  timeout: 240_000,
}, async () => {
  expect(await valueOf(ken, LINEAGE)).toBe("167,100.07 MWh");

  await mei.goto("/data/import");
  await mei.getByLabel("Or paste from a spreadsheet").fill(FAULTY);
  await mei.getByRole("button", { name: "Check it" }).click();
  await mei.getByText("Errors: 3").waitFor();
  for (const row of ["row 3", "row 4", "row 5"]) expect(await mei.getByText(row).count()).toBeGreaterThan(0);
  expect(await mei.getByRole("button", { name: "Submit for approval" }).count()).toBe(0);

  await mei.getByLabel("Or paste from a spreadsheet").fill(MENDED);
  await mei.getByRole("button", { name: "Check it" }).click();
  await mei.getByRole("button", { name: "Submit for approval" }).waitFor();
  await mei.reload();
  await mei.getByLabel("I have looked at the warnings").check();
  await mei.getByRole("button", { name: "Submit for approval" }).click();
  await mei.getByText("Submitted records: 4").waitFor();

  await mei.goto("/data/batches");
  await mei.getByText("for another person").waitFor();
  expect(await mei.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
  await approve(ken);

  expect(await valueOf(ken, LINEAGE)).toBe("167,500.07 MWh");
  await ken.getByRole("button", { name: "Records and evidence" }).first().click();
  const [document] = await Promise.all([
    ken.waitForEvent("download"),
    ken.getByRole("link", { name: "pasted.csv" }).first().click(),
  ]);
  expect(document.suggestedFilename()).toBe("pasted.csv");
});

it("corrects a record with a reason, and keeps the page as it was", { timeout: 240_000 }, async () => {
  const before = new Date().toISOString();
  await mei.goto("/data?activity=electricity.purchased&site=lingang-aidc&sort=period&order=asc");
  await settled(mei);
  await mei.getByRole("cell", { name: "Electricity purchased" }).first().getByRole("button").click();
  await mei.getByText("Figures that rest on it").waitFor();
  await mei.getByLabel("Right amount (MWh)").fill("90");
  await mei.getByLabel("Reason").fill("the meter was read twice");
  await mei.getByRole("button", { name: "Submit the correction" }).click();
  await mei.getByText("takes the place of records: 1").waitFor();
  await approve(ken);
  expect(await valueOf(ken, LINEAGE)).toBe("167,490.07 MWh");
  expect(await valueOf(ken, `${LINEAGE}&asAt=${encodeURIComponent(before)}`)).toBe("167,500.07 MWh");
  await ken.getByText("You see the figures as they stood").waitFor();
});

it("explains a finding and accepts it as another person", { timeout: 240_000 }, async () => {
  await mei.goto("/checks?severity=error");
  await settled(mei);
  const finding = mei.getByRole("article").first();
  await finding.getByRole("button", { name: "Explain" }).click();
  await finding.getByLabel("Reason").fill("the heading of the table names the wrong unit");
  await finding.getByRole("button", { name: "Explain" }).click();
  await finding.getByText("the heading of the table names the wrong unit").waitFor();
  await ken.goto("/checks?severity=error");
  await settled(ken);
  const same = ken.getByRole("article").first();
  await same.getByRole("button", { name: "Accept" }).click();
  await same.getByLabel("Reason").fill("it will be put right in the next edition");
  await same.getByRole("button", { name: "Accept" }).click();
  await same.getByText("accepted", { exact: true }).waitFor();
});

it("walks to a figure's records with the keyboard alone", { timeout: 120_000 }, async () => {
  await ken.goto("/");
  await settled(ken);
  await ken.keyboard.press("Tab");
  await ken.keyboard.press("Enter");
  expect(await ken.evaluate<string>("document.activeElement.id")).toBe("content");
  await ken.locator("a[href*='ghg.scope1/lineage']").first().focus();
  await ken.keyboard.press("Enter");
  await ken.locator(".node-value").first().waitFor();
  await ken.getByRole("button", { name: "Details" }).first().focus();
  await ken.keyboard.press("Enter");
  await ken.getByText("Formula").first().waitFor();
});
