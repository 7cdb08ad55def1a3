export { type ModbusOptions, modbusTcp } from "./adapters/modbus-tcp.ts";
export type { RegisterBus } from "./register-bus.ts";
export { decodeModel, encodeModel, encodePoint, type RegisterWrite, type SunspecValue } from "./sunspec/codec.ts";
export { findSunspec, type FoundModel, type SunspecDevice } from "./sunspec/device.ts";
export { createSunspecModels, type SunspecModel, type SunspecModels, type SunspecPoint } from "./sunspec/model.ts";
