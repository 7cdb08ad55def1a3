import type { Operations } from "../../api/operations.ts";

export type OverviewData = Operations["readOverview"]["answer"];
