import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "system",
  path: "/administration/system",
  below: "people",
  action: "system.read",
  load: () => import("./system.tsx"),
} satisfies PageDefinition;
