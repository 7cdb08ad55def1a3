import { coverage, createStandardTree, type StandardCoverage, standardSchema } from "../../src/disclose/index.ts";
import { expectOk, type Text } from "../../src/ground/issue/index.ts";

const text = (hant: string, hans: string, en: string): Text => ({ "zh-Hant": hant, "zh-Hans": hans, en });

/** Coverage of a standard by the sample's values. */
export function sampleCoverage(indicators: ReadonlySet<string>): StandardCoverage {
  const standard = standardSchema.parse({
    id: "demo",
    title: text("示範準則", "示范准则", "Demonstration standard"),
    requirements: [
      { id: "A1", title: text("排放物", "排放物", "Emissions"), kind: "heading" },
      {
        id: "A1.1",
        parent: "A1",
        title: text("排放量", "排放量", "Amounts emitted"),
        kind: "figure",
        answeredBy: ["ghg.scope1"],
      },
      {
        id: "A1.2",
        parent: "A1",
        title: text("耗水及培訓", "耗水及培训", "Water and training"),
        kind: "figure",
        answeredBy: ["ghg.scope1-2", "training.hours"],
      },
      { id: "A1.3", parent: "A1", title: text("政策", "政策", "Policy"), kind: "narrative" },
      { id: "A1.4", parent: "A1", title: text("有害廢棄物", "有害废弃物", "Hazardous waste"), kind: "narrative" },
      {
        id: "A1.5",
        parent: "A1",
        title: text("內部碳定價", "内部碳定价", "Internal carbon price"),
        kind: "narrative",
        effective: "2027-01-01",
      },
    ],
  });
  const tree = expectOk(createStandardTree(standard, indicators));
  return coverage(tree, {
    periodStart: "2025-01-01",
    indicatorStatus: (id) =>
      ({ "ghg.scope1": "complete", "ghg.scope1-2": "preliminary", "training.hours": "reported-only" })[id] as
        | "complete"
        | undefined,
    narrativeAnswered: (id) =>
      id === "A1.3"
        ? { state: "answered", place: text("環境管理", "环境管理", "Environment") }
        : id === "A1.4"
          ? { state: "explained", why: text("不產生有害廢棄物", "不产生有害废弃物", "none is produced") }
          : undefined,
  });
}
