import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "import",
  path: "/data/import",
  below: "data",
  action: "batch.submit",
  load: () => import("./import.tsx"),
} satisfies PageDefinition;
