import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { axe, cutTexts, settled, type Site, startSite } from "./browser.ts";

/** An address of every page, as the example has it. */
const PAGES = [
  "/",
  "/data",
  "/data?record=1%231",
  "/data/import",
  "/data/batches",
  "/data/completeness",
  "/indicators",
  "/indicators/ghg.scope1",
  "/indicators/ghg.scope1-2/lineage?period=2025",
  "/checks",
  "/standards",
  "/report",
  "/coordination",
  "/coordination/sites/lingang-aidc",
  "/administration",
  "/administration/boundary",
  "/administration/system",
  "/administration/audit",
];
const LOOKS = [
  ["en", "light"],
  ["zh-Hant", "dark"],
  ["zh-Hans", "light"],
] as const;
const WIDTHS_PX = [360, 768, 1280, 2560];
const MOST_SCRIPT_BYTES = 300_000;

type StorageState = NonNullable<BrowserContextOptions["storageState"]>;

let site: Site;
let storageState: StorageState;

beforeAll(async () => {
  site = await startSite({ example: true });
  const page = await site.open();
  await site.setUpOwner(page);
  // The sign-in alone: the language is each window's own.
  storageState = { cookies: (await page.context().storageState()).cookies, origins: [] };
  await page.context().close();
});
afterAll(async () => {
  await site.close();
  expect(site.complaints).toEqual([]);
});

it.each(PAGES)(
  "%s keeps WCAG 2.2 AA and cuts no text off, in every language, and loads no more script than it may",
  { timeout: 180_000 },
  async (address) => {
    for (const [language, colorScheme] of LOOKS) {
      const page = await site.open({ language, colorScheme, storageState });
      let scriptBytes = 0;
      page.on("requestfinished", (request) => {
        if (request.resourceType() === "script")
          void request.sizes().then(({ responseBodySize }) => (scriptBytes += responseBodySize));
      });
      await page.goto(address);
      await settled(page);
      expect(await page.locator("html").getAttribute("lang")).toBe(language);
      expect([language, colorScheme, await axe(page)]).toEqual([language, colorScheme, []]);
      for (const width of WIDTHS_PX) {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        expect([language, width, await cutTexts(page)]).toEqual([language, width, []]);
      }
      if (language === "en") console.log(`${address}: ${Math.round(scriptBytes / 1000)} kB of script, compressed`);
      expect(scriptBytes).toBeGreaterThan(10_000);
      expect(scriptBytes).toBeLessThan(MOST_SCRIPT_BYTES);
      await page.context().close();
    }
  },
);
