import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { SYSTEM_PACKAGES } from "../../scripts/suites.mjs";

/** A daemon that a test started and that the test ends. */
export interface Daemon {
  readonly process: ChildProcess;
  /** What it has printed so far, both streams. */
  said(): string;
  /** Ends it and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface DaemonUser {
  readonly uid: number;
  readonly gid: number;
}

/** Fails with what to install where a Debian package is missing. */
export function requirePackages(...names: readonly string[]): void {
  const missing = names.filter((name) => !existsSync(SYSTEM_PACKAGES[name] ?? ""));
  if (missing.length > 0) throw new Error(`missing: apt-get install ${missing.join(" ")}, or run npm test -- --system`);
}

/** Starts a program in the foreground as a child of ours, so that we know whom to end. */
export function startDaemon(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; user?: DaemonUser; cwd?: string } = {},
): Daemon {
  const { env, user, cwd = "/" } = options;
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd,
    env: { ...process.env, ...env },
    ...user,
  });
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", (error) => {
    text += error.message;
  });
  const ended = once(child, "exit").catch(() => {});
  return {
    process: child,
    said: () => text,
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const last = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(last);
    },
  };
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Tries until something is so; the daemons that must live meanwhile are watched. */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  daemons: readonly Daemon[] = [],
  seconds = 30,
): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    if (await isSo()) return;
    const dead = daemons.find(({ process: child }) => child.exitCode !== null || child.signalCode !== null);
    if (dead) throw new Error(`${what}: ${dead.process.spawnfile} ended: ${dead.said()}`);
    if (Date.now() > end)
      throw new Error(`${what}: not within ${seconds} s; ${daemons.map((one) => one.said()).join("\n")}`);
    await pause(50);
  }
}

/** Whether a TCP port takes connections. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
