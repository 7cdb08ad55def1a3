import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import modbus from "modbus-serial";
import {
  encodeModel,
  type SunspecModel,
  type SunspecModels,
  type SunspecValue,
} from "../../../src/coordinate/index.ts";
import { decodeModel } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";

/** What is behind the device: a battery and a PV inverter at one connection point with a load. */
export interface BatteryOptions {
  readonly powerKw: number;
  readonly energyKwh: number;
  /** kWh in the battery at the start. */
  readonly storedKwh: number;
  readonly pvKw: number;
  readonly loadKw: number;
  /** kWh that arrive in the battery per kWh charged, and leave per kWh taken out of it. */
  readonly efficiency: number;
  /** Seconds of the device's clock per second of the machine's: timers and energy run by the device's. 0: by `pass` alone. */
  readonly speed: number;
}

export const USUAL: BatteryOptions = {
  powerKw: 500,
  energyKwh: 1000,
  storedKwh: 500,
  pvKw: 120,
  loadKw: 800,
  efficiency: 0.95,
  speed: 1,
};

/**
 * How it misbehaves: takes orders and does nothing; shows a power that is not; shows a state of charge that stands still;
 * does not answer; refuses to be written.
 */
export type Fault = "none" | "stuck" | "lying" | "frozen" | "silent" | "refusing";

const BASE = 40_000;

/**
 * A Modbus device with the SunSpec models 1, 103 (PV), 203 (meter), 704 (controls with revert timers) and 802 (battery),
 * for tests. Powers of 704 and 802 are as SunSpec has them: positive out of the battery. The meter's W is positive into
 * the site. Its state moves when it is looked at, by the time that has passed.
 */
export class SunspecBattery {
  #options: BatteryOptions;
  readonly #now: () => number;
  readonly #models: SunspecModels;
  #storedWh: number;
  #shownWh = 0;
  #importedWh = 1_000_000;
  #exportedWh = 500_000;
  #pvWh = 2_000_000;
  #at: number;
  /** Device's seconds at which a control reverts, by the prefix of its points. */
  readonly #revertAt = new Map<"WSet" | "WMaxLimPct", number>();
  readonly #controls: Map<string, SunspecValue>;
  fault: Fault = "none";
  writes = 0;

  /** @param now seconds of the device's clock */
  constructor(models: SunspecModels, options: BatteryOptions, now: () => number) {
    this.#models = models;
    this.#options = options;
    this.#now = now;
    this.#at = now();
    this.#storedWh = options.storedKwh * 1000;
    this.#controls = new Map<string, SunspecValue>([
      ["WMaxLimPctEna", 0],
      ["WMaxLimPct", 100],
      ["WMaxLimPctRvrt", 100],
      ["WMaxLimPctEnaRvrt", 0],
      ["WMaxLimPctRvrtTms", 0],
      ["WMaxLimPctRvrtRem", 0],
      ["WSetEna", 0],
      ["WSetMod", 1],
      ["WSet", 0],
      ["WSetRvrt", 0],
      ["WSetEnaRvrt", 0],
      ["WSetRvrtTms", 0],
      ["WSetRvrtRem", 0],
      ["WMaxLimPct_SF", -1],
      ["WSet_SF", 2],
      ["WSetPct_SF", -1],
    ]);
  }

  /** Puts another load behind the meter from now on. */
  load(loadKw: number): void {
    this.advance();
    this.#options = { ...this.#options, loadKw };
  }

  #number(name: string): number {
    return Number(this.#controls.get(name) ?? 0);
  }

  /** Power out of the battery as ordered, W, cut to what it can. */
  #batteryW(): number {
    if (this.fault === "stuck" || this.#number("WSetEna") !== 1) return 0;
    const most = this.#options.powerKw * 1000;
    const wanted = Math.min(most, Math.max(-most, this.#number("WSet")));
    if (wanted > 0 && this.#storedWh <= 0) return 0;
    if (wanted < 0 && this.#storedWh >= this.#options.energyKwh * 1000) return 0;
    return wanted;
  }

  #pvW(): number {
    const share = this.#number("WMaxLimPctEna") === 1 ? this.#number("WMaxLimPct") / 100 : 1;
    return this.#options.pvKw * 1000 * Math.min(1, share);
  }

  #gridW(): number {
    return this.#options.loadKw * 1000 - this.#pvW() - this.#batteryW();
  }

  /** Moves the state to now, timers in between included. */
  advance(): void {
    const end = this.#now();
    for (;;) {
      const next = [...this.#revertAt].filter(([, at]) => at <= end).sort((a, b) => a[1] - b[1])[0];
      this.#flow(next ? next[1] : end);
      if (!next) return;
      const [control] = next;
      this.#revertAt.delete(control);
      this.#controls.set(control, this.#number(`${control}Rvrt`));
      this.#controls.set(`${control}Ena`, this.#number(`${control}EnaRvrt`));
    }
  }

  #flow(until: number): void {
    for (let left = (until - this.#at) / 3600; left > 1e-12; ) {
      const out = this.#batteryW();
      const drain = out > 0 ? out / this.#options.efficiency : out * this.#options.efficiency;
      const room = drain > 0 ? this.#storedWh : this.#options.energyKwh * 1000 - this.#storedWh;
      const hours = drain === 0 ? left : Math.min(left, room / Math.abs(drain));
      const grid = this.#gridW();
      this.#importedWh += Math.max(0, grid) * hours;
      this.#exportedWh += Math.max(0, -grid) * hours;
      this.#pvWh += this.#pvW() * hours;
      this.#storedWh = hours < left ? (drain > 0 ? 0 : this.#options.energyKwh * 1000) : this.#storedWh - drain * hours;
      left -= hours;
    }
    this.#at = Math.max(this.#at, until);
  }

  #images(): { model: SunspecModel; registers: Uint16Array }[] {
    this.advance();
    for (const control of ["WSet", "WMaxLimPct"] as const) {
      const at = this.#revertAt.get(control);
      this.#controls.set(`${control}RvrtRem`, at === undefined ? 0 : Math.ceil(at - this.#now()));
    }
    const shown = this.fault === "lying" ? this.#number("WSet") * 2 : this.#batteryW();
    if (this.fault !== "frozen") this.#shownWh = this.#storedWh;
    const soc = (100 * this.#shownWh) / (this.#options.energyKwh * 1000);
    const values: [number, Record<string, SunspecValue>][] = [
      [1, { Mn: "Candela tests", Md: "Battery 500", Vr: "1.0", SN: "0001", DA: 1 }],
      [
        103,
        {
          A_SF: 0,
          W_SF: 1,
          W: Math.round(this.#pvW() / 10) * 10,
          Hz_SF: -2,
          Hz: 50,
          WH_SF: 2,
          WH: Math.round(this.#pvWh / 100) * 100,
          St: this.#pvW() < this.#options.pvKw * 1000 ? 5 : 4,
        },
      ],
      [
        203,
        {
          W_SF: 2,
          W: Math.round(this.#gridW() / 100) * 100,
          TotWh_SF: 2,
          TotWhImp: Math.round(this.#importedWh / 100) * 100,
          TotWhExp: Math.round(this.#exportedWh / 100) * 100,
        },
      ],
      [704, Object.fromEntries(this.#controls)],
      [
        802,
        {
          WHRtg_SF: 3,
          WHRtg: this.#options.energyKwh * 1000,
          WChaDisChaMax_SF: 3,
          WChaRteMax: this.#options.powerKw * 1000,
          WDisChaRteMax: this.#options.powerKw * 1000,
          SoC_SF: -2,
          SoC: Math.round(soc * 100) / 100,
          SoCMin: 0,
          SoCMax: 100,
          W_SF: 2,
          W: Math.round(shown / 100) * 100,
          ChaSt: shown > 0 ? 3 : shown < 0 ? 4 : 6,
          State: 3,
        },
      ],
    ];
    return values.map(([id, points]) => {
      const model = this.#models.get(id);
      if (!model) throw new Error(`no content for SunSpec model ${id}`);
      return { model, registers: expectOk(encodeModel(model, new Map(Object.entries(points)))) };
    });
  }

  /** All registers from `BASE` on, and where each model begins. */
  image(): { registers: Uint16Array; models: { model: SunspecModel; from: number }[] } {
    const parts = this.#images();
    const all = [0x5375, 0x6e53];
    const models = parts.map(({ model, registers }) => {
      const from = all.length;
      all.push(...registers);
      return { model, from };
    });
    return { registers: Uint16Array.from([...all, 0xffff, 0]), models };
  }

  /** Takes registers; those of 704 are orders, all others are refused. */
  write(address: number, values: readonly number[]): boolean {
    const { registers, models } = this.image();
    const controls = models.find(({ model }) => model.id === 704);
    const start = address - BASE;
    if (!controls || start < controls.from || start + values.length > controls.from + controls.model.size) return false;
    if (this.fault === "refusing") return false;
    registers.set(values, start);
    const block = registers.subarray(controls.from, controls.from + controls.model.size);
    const written = decodeModel(controls.model, block);
    const touched = (name: string): boolean => {
      const point = controls.model.points.get(name);
      const from = controls.from + (point?.offset ?? 0);
      return point !== undefined && start < from + point.size && from < start + values.length;
    };
    for (const [name, value] of written) if (touched(name)) this.#controls.set(name, value);
    for (const control of ["WSet", "WMaxLimPct"] as const) {
      if (![control, `${control}Ena`, `${control}RvrtTms`].some(touched)) continue;
      const seconds = this.#number(`${control}RvrtTms`);
      if (this.#number(`${control}Ena`) === 1 && seconds > 0) this.#revertAt.set(control, this.#now() + seconds);
      else this.#revertAt.delete(control);
    }
    this.writes += 1;
    return true;
  }
}

const refused = (code: number): Error => Object.assign(new Error("refused"), { modbusErrorCode: code });

/** The server takes no "any": a port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Serves the device on a port of the system's choice. */
export async function serveBattery(
  models: SunspecModels,
  options: Partial<BatteryOptions> = {},
): Promise<{ device: SunspecBattery; port: number; pass(seconds: number): void; close(): Promise<void> }> {
  const how = { ...USUAL, ...options };
  const started = performance.now();
  let passed = 0;
  const now = (): number => passed + ((performance.now() - started) / 1000) * how.speed;
  const device = new SunspecBattery(models, how, now);
  type Done = (error: Error | null) => void;
  const write = (address: number, values: readonly number[], done: Done): void => {
    if (device.fault !== "silent") done(device.write(address, values) ? null : refused(2));
  };
  const port = await freePort();
  // The forms with callbacks: rejections of the other ones end the process.
  const server = new modbus.ServerTCP(
    {
      getMultipleHoldingRegisters(
        address: number,
        length: number,
        _unit: number,
        done: (error: Error | null, values: number[]) => void,
      ) {
        if (device.fault === "silent") return;
        const { registers } = device.image();
        const start = address - BASE;
        if (start < 0 || start + length > registers.length) done(refused(2), []);
        else done(null, [...registers.subarray(start, start + length)]);
      },
      setRegisterArray: (address: number, values: number[], _unit: number, done: Done) => write(address, values, done),
      setRegister: (address: number, value: number, _unit: number, done: Done) => write(address, [value], done),
    },
    { host: "127.0.0.1", port, unitID: 1 },
  );
  server.on("socketError", () => {});
  await once(server, "initialized");
  return {
    device,
    port,
    pass(seconds) {
      passed += seconds;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
