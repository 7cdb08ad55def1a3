export function buildWebIfStale(): Promise<string>;
