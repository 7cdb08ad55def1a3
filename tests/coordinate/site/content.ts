import { readFileSync } from "node:fs";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { unitTableForTests } from "../../../src/ground/quantity/unit-table-for-tests.ts";
import { createSiteContent, readSite, type Site } from "../../../src/coordinate/site/index.ts";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

/** The shipped table, curves and climates. */
export const content = expectOk(
  createSiteContent(
    {
      components: read("content/sites/components.yaml"),
      curves: read("content/sites/curves.yaml"),
      climates: read("content/sites/climates.yaml"),
    },
    unitTableForTests(),
  ),
);

export const lingangText = read("examples/lingang-aidc/site.yaml");

export function lingang(): Site {
  return expectOk(readSite(lingangText, "site.yaml", content)).site;
}
