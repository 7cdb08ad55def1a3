export * from "./render/index.ts";
export * from "./report/index.ts";
export * from "./standards/index.ts";
