import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "indicator",
  path: "/indicators/$indicator",
  below: "indicators",
  action: "value.read",
  load: () => import("./indicator.tsx"),
} satisfies PageDefinition;
