import { afterAll, beforeAll, expect, it } from "vitest";
import { axe, PASSWORD, type Site, startSite } from "./browser.ts";

let site: Site;
beforeAll(async () => {
  site = await startSite({ example: true });
});
afterAll(async () => {
  await site.close();
  expect(site.complaints).toEqual([]);
});

it("lets a guest of this machine read, makes the owner by the code, and asks for the password from then on", {
  timeout: 180_000,
}, async () => {
  const page = await site.open();
  await page.goto("/");
  await page.getByText("Nobody owns this store yet").waitFor();
  await site.setUpOwner(page);
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  expect(await page.getByText("Nobody owns this store yet").count()).toBe(0);

  const other = await site.open();
  await other.goto("/");
  await other.getByRole("heading", { name: "Sign in to Candela" }).waitFor();
  expect(await axe(other)).toEqual([]);
  await other.getByLabel("Email address").fill("olive@example.com");
  await other.getByLabel("Password").first().fill("not the password at all");
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.getByRole("alert").waitFor();
  await other.getByLabel("Password").first().fill(PASSWORD);
  await other.keyboard.press("Enter");
  await other.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await other.getByRole("button", { name: "Olive Wong" }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await other.getByRole("heading", { name: "Sign in to Candela" }).waitFor();
});
