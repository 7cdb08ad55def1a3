import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { buildSite } from "./build-site.ts";
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
  const components = readComponents(text, file, content);
  if (!components.ok) return components;
  const issues = checkSite(components.value);
  if (issues.some(({ severity }) => severity === "error")) return fail(...issues);
  return ok({ site: buildSite(components.value), warnings: issues });
}
