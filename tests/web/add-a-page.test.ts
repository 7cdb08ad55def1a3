import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const guide = readFileSync(join(root, "docs/guides/add-a-page.md"), "utf8");
mkdirSync(join(root, "dist"), { recursive: true });
const folder = mkdtempSync(join(root, "dist/add-a-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Blocks of the guide by what stands behind their language: a file, or `line`. */
const blocks = new Map(
  [...guide.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = "", text = ""]) => [name, text]),
);

const run = (command: string, ...args: string[]) =>
  spawnSync(join(root, "node_modules/.bin", command), args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production" },
  });

it("takes one folder and one line, and is built with its texts", { timeout: 180_000 }, () => {
  const files = [...blocks.keys()].filter((name) => name !== "line");
  expect(files.map((name) => dirname(name))).toEqual(Array.from({ length: 3 }, () => "web/src/pages/sites"));
  cpSync(join(root, "web"), join(folder, "web"), { recursive: true });
  cpSync(join(root, "tsconfig.json"), join(folder, "tsconfig.json"));
  symlinkSync(join(root, "src"), join(folder, "src"));
  for (const name of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), blocks.get(name) ?? "");
  }
  const list = join(folder, "web/src/pages/index.ts");
  const before = readFileSync(list, "utf8");
  const after = before.replace('  "checks",\n', `  "checks",\n${blocks.get("line") ?? ""}`);
  expect(after.split("\n").length).toBe(before.split("\n").length + 1);
  writeFileSync(list, after);

  expect(run("tsc", "-p", "web").stdout).toBe("");
  const built = run("vite", "build", "web", "--logLevel", "error");
  expect([built.status, built.stderr]).toEqual([0, ""]);
  const assets = readdirSync(join(folder, "dist/web/assets"));
  const text = (start: string): string =>
    assets
      .filter((name) => name.startsWith(start) && name.endsWith(".js"))
      .map((name) => readFileSync(join(folder, "dist/web/assets", name), "utf8"))
      .join("");
  expect(text("sites-")).toContain("listSites");
  for (const [language, words] of [
    ["en", "List of sites"],
    ["zh-Hant", "站點清單"],
    ["zh-Hans", "站点列表"],
  ] as const)
    expect(text(`${language}-`)).toContain(words);
});
