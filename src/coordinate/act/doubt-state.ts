import type { Issue } from "../../ground/issue/index.ts";
import type { EnvelopeLimits } from "./limits.ts";
import type { SiteState } from "./state.ts";
import { type DeviceTrust, type GridTrust, judge, judgeGrid, type TrustSettings } from "./trust.ts";

/** A state less what is doubted. */
export interface Doubted {
  readonly state: SiteState;
  readonly trust: ReadonlyMap<string, DeviceTrust>;
  readonly grid: GridTrust;
  /** Devices, and `jobs`, that no plan may count on now. */
  readonly without: ReadonlySet<string>;
  readonly issues: readonly Issue[];
}

/** Judges every reading: a doubted or silent device is left out of plans, and a frozen meter counts as silent. */
export function doubtState(
  state: SiteState,
  before: { readonly trust: ReadonlyMap<string, DeviceTrust>; readonly grid: GridTrust },
  limits: EnvelopeLimits,
  settings: TrustSettings,
): Doubted {
  const issues: Issue[] = [];
  const without = new Set<string>();
  const trust = new Map<string, DeviceTrust>();
  let batteriesKw = 0;
  let noticeableKw = 0;
  for (const [device, own] of limits.devices) {
    const seen = state.devices.get(device);
    const judged = judge(device, before.trust.get(device) ?? {}, seen ?? {}, own, state.at, settings);
    trust.set(device, judged);
    if (judged.reason) issues.push(judged.reason);
    if (judged.reason || !seen) without.add(device);
    if (own.kind !== "battery") continue;
    batteriesKw += seen?.powerKw?.value ?? 0;
    noticeableKw += Math.max(own.chargeKw, own.dischargeKw) * settings.powerTolerance * 2;
  }
  if (!state.jobs) without.add("jobs");
  const grid = judgeGrid(before.grid, state.gridKw, batteriesKw, noticeableKw);
  if (!grid.problem) return { state, trust, grid: grid.trust, without, issues };
  const { gridKw: _frozen, ...rest } = state;
  return { state: rest, trust, grid: grid.trust, without, issues: [...issues, grid.problem] };
}
