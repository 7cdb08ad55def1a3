import { expect, it } from "vitest";
import { createModel } from "./model.ts";
import { shippedPack } from "./package-folder.ts";

it("compiles the shipped content without an issue", async () => {
  const model = createModel([await shippedPack()]);
  expect(model.ok ? [] : model.issues).toEqual([]);
  if (!model.ok) return;
  const { catalogue, factors, activities } = model.value;
  console.log(
    `content: ${catalogue.entries.size} indicators, ${activities.size} activities, ${factors.length} factors`,
  );
  expect(catalogue.entries.size).toBeGreaterThan(30);
});
