import { expect, it } from "vitest";
import { ALL_RULES, check } from "../../src/measure/index.ts";
import { score } from "./score.ts";
import { planted, secondCompany } from "./second-company/read-second-company.ts";

it("finds every error planted in the tables of another kind of company, and nothing else", () => {
  const { findings, checked } = check(secondCompany());
  const { missed, unexpected, table } = score("second company", findings, planted, checked);
  console.log(table);
  expect(missed).toEqual([]);
  expect(unexpected.map(({ code, message }) => `${code}: ${message.en}`)).toEqual([]);
});

it("has every rule at work there", () => {
  const { checked } = check(secondCompany());
  expect(Object.keys(checked)).toEqual(ALL_RULES.map(({ id }) => id));
  expect(Object.entries(checked).filter(([, count]) => count === 0)).toEqual([]);
});
