import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { buildWebIfStale } from "../../scripts/build-web.mjs";
import { SYSTEM_PACKAGES } from "../../scripts/suites.mjs";
import { listen } from "../../src/app/http/server.ts";
import { readSettings } from "../../src/app/http/settings.ts";
import type { ProviderSettings } from "../../src/app/identity/provider.ts";
import { loadExample } from "../../src/app/load-example.ts";
import { openWorkspace } from "../../src/app/workspace.ts";
import { expectOk } from "../../src/ground/issue/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export const PASSWORD = "four unrelated words here";

/** A real server over a real store, and a real browser before it. */
export interface Site {
  readonly url: string;
  /** The store's. */
  readonly folder: string;
  /** What the browser complained about: errors of pages and what the policy refused. */
  readonly complaints: string[];
  /** A person's own browser window; `language` as it is chosen on the page. */
  open(options?: BrowserContextOptions & { readonly language?: string }): Promise<Page>;
  /** Makes the first owner; the window of this page is signed in then. */
  setUpOwner(page: Page): Promise<void>;
  /** Makes an account as the owner whose window it is, and opens the person's own window by the link they got. */
  invite(owner: Page, name: string, roles: readonly string[]): Promise<Page>;
  close(): Promise<void>;
}

/** Fonts of the packages that the report uses: a machine may have none for Chinese. */
function fontSettings(folder: string): string {
  const fonts = ["noto-sans-tc/400Regular", "noto-sans-tc/600SemiBold", "noto-sans-sc/400Regular"];
  const folders = fonts.map((name) => `<dir>${path.join(root, "node_modules/@expo-google-fonts", name)}</dir>`);
  const file = path.join(folder, "fonts.conf");
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>${folders.join("")}<cachedir>${folder}/fonts</cachedir></fontconfig>`,
  );
  return file;
}

/** Starts the product with the example, or with an empty store, and a browser. */
export async function startSite(options: {
  readonly example: boolean;
  readonly provider?: ProviderSettings | undefined;
}): Promise<Site> {
  await buildWebIfStale();
  const folder = mkdtempSync(path.join(tmpdir(), "candela-web-"));
  mkdirSync(path.join(folder, "profile"));
  const workspace = expectOk(await openWorkspace({ folder: path.join(folder, "data") }));
  if (options.example) expectOk(await loadExample(workspace, "sensetime-2025", () => {}));
  const { provider } = options;
  const settings = { ...expectOk(readSettings({ host: "127.0.0.1", port: 0 })), ...(provider ? { provider } : {}) };
  const served = expectOk(await listen(workspace, settings, { logLevel: "silent" }));
  const browser: Browser = await chromium.launch({
    executablePath: SYSTEM_PACKAGES.chromium ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
    env: { ...process.env, FONTCONFIG_FILE: fontSettings(folder) } as Record<string, string>,
  });
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  const site: Site = {
    url: served.url,
    folder: path.join(folder, "data"),
    complaints,
    async open({ language = "en", ...how } = {}) {
      const context = await browser.newContext({ baseURL: served.url, ...how });
      contexts.push(context);
      const chosen = `localStorage.getItem("candela.language") ?? localStorage.setItem("candela.language", "${language}")`;
      await context.addInitScript({ content: chosen });
      const page = await context.newPage();
      page.setDefaultTimeout(40_000);
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // A refusal of the server that a test provokes is told by the browser as well.
        if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
          complaints.push(message.text());
      });
      return page;
    },
    async setUpOwner(page) {
      await page.goto(served.setUpUrl ?? "/set-up");
      await page.getByLabel("Name").fill("Olive Wong");
      await page.getByLabel("Email address").fill("olive@example.com");
      await page.getByLabel("New password").first().fill(PASSWORD);
      await page.getByRole("button", { name: "Set up" }).click();
      await page.getByRole("button", { name: "Olive Wong" }).waitFor();
    },
    async invite(owner, name, roles) {
      const session = (await (await owner.request.get("/api/v1/session")).json()) as { csrfToken: string };
      const made = await owner.request.post("/api/v1/people", {
        headers: { "x-csrf-token": session.csrfToken },
        data: { name, email: `${name.toLowerCase()}@example.com`, grants: roles.map((role) => ({ role })) },
      });
      const { invitation } = (await made.json()) as { invitation: { link: string } };
      const page = await site.open();
      await page.goto(invitation.link);
      await page.getByLabel("New password").first().fill(PASSWORD);
      await page.getByRole("button", { name: "Set" }).click();
      await page.getByRole("button", { name }).waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await served.stop();
      await workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return site;
}

/** Waits until a page has what it asked the server for. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
}

/** What axe finds against WCAG 2.2 AA on a page as it stands. */
export async function axe(page: Page): Promise<string[]> {
  // The policy of our pages lets no script in; the test's own world is not bound by it.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: readFileSync(AXE, "utf8") });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((found) => JSON.stringify(found.violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 160) + " " + failureSummary.replace(/\\s+/g, " ").slice(0, 200)).join(" || "))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(String(result.value)) as string[];
}

/** Elements whose text is cut off, and pages that are wider than their window. Runs in the page. */
const CUT_TEXTS = `(() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth + 1)
    found.push("the page is " + document.documentElement.scrollWidth + " px wide in a window of " + innerWidth);
  for (const element of document.querySelectorAll("body *")) {
    const cuts = /hidden|clip/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1;
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const seen = element.getClientRects().length > 0 && element.clientWidth > 1;
    if (cuts && hasText && seen) found.push(element.tagName + "." + element.className + ": " + element.textContent.slice(0, 60));
  }
  return found;
})()`;

export const cutTexts = (page: Page): Promise<string[]> => page.evaluate<string[]>(CUT_TEXTS);
