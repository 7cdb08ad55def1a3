import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "completeness",
  path: "/data/completeness",
  below: "data",
  action: "record.read",
  load: () => import("./completeness.tsx"),
} satisfies PageDefinition;
