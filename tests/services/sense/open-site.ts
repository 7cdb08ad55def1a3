import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shippedPack } from "../../../src/app/package-folder.ts";
import { createModel } from "../../../src/app/model.ts";
import { MIGRATIONS } from "../../../src/app/workspace.ts";
import { openTelemetry, type SeriesDefinition, type Telemetry } from "../../../src/coordinate/index.ts";
import { LOCAL_OWNER } from "../../../src/ground/actor/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { openStore, type Store } from "../../../src/ground/store/index.ts";

/** A store of its own with its telemetry, and a clock that the test sets. */
export interface TestSite {
  readonly folder: string;
  readonly store: Store;
  readonly telemetry: Telemetry;
  now: Date;
  close(): Promise<void>;
}

export async function openTestSite(timeZone = "Asia/Shanghai"): Promise<TestSite> {
  const folder = mkdtempSync(join(tmpdir(), "candela-sense-"));
  const store = expectOk(await openStore({ folder, migrations: MIGRATIONS }));
  const { rights } = expectOk(createModel([await shippedPack()]));
  const site: TestSite = {
    folder,
    store,
    now: new Date("2026-03-10T00:00:00Z"),
    telemetry: openTelemetry({ store, actor: LOCAL_OWNER, rights, now: () => site.now, timeZone }),
    async close() {
      await site.telemetry.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return site;
}

/** A series of minutes unless said otherwise. */
export function seriesOf(id: string, more: Partial<SeriesDefinition> = {}): SeriesDefinition {
  const everyMs = more.everyMs ?? 60_000;
  return { id, kind: "power", unit: "kW", everyMs, holdMs: 5 * everyMs, rollover: undefined, ...more };
}
