import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "coordinated-site",
  path: "/coordination/sites/$site",
  below: "coordination",
  action: "coordination.read",
  load: () => import("./coordinated-site.tsx"),
} satisfies PageDefinition;
