import { expect, it } from "vitest";
import { inOrder } from "./migrator.ts";

const step = (id: string) => ({ id, up: async () => {} });

it("puts the wings' migrations in one order", () => {
  const ids = inOrder([step("0010-case"), step("0002-ledger"), step("0000-store")]).map(({ id }) => id);
  expect(ids).toEqual(["0000-store", "0002-ledger", "0010-case"]);
});

it.each([
  [["0001-a", "0001-a"], "given twice"],
  [["1-a"], "does not fit"],
  [["0001_a"], "does not fit"],
  [["0001-A"], "does not fit"],
])("refuses %j", (ids, message) => {
  expect(() => inOrder(ids.map(step))).toThrow(message);
});
