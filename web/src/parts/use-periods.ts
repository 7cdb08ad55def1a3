import { useRead } from "../api/client.ts";
import { useMay } from "../frame/session.tsx";

/** The periods that were reported, the latest first. */
export function usePeriods(): readonly string[] {
  const may = useMay();
  return useRead("readOverview", {}, { enabled: may("overview.read") }).data?.periods ?? [];
}
