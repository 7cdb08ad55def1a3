import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";
import { type Page, proseOf, readPages, root } from "./pages.ts";

interface Link {
  readonly page: string;
  readonly target: string;
}

/** Links and pictures of a page, without those in blocks and in code. */
function linksOf(page: Page): Link[] {
  const prose = proseOf(page).replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ page: page.path, target: target ?? "" }));
}

/** The anchors of a page: its headings, as they are shown on the web. */
function anchorsOf(text: string): Set<string> {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  return new Set(
    [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      (heading ?? "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

/** Links within the repository that lead nowhere. */
function broken(links: readonly Link[]): Link[] {
  return links.filter(({ page, target }) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), path));
    const absolute = join(root, file);
    if (file.startsWith("..") || !existsSync(absolute)) return true;
    if (anchor === undefined) return false;
    return statSync(absolute).isDirectory() || !anchorsOf(readFileSync(absolute, "utf8")).has(anchor);
  });
}

/** Pages that no other page leads to. */
function unreached(pages: readonly Page[], links: readonly Link[]): string[] {
  const reached = new Set(links.map(({ page, target }) => normalize(join(dirname(page), target.split("#")[0] ?? ""))));
  return pages.map(({ path }) => path).filter((path) => path !== "README.md" && !reached.has(path));
}

it("follows every link within the repository", () => {
  const pages = readPages();
  const links = pages.flatMap(linksOf);
  console.log(`links: ${links.length} on ${pages.length} pages looked at`);
  expect(links.length).toBeGreaterThan(60);
  expect(broken(links)).toEqual([]);
});

it("keeps pictures small", () => {
  const pictures = new Set(
    readPages().flatMap((page) =>
      linksOf(page)
        .filter(({ target }) => target.endsWith(".png"))
        .map(({ target }) => normalize(join(dirname(page.path), target))),
    ),
  );
  console.log(`pictures: ${pictures.size} looked at`);
  expect(pictures.size).toBeGreaterThan(1);
  for (const picture of pictures) expect(statSync(join(root, picture)).size, picture).toBeLessThan(300_000);
});

it("leads to every page", () => {
  const pages = readPages();
  expect(unreached(pages, pages.flatMap(linksOf))).toEqual([]);
});

it("catches seeded links that lead nowhere", () => {
  const text =
    "[a](nowhere.md) [b](#nothing) [c](../../etc/passwd) ![d](pictures/none.png) [e](#seeded) `[f](x)`\n\n# Seeded\n";
  const links = linksOf({ path: "docs/seeded.md", text });
  expect(links).toHaveLength(5);
  expect(broken(links.filter(({ target }) => !target.startsWith("#"))).map(({ target }) => target)).toEqual([
    "nowhere.md",
    "../../etc/passwd",
    "pictures/none.png",
  ]);
  expect(anchorsOf(text)).toEqual(new Set(["seeded"]));
  expect(unreached([{ path: "docs/lonely.md", text: "" }], links)).toEqual(["docs/lonely.md"]);
});
