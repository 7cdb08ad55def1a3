import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Clone, Outcome } from "./clone.ts";

/** Commands that run until they are stopped. */
export function isServing(command: string): boolean {
  return command === "npm start" || /^(candela|npx --no-install candela) start\b/.test(command);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}

/** What `npm start` runs, when nothing has to be installed: an install would reach through the clone's link. */
function withoutInstall(clone: Clone): string {
  const script =
    "import('./scripts/ensure-packages.mjs').then(({ missingPackages }) => console.log(missingPackages().join(' ')))";
  const asked = spawnSync(process.execPath, ["-e", script], { cwd: clone.folder, encoding: "utf8" });
  if (asked.status !== 0 || asked.stdout.trim() !== "")
    throw new Error(`not installed: ${asked.stdout}${asked.stderr}`);
  return "node scripts/start.mjs";
}

/** Starts a server as a page says, reads its first page, and stops it as a person does. */
export async function serve(clone: Clone, command: string): Promise<Outcome> {
  const port = await freePort();
  const child = spawn("/bin/sh", ["-c", `exec ${command === "npm start" ? withoutInstall(clone) : command}`], {
    cwd: clone.folder,
    env: clone.environment({ PORT: String(port) }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, errors] = ["", ""];
  const ended = once(child, "close") as Promise<[number | null]>;
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      out += part;
      if (out.includes("http://")) resolve();
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => (errors += part));
    void ended.then(() => resolve());
  });
  await ready;
  let answered = "";
  if (child.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { "accept-language": "en" } });
    answered = response.ok ? "" : `the page answered ${response.status}`;
    child.kill("SIGINT");
  }
  const [code] = await ended;
  const printed = out.replaceAll(`:${port}`, ":4180").split("\n").slice(0, -1);
  return { exit: code ?? 1, printed: answered ? [...printed, answered] : printed, errors };
}
