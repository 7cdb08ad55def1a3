import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const SAMPLE_MS = 250;

async function readOr(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

/** The process id of the server of a data folder; undefined when none runs. */
async function postmaster(data: string): Promise<number | undefined> {
  const elsewhere = (await readOr(join(data, "postgres-elsewhere"))).trim();
  const file = join(elsewhere || join(data, "postgres"), "cluster/postmaster.pid");
  return Number((await readOr(file)).split("\n")[0]) || undefined;
}

/** What a server and its children take at one moment. */
interface Sample {
  /** MiB; each shared page counted once (PSS). */
  readonly mb: number;
  /** Seconds of processor time by process, since its beginning. */
  readonly cpuSeconds: ReadonlyMap<number, number>;
}

/** Clock ticks per second, in which Linux counts processor time. */
const TICKS = 100;

async function sample(server: number): Promise<Sample> {
  let kb = 0;
  const cpuSeconds = new Map<number, number>();
  for (const entry of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const fields = (await readOr(`/proc/${entry}/stat`)).split(") ").at(-1)?.split(" ") ?? [];
    const process = Number(entry);
    if (process !== server && Number(fields[1]) !== server) continue;
    cpuSeconds.set(process, (Number(fields[11]) + Number(fields[12])) / TICKS);
    kb += Number(/^Pss:\s+(\d+)/m.exec(await readOr(`/proc/${entry}/smaps_rollup`))?.[1] ?? 0);
  }
  return { mb: kb / 1024, cpuSeconds };
}

/** What the database server took while it was watched; undefined where the system does not tell. */
export interface Watched {
  readonly peakMb: number;
  readonly cpuSeconds: number;
}

/** Watches the database server of a data folder until it is stopped. */
export function watchServer(data: string): { stop(): Promise<Watched | undefined> } {
  let peakMb = 0;
  const seen = new Map<number, number>();
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const server = await postmaster(data);
      if (server !== undefined) {
        const { mb, cpuSeconds } = await sample(server);
        peakMb = Math.max(peakMb, mb);
        for (const [process, seconds] of cpuSeconds) seen.set(process, seconds);
      }
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      if (peakMb === 0) return undefined;
      return { peakMb, cpuSeconds: [...seen.values()].reduce((sum, seconds) => sum + seconds, 0) };
    },
  };
}
