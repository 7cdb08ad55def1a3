import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "audit",
  path: "/administration/audit",
  below: "people",
  action: "journal.read",
  load: () => import("./audit.tsx"),
} satisfies PageDefinition;
