import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "settings",
  path: "/administration/boundary",
  below: "people",
  action: "boundary.read",
  load: () => import("./settings.tsx"),
} satisfies PageDefinition;
