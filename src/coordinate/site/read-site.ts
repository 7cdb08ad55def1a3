import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { buildSite } from "./build-site.ts";
import { checkMeters } from "./check-meters.ts";
import { checkSeries } from "./check-series.ts";
import { checkSite } from "./check-site.ts";
import type { SiteContent } from "./component-table.ts";
import { readComponents } from "./read-components.ts";
import type { Site } from "./site.ts";

/**
 * Reads a site file: components and units by the table of attributes, then what must fit together.
 * @returns the site with its warnings; units as in `site.ts`
 * @issues  those of `readComponents` and `checkSite`, all of them with line and path
 */
export function readSite(
  text: string,
  file: string,
  content: SiteContent,
): Result<{ readonly site: Site; readonly warnings: readonly Issue[] }> {
  const read = readComponents(text, file, content);
  if (read.root === undefined) return fail(...read.issues);
  const issues = [
    ...read.issues,
    ...checkSite(read.root),
    ...checkSeries(read.root, content.units),
    ...checkMeters(read.root),
  ];
  if (issues.some(({ severity }) => severity === "error")) return fail(...inOrder(issues));
  return ok({ site: buildSite(read.root), warnings: issues });
}

/** Issues from the top of the file to its end. */
function inOrder(issues: readonly Issue[]): Issue[] {
  return [...issues].sort((a, b) => (a.at.line ?? 0) - (b.at.line ?? 0));
}
