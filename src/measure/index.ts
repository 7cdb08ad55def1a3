export * from "./boundary/index.ts";
export * from "./factors/index.ts";
export * from "./indicators/index.ts";
