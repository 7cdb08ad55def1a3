import { rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import type { DevicePort } from "../ports.ts";
import type { AllowedSetPoint } from "../order.ts";

/**
 * The watchdog is a process of its own for devices that have no revert timer. The controller leases each of them for a
 * time, line by line over a local socket, before it sends it anything; when a lease runs out, because the controller is
 * dead, hangs or has lost the machine's attention, the watchdog writes the safe value, again and again until it is taken.
 */
export interface WatchdogOptions {
  /** Path of the local socket. */
  readonly socket: string;
  /** Devices, and how each gets its safe value. */
  readonly devices: ReadonlyMap<string, () => Promise<Result<void>>>;
  /** A first lease for all of them: who watched before, if anybody, is gone. */
  readonly firstLeaseS: number;
  /** It ends by itself when every device is safe and nobody has leased one for this long. */
  readonly lingerS: number;
  readonly monotonicMs: () => number;
  readonly log: (what: string, body: object) => void;
}

interface Lease {
  readonly endsAt: number;
  readonly safe: boolean;
}

const TICK_MS = 200;
const AGAIN_MS = 1000;

/**
 * Runs the watchdog until it is not needed any more.
 * @throws when another one has the socket
 */
export async function runWatchdog(options: WatchdogOptions): Promise<void> {
  const { socket, devices, firstLeaseS, lingerS, monotonicMs, log } = options;
  const leases = new Map<string, Lease>();
  const begun = monotonicMs();
  for (const device of devices.keys()) leases.set(device, { endsAt: begun + firstLeaseS * 1000, safe: false });
  let lastLease = begun;
  const answer = (line: string): object => {
    const asked = parse(line);
    if (!devices.has(asked.lease ?? "") || asked.lease === undefined)
      return { unknown: asked.lease ?? line.slice(0, 80) };
    if (!((asked.seconds ?? 0) > 0)) return { unknown: line.slice(0, 80) };
    lastLease = monotonicMs();
    leases.set(asked.lease, { endsAt: lastLease + (asked.seconds ?? 0) * 1000, safe: false });
    return { leased: asked.lease };
  };
  if (await answers(socket)) throw new Error(`another watchdog is at ${socket}`);
  await rm(socket, { force: true });
  const open = new Set<Socket>();
  const server = createServer((peer) => {
    open.add(peer);
    peer.on("error", () => {});
    peer.on("close", () => open.delete(peer));
    createInterface({ input: peer }).on("line", (line) => peer.write(`${JSON.stringify(answer(line))}\n`));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  log("watchdog.started", { socket, devices: [...devices.keys()], firstLeaseS });
  const busy = new Map<string, number>();
  await new Promise<void>((resolve) => {
    const tick = setInterval(() => {
      const now = monotonicMs();
      for (const [device, lease] of leases) {
        if (lease.safe || now < lease.endsAt || (busy.get(device) ?? 0) > now) continue;
        // One attempt at a time; one that hangs is given up after a while.
        busy.set(device, now + 10_000);
        log("watchdog.lapsed", { device });
        void devices
          .get(device)?.()
          .then((written) => {
            busy.set(device, monotonicMs() + AGAIN_MS);
            log("watchdog.wrote", { device, ok: written.ok, issues: written.ok ? [] : written.issues });
            const leased = leases.get(device) !== lease;
            if (written.ok && !leased) leases.set(device, { ...lease, safe: true });
          });
      }
      const idle = [...leases.values()].every(({ safe }) => safe) && now - lastLease > lingerS * 1000;
      if (!idle) return;
      clearInterval(tick);
      for (const peer of open) peer.destroy();
      server.close(() => resolve());
    }, TICK_MS);
  });
  log("watchdog.ended", {});
}

function parse(line: string): { readonly lease?: string; readonly seconds?: number } {
  try {
    const { lease, seconds } = JSON.parse(line) as { lease?: unknown; seconds?: unknown };
    return {
      ...(typeof lease === "string" ? { lease } : {}),
      ...(typeof seconds === "number" ? { seconds } : {}),
    };
  } catch {
    return {};
  }
}

/** Whether a watchdog listens there. */
export function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const peer = connect(socket);
    peer.once("connect", () => {
      peer.destroy();
      resolve(true);
    });
    peer.once("error", () => resolve(false));
  });
}

const ANSWER_MS = 1000;

/** Leases a device from the watchdog; says why when that is not had. */
function lease(socket: string, device: string, seconds: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const peer = connect(socket);
    const end = (why: string | undefined): void => {
      clearTimeout(giveUp);
      peer.destroy();
      resolve(why);
    };
    const giveUp = setTimeout(() => end(`> ${ANSWER_MS} ms`), ANSWER_MS);
    peer.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    peer.once("connect", () => peer.write(`${JSON.stringify({ lease: device, seconds })}\n`));
    createInterface({ input: peer })
      .on("error", () => {})
      .once("line", (line) => end(line === JSON.stringify({ leased: device }) ? undefined : line));
  });
}

/**
 * A device that the watchdog brings back: it is leased before it is written, and not written when it cannot be leased;
 * the safe value is written in any case.
 * @issues ACT-026 (no watchdog), those of the port
 */
export function watchedDevice(
  port: DevicePort,
  device: string,
  socket: string,
  isSafe: (setPoint: AllowedSetPoint) => boolean,
): DevicePort {
  return {
    ...port,
    async write(setPoint) {
      const refused = await lease(socket, device, setPoint.revertAfterS);
      if (refused !== undefined && !isSafe(setPoint))
        return fail({
          code: "ACT-026",
          severity: "error",
          at: { path: device, file: socket },
          actual: refused,
          values: { device },
        });
      const written = await port.write(setPoint);
      return written.ok ? ok(undefined) : written;
    },
  };
}
