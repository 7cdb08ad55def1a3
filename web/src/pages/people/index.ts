import type { PageDefinition } from "../../frame/page-definition.ts";

export default {
  id: "people",
  path: "/administration",
  area: "administer",
  action: "person.read",
  icon: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17c0-3.3 2.7-5 6-5s6 1.7 6 5",
  load: () => import("./people.tsx"),
} satisfies PageDefinition;
