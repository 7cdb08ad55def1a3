import { expect, it } from "vitest";
import { exampleInput } from "./example-input.ts";
import { misprintsTold, misprintTable } from "./misprints.ts";
import { secondCompany } from "./second-company/read-second-company.ts";

it.each([
  ["the second company", secondCompany(), 7],
  ["the example", exampleInput(), 13],
] as const)("tells most of the gross misprints put into %s one at a time", (name, input, stride) => {
  const scores = misprintsTold(input, stride);
  console.log(misprintTable(name, scores));
  const made = [...scores.values()].reduce((sum, score) => sum + score.made, 0);
  const told = [...scores.values()].reduce((sum, score) => sum + score.told, 0);
  expect(made).toBeGreaterThan(15);
  // What stands alone, such as donations or courses, nothing contradicts: not every misprint can be told.
  expect(told / made).toBeGreaterThan(0.6);
});
