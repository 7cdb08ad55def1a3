import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "lineage",
  path: "/indicators/$indicator/lineage",
  below: "indicators",
  action: "lineage.read",
  load: () => import("./lineage.tsx"),
} satisfies PageDefinition;
