import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * A process as a text that no other process will ever have: its id alone is given out again, so its start and the
 * machine's boot belong to it.
 */
export function ownIdentity(): string {
  return `${scope()}/${process.pid}/${startOf(process.pid)}`;
}

/** Whether the process that gave its identity still runs. One of another boot or of another container does not. */
export function isAlive(identity: string): boolean {
  const [boot, namespace, pid, start] = identity.split("/");
  if (`${boot}/${namespace}` !== scope()) return false;
  return startOf(Number(pid)) === start;
}

/** Whether a process id runs; a zombie, dead but not yet collected by its parent, does not. */
export function isRunning(pid: number): boolean {
  return startOf(pid) !== undefined;
}

function scope(): string {
  if (process.platform !== "linux") return "host/host";
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot}/${readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")}`;
}

function startOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return process.platform === "linux" ? startInProc(pid) : startFromPs(pid);
}

function startInProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name, in brackets, may hold spaces and brackets itself; state is field 3 and start time field 22.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

function startFromPs(pid: number): string | undefined {
  try {
    const [state, ...start] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    return !state || state.startsWith("Z") ? undefined : start.join("_");
  } catch {
    return undefined;
  }
}
