import { afterAll, it } from "vitest";
import { cleanUp } from "../../cli/candela.ts";
import { killRounds } from "./kill-rounds.ts";

afterAll(cleanUp);

it("loses nothing that it acknowledged through 50 kills", () => killRounds(50), 1_800_000);
