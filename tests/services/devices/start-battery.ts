import { fileURLToPath } from "node:url";
import { type Program, startProgram } from "../store/program.ts";
import type { BatteryOptions, Fault } from "./sunspec-battery.ts";

/** The test battery in a process of its own. */
export interface RunningBattery {
  readonly port: number;
  readonly program: Program;
  fault(fault: Fault): Promise<void>;
  load(loadKw: number): Promise<void>;
  /** Lets the device's clock go on by this, s. */
  pass(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startBattery(options: Partial<BatteryOptions> = {}): Promise<RunningBattery> {
  const file = fileURLToPath(new URL("battery-program.ts", import.meta.url));
  const content = fileURLToPath(new URL("../../../content/devices/sunspec", import.meta.url));
  const program = await startProgram(file, [content, JSON.stringify(options)]);
  const port = Number((await program.heard("port ")).split(" ")[1]);
  const tell = async (line: string): Promise<void> => {
    program.tell(line);
    await program.heard(`done ${line}`);
  };
  return {
    port,
    program,
    fault: (fault) => tell(`fault ${fault}`),
    load: (loadKw) => tell(`load ${loadKw}`),
    pass: (seconds) => tell(`pass ${seconds}`),
    async stop() {
      await program.finish();
    },
  };
}
