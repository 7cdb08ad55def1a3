import type { Result } from "../../ground/issue/index.ts";

/** The port to a field device that is read and written by 16-bit holding registers. Failures are issues, never values. */
export interface RegisterBus {
  /** Name of the device in issues, `modbus-tcp://host:502`. */
  readonly name: string;
  /**
   * Holding registers from an address on, in as many requests as the protocol needs.
   * @param unit 0–255, the device behind the connection
   */
  read(unit: number, address: number, count: number): Promise<Result<Uint16Array>>;
  /** Writes registers in one request (at most 123), so that the device takes them together. */
  write(unit: number, address: number, registers: Uint16Array): Promise<Result<void>>;
  close(): Promise<void>;
}
