import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "batches",
  path: "/data/batches",
  below: "data",
  action: "batch.read",
  load: () => import("./batches.tsx"),
} satisfies PageDefinition;
