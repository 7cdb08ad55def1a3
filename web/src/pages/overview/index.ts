import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "overview",
  path: "/",
  area: "measure",
  action: "overview.read",
  icon: "M3 9.5 10 3l7 6.5V17h-5v-5H8v5H3z",
  load: () => import("./overview.tsx"),
} satisfies PageDefinition;
