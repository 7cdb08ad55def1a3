import { afterAll, it } from "vitest";
import { cleanUp } from "../../cli/candela.ts";
import { killRounds } from "./kill-rounds.ts";

afterAll(cleanUp);

it("loses nothing that it acknowledged when it is killed, and takes up what was cut off", () => killRounds(4), 240_000);
