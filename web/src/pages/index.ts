import type { PageDefinition } from "../frame/page-definition.ts";

/** The folder of every page, in the order of the navigation and of the tabs: one line each. */
const FOLDERS = [
  "overview",
  "records",
  "import",
  "batches",
  "completeness",
  "indicators",
  "indicator",
  "lineage",
  "checks",
  "standards",
  "report",
  "coordination",
  "coordinated-site",
  "simulation",
  "people",
  "settings",
  "system",
  "audit",
];

const found = import.meta.glob<PageDefinition>("./*/index.ts", { eager: true, import: "default" });

export const PAGES: readonly PageDefinition[] = FOLDERS.map((folder) => {
  const page = found[`./${folder}/index.ts`];
  if (!page) throw new Error(`there is no page in ${folder}`);
  return page;
});
