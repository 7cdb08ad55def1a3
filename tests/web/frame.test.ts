import { afterAll, beforeAll, expect, it } from "vitest";
import { readProvider } from "../../src/app/identity/provider-settings.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import { type ProviderForTests, startProvider } from "../services/server/provider-for-tests.ts";
import { axe, PASSWORD, type Site, startSite } from "./browser.ts";

let site: Site;
let provider: ProviderForTests;
beforeAll(async () => {
  const redirectUris: string[] = [];
  provider = await startProvider(redirectUris);
  site = await startSite({ example: true, provider: expectOk(readProvider({ ...provider, name: "Example ID" })) });
  redirectUris.push(`${site.url}/sign-in/provider`);
});
afterAll(async () => {
  await site.close();
  await provider.stop();
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
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await other.getByRole("alert").waitFor();
  await other.getByLabel("Password").first().fill(PASSWORD);
  await other.keyboard.press("Enter");
  await other.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await other.getByRole("button", { name: "Olive Wong" }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await other.getByRole("heading", { name: "Sign in to Candela" }).waitFor();
});

it("signs an invited person in at a provider, shows the page they wanted, and says why not to anybody else", {
  timeout: 180_000,
}, async () => {
  const owner = await site.open();
  await owner.goto("/");
  await owner.getByLabel("Email address").fill("olive@example.com");
  await owner.getByLabel("Password").first().fill(PASSWORD);
  await owner.keyboard.press("Enter");
  await owner.getByRole("button", { name: "Olive Wong" }).waitFor();
  const { csrfToken } = (await (await owner.request.get("/api/v1/session")).json()) as { csrfToken: string };
  await owner.request.post("/api/v1/people", {
    headers: { "x-csrf-token": csrfToken },
    data: { name: "Mei Li", email: "mei@example.com", grants: [{ role: "preparer" }] },
  });
  provider.accounts.set("eve", { email: "eve@example.com", email_verified: true });
  provider.accounts.set("mei", { email: "mei@example.com", email_verified: true });

  const guest = await site.open();
  provider.who = "eve";
  await guest.goto("/indicators");
  await guest.getByRole("button", { name: "Sign in with Example ID" }).click();
  await guest.getByRole("alert").getByText("eve@example.com").waitFor();
  expect(await axe(guest)).toEqual([]);
  await guest.getByRole("button", { name: "Back to the sign-in page" }).click();

  const mei = await site.open();
  provider.who = "mei";
  await mei.goto("/indicators");
  await mei.getByRole("button", { name: "Sign in with Example ID" }).click();
  await mei.getByRole("button", { name: "Mei Li" }).waitFor();
  await mei.getByRole("heading", { level: 1, name: "Indicators" }).waitFor();
  expect(new URL(mei.url()).pathname + new URL(mei.url()).search).toBe("/indicators");
});
