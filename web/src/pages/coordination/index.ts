import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "coordination",
  path: "/coordination",
  area: "coordinate",
  action: "coordination.read",
  icon: "M11 2 4 11h5l-1 7 8-10h-5z",
  load: () => import("./coordination.tsx"),
} satisfies PageDefinition;
