import { connect, type Socket } from "node:net";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { RegisterBus } from "../register-bus.ts";

export interface ModbusOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds until a connection or an answer is given up; 2,000 by default. */
  readonly timeoutMs?: number;
}

const READ = 0x03;
const WRITE = 0x10;
const MOST_READ = 125;
const MOST_WRITTEN = 123;
const HEADER_BYTES = 7;
/** An answer has at most 253 bytes after its header; anything longer is not Modbus. */
const MOST_BYTES = 254;

interface Waiting {
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly settle: (answer: Result<Buffer>) => void;
}

/**
 * Holding registers of a Modbus TCP device. One request is under way at a time, as many devices allow no more; a
 * connection that broke is made anew by the next request, and a request is never sent twice by itself: whether a write
 * reached the device, only reading it back can tell.
 * @source MODBUS Application Protocol 1.1b3, functions 03 and 16; MODBUS Messaging on TCP/IP 1.0b
 */
export function modbusTcp({ host, port, timeoutMs = 2000 }: ModbusOptions): RegisterBus {
  const name = `modbus-tcp://${host}:${port}`;
  const issue = (code: string, actual: string, expected?: string): Issue => ({
    code,
    severity: "error",
    at: { file: name },
    actual,
    ...(expected === undefined ? {} : { expected }),
  });
  let socket: Socket | undefined;
  let waiting: Waiting | undefined;
  let received = Buffer.alloc(0);
  let transactions = 0;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const settle = (answer: Result<Buffer>): void => {
    const one = waiting;
    waiting = undefined;
    one?.settle(answer);
  };

  const drop = (why: Issue): void => {
    socket?.destroy();
    socket = undefined;
    received = Buffer.alloc(0);
    settle(fail(why));
  };

  const take = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= HEADER_BYTES) {
      const length = received.readUInt16BE(4);
      if (received.readUInt16BE(2) !== 0 || length < 3 || length > MOST_BYTES)
        return drop(issue("DEVICE-004", received.subarray(0, 16).toString("hex")));
      if (received.length < 6 + length) return;
      const frame = received.subarray(0, 6 + length);
      received = received.subarray(6 + length);
      // An answer to a request that was given up comes late and is nobody's.
      if (waiting?.transaction !== frame.readUInt16BE(0)) continue;
      const code = frame.readUInt8(7);
      if (code === (waiting.code | 0x80)) settle(fail(issue("DEVICE-003", `${frame[8] ?? 0}`)));
      else if (code !== waiting.code || frame[6] !== waiting.unit) drop(issue("DEVICE-004", frame.toString("hex")));
      else settle(ok(Buffer.from(frame.subarray(8))));
    }
  };

  const open = (): Promise<Result<Socket>> => {
    if (closed) return Promise.resolve(fail(issue("DEVICE-001", "closed")));
    if (socket && !socket.destroyed) return Promise.resolve(ok(socket));
    return new Promise((resolve) => {
      const fresh = connect({ host, port, noDelay: true });
      const giveUp = setTimeout(() => {
        fresh.destroy();
        resolve(fail(issue("DEVICE-001", `> ${timeoutMs} ms`)));
      }, timeoutMs);
      fresh.once("connect", () => {
        clearTimeout(giveUp);
        socket = fresh;
        resolve(ok(fresh));
      });
      fresh.on("data", take);
      fresh.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(giveUp);
        const why = issue("DEVICE-001", error.code ?? error.message);
        resolve(fail(why));
        if (socket === fresh) drop(why);
      });
      fresh.on("close", () => {
        if (socket === fresh) drop(issue("DEVICE-001", "closed by the device"));
      });
    });
  };

  const request = async (unit: number, code: number, body: Buffer): Promise<Result<Buffer>> => {
    const opened = await open();
    if (!opened.ok) return opened;
    const transaction = (transactions = (transactions + 1) & 0xffff);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt16BE(transaction, 0);
    frame.writeUInt16BE(2 + body.length, 4);
    frame.writeUInt8(unit, 6);
    frame.writeUInt8(code, 7);
    body.copy(frame, 8);
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => settle(fail(issue("DEVICE-002", `${timeoutMs} ms`))), timeoutMs);
      waiting = {
        transaction,
        unit,
        code,
        settle(answer) {
          clearTimeout(giveUp);
          resolve(answer);
        },
      };
      opened.value.write(frame);
    });
  };

  /** One after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = queue.then(work);
    queue = mine.catch(() => {});
    return mine;
  };

  return {
    name,
    read: (unit, address, count) =>
      inTurn(async () => {
        const registers = new Uint16Array(count);
        for (let from = 0; from < count; from += MOST_READ) {
          const part = Math.min(MOST_READ, count - from);
          const body = Buffer.alloc(4);
          body.writeUInt16BE(address + from, 0);
          body.writeUInt16BE(part, 2);
          const answer = await request(unit, READ, body);
          if (!answer.ok) return answer;
          if (answer.value[0] !== 2 * part || answer.value.length !== 1 + 2 * part)
            return fail(issue("DEVICE-004", `${answer.value.length - 1} bytes`, `${2 * part} bytes`));
          for (let i = 0; i < part; i++) registers[from + i] = answer.value.readUInt16BE(1 + 2 * i);
        }
        return ok(registers);
      }),
    write: (unit, address, registers) =>
      inTurn(async () => {
        if (registers.length === 0 || registers.length > MOST_WRITTEN)
          throw new RangeError(`${registers.length} registers do not go into one request`);
        const body = Buffer.alloc(5 + 2 * registers.length);
        body.writeUInt16BE(address, 0);
        body.writeUInt16BE(registers.length, 2);
        body.writeUInt8(2 * registers.length, 4);
        for (const [i, register] of registers.entries()) body.writeUInt16BE(register, 5 + 2 * i);
        const answer = await request(unit, WRITE, body);
        if (!answer.ok) return answer;
        return answer.value.equals(body.subarray(0, 4))
          ? ok(undefined)
          : fail(issue("DEVICE-004", answer.value.toString("hex"), body.subarray(0, 4).toString("hex")));
      }),
    async close() {
      closed = true;
      await queue;
      socket?.destroy();
      socket = undefined;
    },
  };
}
