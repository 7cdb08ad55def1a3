import { type Daemon, freePorts, listens, requirePackages, startDaemon, until } from "../daemon.ts";
import type { TestFolder } from "./site-for-tests.ts";

/** A mosquitto of our own on a free port. */
export async function startBroker(
  folder: TestFolder,
  onPort?: number,
): Promise<{ readonly port: number; readonly daemon: Daemon }> {
  requirePackages("mosquitto");
  const port = onPort ?? (await freePorts(1))[0] ?? 0;
  const file = folder.file("mosquitto.conf", `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const daemon = startDaemon("mosquitto", ["-c", file]);
  await until("mosquitto", () => listens(port), [daemon]);
  return { port, daemon };
}
