import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "standards",
  path: "/standards",
  area: "disclose",
  action: "standard.read",
  icon: "M10 3v14M4 7h12M4 7l-2 5h4zM16 7l-2 5h4z",
  load: () => import("./standards.tsx"),
} satisfies PageDefinition;
