import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, `out/measure-import-${process.pid}.mjs`);
const ROWS = 2_700_000;

beforeAll(async () => {
  await build({
    entryPoints: [join(root, "tests/import/measure-import.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    outfile: program,
  });
});

afterAll(() => rmSync(program, { force: true }));

/** A heap that the file would fill twice over, were it held: the process dies when memory grows with the rows. */
it.each(["by-site", "by-hour"])(
  "imports 200 MB in a heap of 96 MiB, rows %s",
  (order) => {
    const found = JSON.parse(
      execFileSync(process.execPath, ["--max-old-space-size=96", program, String(ROWS), order], {
        cwd: root,
        encoding: "utf8",
      }),
    );
    console.log(JSON.stringify(found));
    expect(found).toMatchObject({ rowsRead: ROWS, rowsPrepared: ROWS, rowsRejected: 0, accepted: true });
    expect(found.megabytes).toBeGreaterThanOrEqual(200);
    expect(found.reports).toBeGreaterThan(500);
  },
  300_000,
);

it("imports rows in no order in memory that grows with the rows, not with the file", () => {
  const rows = 1_000_003;
  const found = JSON.parse(
    execFileSync(process.execPath, ["--max-old-space-size=320", program, String(rows), "shuffled"], {
      cwd: root,
      encoding: "utf8",
    }),
  );
  console.log(JSON.stringify(found));
  expect(found).toMatchObject({ rowsRead: rows, rowsPrepared: rows, rowsRejected: 0, accepted: true });
}, 300_000);
