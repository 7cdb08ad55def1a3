import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "simulation",
  path: "/coordination/simulations/$simulation",
  below: "coordination",
  action: "coordination.read",
  load: () => import("./simulation.tsx"),
} satisfies PageDefinition;
