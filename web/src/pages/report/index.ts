import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "report",
  path: "/report",
  area: "disclose",
  action: "report.read",
  icon: "M5 3h7l4 4v10H5zM12 3v4h4M8 11h5M8 14h5",
  load: () => import("./report.tsx"),
} satisfies PageDefinition;
