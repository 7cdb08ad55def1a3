import { createInterface } from "node:readline";
import { setImmediate as breathe } from "node:timers/promises";
import { append, journalMigrations } from "../../../../src/ground/journal/index.ts";
import { openStore } from "../../../../src/ground/store/index.ts";

/**
 * Opens the store of a folder and does what it is told: `append N`, `evidence TEXT`, `loop` (append until told `stop`),
 * `close`. It says `ack STREAM N POSITION` only after the commit, and leaves in order when its input ends.
 */
const [folder = "", stream = ""] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const opened = await openStore({
  folder,
  migrations: journalMigrations,
  onProgress: (text) => say(`progress ${text}`),
});
if (!opened.ok) {
  say(`issues ${JSON.stringify(opened.issues)}`);
  process.exit(1);
}
const store = opened.value;
say(`open ${store.server.kind} ${store.server.version} uid ${process.getuid?.()}`);

let next = 1;
let looping = false;

async function appendOne(): Promise<void> {
  const n = next;
  next += 1;
  try {
    const { position } = await store.transaction((tx) =>
      append(
        tx,
        { stream, actor: "worker", kind: "number.counted", body: { n, text: "數".repeat(200) } },
        () => new Date(),
      ),
    );
    say(`ack ${stream} ${n} ${position}`);
  } catch (error) {
    // Its commit may or may not have come through: not acknowledged, not claimed.
    say(`lost ${stream} ${n} ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function putEvidence(text: string): Promise<void> {
  try {
    const { sha256 } = await store.evidence.put(Buffer.from(text), { name: `${text}.txt`, mediaType: "text/plain" });
    say(`kept ${sha256}`);
  } catch (error) {
    say(`lost ${text} ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function loop(): Promise<void> {
  while (looping) {
    await appendOne();
    if (next % 10 === 0) await putEvidence(`${stream} ${next}`);
    await breathe();
  }
}

let working: Promise<void> = Promise.resolve();
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.split(" ");
  if (command === "append") for (let n = Number(rest[0]); n > 0; n -= 1) await appendOne();
  if (command === "evidence") await putEvidence(rest.join(" "));
  if (command === "loop") {
    looping = true;
    working = loop();
  }
  if (command === "stop") break;
}
looping = false;
await working;
await store.close();
say("closed");
