import type { SiteSource } from "../coordinate/index.ts";
import { sensePull } from "./sense-pull.ts";
import type { SensedSite } from "./sense-site.ts";
import type { Workspace } from "./workspace.ts";
import { isStoreAway } from "./store-away.ts";

const DAY_MS = 86_400_000;
/** Readings of a day that come later than this make a second revision of it. */
const SEAL_AFTER_MS = 3_600_000;

/**
 * Pulls every source of a site again and again, and seals the days that are over, until told to end. What fails is told
 * when it begins to fail, and again when it is well; it keeps nothing else out.
 */
export async function feedReadings(
  workspace: Workspace,
  sensed: SensedSite,
  everyS: number,
  onEvent: (what: string, body: object) => void,
  signal: AbortSignal,
): Promise<void> {
  const failing = new Map<string, string>();
  const tell = (what: string, problem: string): void => {
    if ((failing.get(what) ?? "") === problem) return;
    failing.set(what, problem);
    onEvent(problem === "" ? "source.well" : "source.failed", { source: what, problem });
  };
  const pull = async ({ id }: SiteSource): Promise<void> => {
    const waitMs = Math.min(10_000, everyS * 1000);
    const pulled = await sensePull(workspace, sensed, { source: id, waitMs, secrets: process.env });
    const issues = pulled.ok ? pulled.value.issues.filter(({ severity }) => severity === "error") : pulled.issues;
    tell(id, issues.map(({ code, actual }) => `${code} ${actual ?? ""}`.trim()).join("; "));
  };
  const guarded = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (problem) {
      if (!isStoreAway(problem)) throw problem;
      tell(what, "store");
    }
  };
  let sealedTo = 0;
  while (!signal.aborted) {
    const begun = performance.now();
    const sources = sensed.site?.sources ?? [];
    await Promise.all(sources.map((source) => guarded(source.id, () => pull(source))));
    const today = Math.floor((workspace.now().getTime() - SEAL_AFTER_MS) / DAY_MS) * DAY_MS;
    if (today !== sealedTo)
      await guarded("seal", async () => {
        const sealed = await sensed.telemetry.seal(today);
        if (sealed.ok) sealedTo = today;
        tell("seal", sealed.ok ? "" : sealed.issues.map(({ code }) => code).join("; "));
      });
    const leftMs = everyS * 1000 - (performance.now() - begun);
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(0, leftMs));
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
  }
}
