import { openTelemetry, type Site, type Telemetry } from "../coordinate/index.ts";
import { ok, type Result } from "../ground/issue/index.ts";
import type { UnitTable } from "../ground/quantity/index.ts";
import { loadSite } from "./site-file.ts";
import { modelNow, type Workspace } from "./workspace.ts";

/** Readings of a workspace, and the site whose they are where a file of it was named. */
export interface SensedSite {
  readonly telemetry: Telemetry;
  readonly units: UnitTable;
  readonly site: Site | undefined;
}

/**
 * Opens the readings of a workspace.
 * @param siteFile its time zone gives the days; without one they are days of UTC
 * @issues those of `loadSite`; CONTENT-…
 */
export async function openSensedSite(workspace: Workspace, siteFile: string | undefined): Promise<Result<SensedSite>> {
  const model = await modelNow(workspace);
  if (!model.ok) return model;
  const loaded = siteFile === undefined ? undefined : await loadSite(siteFile);
  if (loaded && !loaded.ok) return loaded;
  const site = loaded?.value.site;
  const { store, actor, now, onProgress } = workspace;
  const telemetry = openTelemetry({
    store,
    actor,
    rights: model.value.rights,
    now,
    timeZone: site?.timeZone ?? "UTC",
    ...(onProgress ? { onProgress } : {}),
  });
  return ok({ telemetry, units: model.value.units, site });
}
