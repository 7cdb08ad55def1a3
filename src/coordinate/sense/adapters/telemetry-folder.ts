import { chown, mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Store } from "../../../ground/store/index.ts";
import { ColumnarEngine } from "../../../ground/store/mirror/index.ts";

/** The folder of a store's day files, and the engine that reads and writes there. */
export class TelemetryFolder {
  readonly path: string;
  readonly #home: string;
  readonly #memoryMb: number;
  #engine: Promise<ColumnarEngine> | undefined;

  constructor(store: Store, memoryMb: number) {
    this.#home = store.folder;
    this.path = path.join(store.folder, "telemetry");
    this.#memoryMb = memoryMb;
  }

  /** The engine, opened when it is first asked something. */
  engine(): Promise<ColumnarEngine> {
    return (this.#engine ??= this.make().then(() => ColumnarEngine.open(this.path, this.#memoryMb)));
  }

  async close(): Promise<void> {
    const engine = await this.#engine;
    this.#engine = undefined;
    engine?.close();
    if (engine) await rm(path.join(this.path, `spill-${process.pid}`), { recursive: true, force: true });
  }

  /** Makes it, or one below it. */
  async make(below = ""): Promise<void> {
    const folder = path.join(this.path, below);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.give(folder);
  }

  /** As root in a plain user's folder, what we make is that user's. */
  async give(file: string): Promise<void> {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = await stat(this.#home);
    if (uid !== 0) await chown(file, uid, gid);
  }
}
