import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "indicators",
  path: "/indicators",
  area: "measure",
  action: "value.read",
  icon: "M3 17V3M3 17h14M6.5 13.5 10 9l3 2.5L17 5",
  load: () => import("./indicators.tsx"),
} satisfies PageDefinition;
