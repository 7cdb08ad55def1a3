import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "checks",
  path: "/checks",
  area: "measure",
  action: "finding.read",
  icon: "M4 10.5 8 14.5 16 5.5",
  load: () => import("./checks.tsx"),
} satisfies PageDefinition;
