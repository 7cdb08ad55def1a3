import { expect, it } from "vitest";
import { exampleInput } from "./example-input.ts";
import { misprintsTold, misprintTable } from "./misprints.ts";
import { secondCompany } from "./second-company/read-second-company.ts";

it.each([
  ["the second company", secondCompany(), 0.85],
  ["the example", exampleInput(), 0.6],
] as const)(
  "tells most of the gross misprints put into every figure of %s",
  (name, input, least) => {
    const scores = misprintsTold(input, 1);
    console.log(misprintTable(name, scores));
    const [made, told] = [...scores.values()].reduce(([a, b], score) => [a + score.made, b + score.told], [0, 0]);
    expect(told / made).toBeGreaterThan(least);
  },
  600_000,
);
