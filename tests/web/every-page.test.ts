import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BrowserContextOptions } from "playwright-core";
import { axe, cutTexts, settled, type Site, startSite } from "./browser.ts";

/** An address of every page, as the example has it. */
const PAGES = ["/"];
const LANGUAGES = ["en", "zh-Hant", "zh-Hans"];
const MOST_SCRIPT_BYTES = 300_000;

type StorageState = NonNullable<BrowserContextOptions["storageState"]>;

let site: Site;
let storageState: StorageState;

beforeAll(async () => {
  site = await startSite({ example: true });
  const page = await site.open();
  await site.setUpOwner(page);
  storageState = await page.context().storageState();
});
afterAll(async () => {
  await site.close();
  expect(site.complaints).toEqual([]);
});

describe.each(PAGES)("%s", { timeout: 180_000 }, (address) => {
  it.each(LANGUAGES)("keeps WCAG 2.2 AA in %s, light and dark", async (language) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await site.open({ language, colorScheme, storageState });
      await page.goto(address);
      await settled(page);
      expect([colorScheme, await axe(page)]).toEqual([colorScheme, []]);
      await page.context().close();
    }
  });

  it("cuts no text off in any language, from 360 px to 2560 px", async () => {
    for (const language of LANGUAGES) {
      const page = await site.open({ language, storageState });
      for (const width of [360, 768, 1280, 2560]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(address);
        await settled(page);
        expect([language, width, await cutTexts(page)]).toEqual([language, width, []]);
      }
      await page.context().close();
    }
  });

  it("loads no more script than it may", async () => {
    const page = await site.open({ storageState });
    let bytes = 0;
    page.on("requestfinished", (request) => {
      if (request.resourceType() !== "script") return;
      void request.sizes().then(({ responseBodySize }) => {
        bytes += responseBodySize;
      });
    });
    await page.goto(address);
    await settled(page);
    console.log(`${address}: ${Math.round(bytes / 1000)} kB of script, compressed`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES);
  });
});
