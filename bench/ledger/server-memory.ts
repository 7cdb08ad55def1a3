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

/** Memory of a server and its children, MiB: each shared page counted once (PSS). Undefined where the system does not tell. */
async function serverMb(server: number): Promise<number | undefined> {
  let kb = 0;
  for (const entry of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = /\) \S (\d+)/.exec(await readOr(`/proc/${entry}/stat`))?.[1];
    if (Number(entry) !== server && Number(parent) !== server) continue;
    kb += Number(/^Pss:\s+(\d+)/m.exec(await readOr(`/proc/${entry}/smaps_rollup`))?.[1] ?? 0);
  }
  return kb > 0 ? kb / 1024 : undefined;
}

/** Watches the database server of a data folder until it is stopped; gives the most memory that was seen, MiB. */
export function watchServer(data: string): { stop(): Promise<number | undefined> } {
  let peak: number | undefined;
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const server = await postmaster(data);
      const mb = server === undefined ? undefined : await serverMb(server);
      if (mb !== undefined) peak = Math.max(peak ?? 0, mb);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return peak;
    },
  };
}
