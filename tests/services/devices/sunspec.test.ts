import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shippedPack } from "../../../src/app/package-folder.ts";
import {
  createSunspecModels,
  findSunspec,
  modbusTcp,
  type RegisterBus,
  type SunspecDevice,
  type SunspecModels,
} from "../../../src/coordinate/index.ts";
import { expectOk, type Result } from "../../../src/ground/issue/index.ts";
import { type RunningBattery, startBattery } from "./start-battery.ts";

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.issues.map((issue) => issue.code));
const HOST = "127.0.0.1";

let models: SunspecModels;
let battery: RunningBattery;
let bus: RegisterBus;
let device: SunspecDevice;

beforeAll(async () => {
  models = expectOk(createSunspecModels([await shippedPack()]));
  // An hour of the device in 20 s.
  battery = await startBattery({ speed: 0 });
  bus = modbusTcp({ host: HOST, port: battery.port, timeoutMs: 500 });
  device = expectOk(await findSunspec(bus, 1, models));
});

afterAll(async () => {
  await bus.close();
  await battery.stop();
});

describe("a SunSpec battery in another process", () => {
  it("is discovered by its marker and its chain of models", async () => {
    expect(device.found.map(({ id, size }) => [id, size])).toEqual([
      [1, 68],
      [103, 52],
      [203, 107],
      [704, 67],
      [802, 64],
    ]);
    expect(expectOk(await device.read(1)).get("Mn")).toBe("Candela tests");
    expect(codes(await device.read(713))).toEqual(["DEVICE-005"]);
  });

  it("tells powers and energies in their units, and leaves out what it does not measure", async () => {
    const meter = expectOk(await device.read(203));
    expect(meter.get("W")).toBe(680_000);
    expect(meter.get("TotWhImp")).toBeGreaterThanOrEqual(1_000_000);
    expect(meter.has("VA")).toBe(false);
    expect(expectOk(await device.read(103)).get("W")).toBe(120_000);
    expect(expectOk(await device.read(802)).get("SoC")).toBe(50);
  });

  it("charges while it is told to, and reverts by itself when nobody renews the order", async () => {
    const order = { WSetRvrt: 0, WSetEnaRvrt: 0, WSetRvrtTms: 120, WSetMod: 1, WSet: -200_000, WSetEna: 1 };
    expectOk(await device.write(704, order));
    const controls = expectOk(await device.read(704));
    expect(controls.get("WSet")).toBe(-200_000);
    expect(controls.get("WSetRvrtRem")).toBeGreaterThan(0);
    expect(expectOk(await device.read(802)).get("W")).toBe(-200_000);
    expect(expectOk(await device.read(203)).get("W")).toBe(880_000);
    await battery.pass(119);
    const almost = expectOk(await device.read(704));
    expect([almost.get("WSetEna"), almost.get("WSetRvrtRem")]).toEqual([1, 1]);
    await battery.pass(600);
    expect(expectOk(await device.read(704)).get("WSetEna")).toBe(0);
    const after = expectOk(await device.read(802));
    expect(after.has("W") ? after.get("W") : undefined).toBe(0);
    // 200 kW for the two minutes of the timer, 95 % of which arrives: 6.33 kWh of 1,000.
    expect(after.get("SoC")).toBeCloseTo(50.63, 2);
  });

  it("curtails its PV", async () => {
    expectOk(await device.write(704, { WMaxLimPctEna: 1, WMaxLimPct: 25 }));
    expect(expectOk(await device.read(103)).get("W")).toBe(30_000);
    expectOk(await device.write(704, { WMaxLimPctEna: 0 }));
    expect(expectOk(await device.read(103)).get("W")).toBe(120_000);
  });

  it("says what cannot be written, all of it, before anything is", async () => {
    expect(codes(await device.write(704, { WSet: 1e12, WSetRvrtRem: 5, WMaxLimPct: 50 }))).toEqual([
      "DEVICE-007",
      "DEVICE-006",
    ]);
    expect(expectOk(await device.read(704)).get("WMaxLimPct")).toBe(25);
  });

  it("tells a refusal and a silence from each other, and goes on afterwards", async () => {
    await battery.fault("refusing");
    expect(codes(await device.write(704, { WSet: 0 }))).toEqual(["DEVICE-003"]);
    await battery.fault("silent");
    expect(codes(await device.read(802))).toEqual(["DEVICE-002"]);
    await battery.fault("none");
    expect(expectOk(await device.read(1)).get("SN")).toBe("0001");
  });

  it("answers many who ask at once, each with what was asked", async () => {
    const all = await Promise.all(Array.from({ length: 30 }, (_, i) => device.read([1, 203, 802][i % 3] ?? 1)));
    for (const [i, one] of all.entries()) expect(expectOk(one).get("ID")).toBe([1, 203, 802][i % 3]);
  });
});

/** A server that answers every chunk with these bytes, and closes after it when told to. */
async function answering(
  reply: (request: Buffer) => Buffer[],
  hangUp = false,
): Promise<{ server: Server; port: number }> {
  const server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (request: Buffer) => {
      for (const part of reply(request)) socket.write(part);
      if (hangUp) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return { server, port: (server.address() as { port: number }).port };
}

describe("what is no device of that kind", () => {
  const registers = (request: Buffer, values: readonly number[]): Buffer => {
    const head = Buffer.from(request.subarray(0, 8));
    head.writeUInt16BE(3 + 2 * values.length, 4);
    const body = Buffer.alloc(1 + 2 * values.length);
    body.writeUInt8(2 * values.length, 0);
    for (const [i, value] of values.entries()) body.writeUInt16BE(value, 1 + 2 * i);
    return Buffer.concat([head, body]);
  };
  const cases: [string, string, (request: Buffer) => Buffer[], boolean?][] = [
    ["a web server", "DEVICE-004", () => [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]],
    ["a server that hangs up", "DEVICE-001", () => [], true],
    ["half an answer", "DEVICE-002", (request) => [registers(request, [0x5375, 0x6e53]).subarray(0, 9)]],
    ["an answer too short", "DEVICE-004", (request) => [registers(request, [0x5375])]],
    ["no marker anywhere", "DEVICE-008", (request) => [registers(request, [1, 2])]],
    [
      "an answer to another request",
      "DEVICE-002",
      (request) => [Buffer.concat([Buffer.from([9, 9]), registers(request, [1, 2]).subarray(2)])],
    ],
  ];
  it.each(cases)("is told: %s", async (_, code, reply, hangUp) => {
    const { server, port } = await answering(reply, hangUp);
    const lone = modbusTcp({ host: HOST, port, timeoutMs: 200 });
    expect(codes(await findSunspec(lone, 1, models))).toEqual([code]);
    await lone.close();
    await new Promise((resolve) => server.close(resolve));
    expect(codes(await lone.read(1, 0, 1))).toEqual(["DEVICE-001"]);
  });

  it("puts an answer together that comes byte by byte, and stops at a chain without end", async () => {
    const { server, port } = await answering((request) => {
      const address = request.readUInt16BE(8);
      const whole = registers(request, address === 40_000 ? [0x5375, 0x6e53] : [7, 3]);
      return [...whole].map((byte) => Buffer.from([byte]));
    });
    const lone = modbusTcp({ host: HOST, port, timeoutMs: 2000 });
    expect(codes(await findSunspec(lone, 1, models))).toEqual(["DEVICE-009"]);
    await lone.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
