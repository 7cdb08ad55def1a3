import { afterAll, it } from "vitest";
import { killRounds } from "./kill-rounds.ts";
import { discardAll } from "./scratch.ts";

afterAll(discardAll);

it.each([1, 2])("keeps every acknowledged write through 50 kills (seed %i)", (seed) => killRounds(50, seed), 600_000);
