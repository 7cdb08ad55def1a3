import { afterAll, it } from "vitest";
import { killRounds } from "./kill-rounds.ts";
import { discardAll } from "./scratch.ts";

afterAll(discardAll);

it("keeps every acknowledged write when its processes are killed", () => killRounds(6, 20261));
