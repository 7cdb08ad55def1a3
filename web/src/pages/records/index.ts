import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "data",
  path: "/data",
  area: "measure",
  action: "record.read",
  icon: "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12",
  load: () => import("./records.tsx"),
} satisfies PageDefinition;
