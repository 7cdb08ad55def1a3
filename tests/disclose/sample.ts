import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import {
  type BoundValue,
  type LineageNode,
  type ReportInputs,
  type ReportTemplate,
  reportTexts,
  templateSchema,
  type Where,
  wordsSchema,
} from "../../src/disclose/index.ts";
import type { Text } from "../../src/ground/issue/index.ts";
import { sampleCoverage } from "./sample-coverage.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every file of a content folder, parsed. */
export function contentFiles(folder: string): { name: string; tree: unknown }[] {
  const names = readdirSync(`${root}${folder}`).filter((name) => name.endsWith(".yaml"));
  return names.sort().map((name) => ({ name, tree: parse(readFileSync(`${root}${folder}/${name}`, "utf8")) }));
}

export const shippedTexts = reportTexts(
  contentFiles("content/locales/report").map(({ tree }) => wordsSchema.parse(tree)),
);

const text = (hant: string, hans: string, en: string): Text => ({ "zh-Hant": hant, "zh-Hans": hans, en });

/** A small report that has every kind of block. */
export const smallTemplate: ReportTemplate = templateSchema.parse({
  id: "small",
  title: text("{{period}}報告", "{{period}}报告", "Report for {{period}}"),
  blocks: [
    { heading: { id: "reading", text: text("如何閱讀", "如何阅读", "How to read") } },
    {
      paragraph: text(
        "{{title:ghg.scope1}}為 {{value:ghg.scope1@reporting}} {{unit:ghg.scope1}}；{{previous}}為 {{value:ghg.scope1@previous}}。共 {{count:findings}} 項發現。",
        "{{title:ghg.scope1}}为 {{value:ghg.scope1@reporting}} {{unit:ghg.scope1}}；{{previous}}为 {{value:ghg.scope1@previous}}。共 {{count:findings}} 项发现。",
        "{{title:ghg.scope1}} came to {{value:ghg.scope1@reporting}} {{unit:ghg.scope1}}, after {{value:ghg.scope1@previous}} in {{previous}}. Findings: {{count:findings}}.",
      ),
    },
    { reading: { id: "reading-note" } },
    { heading: { id: "kpi", text: text("關鍵績效", "关键绩效", "Key figures") } },
    {
      table: {
        id: "kpi",
        caption: text("關鍵績效表", "关键绩效表", "Key figures"),
        notes: ["gaps", "indicators", "factors"],
        groups: [
          { requirement: "demo:A1", rows: ["ghg.scope1", "ghg.scope1-2", "water.total"] },
          {
            title: text("人員", "人员", "People"),
            rows: [
              "people.headcount",
              { indicator: "people.headcount", by: { dimension: "gender", members: ["male", "female"] } },
              { indicator: "training.hours", where: { gender: "female" } },
            ],
          },
        ],
      },
    },
    { closing: { id: "outcome", tables: ["kpi"] } },
    { index: { id: "index", standard: "demo" } },
    { heading: { id: "findings", text: text("檢查發現", "检查发现", "Findings") } },
    { findings: { id: "findings" } },
    { heading: { id: "lineage", text: text("數據溯源", "数据溯源", "Lineage") } },
    { lineage: { id: "lineage" } },
  ],
});

const TITLES: Record<string, { title: Text; unit: Text; precision: number }> = {
  "ghg.scope1": {
    title: text("直接溫室氣體排放", "直接温室气体排放", "Direct emissions"),
    unit: text("噸二氧化碳當量", "吨二氧化碳当量", "tCO₂e"),
    precision: 2,
  },
  "ghg.scope1-2": {
    title: text("溫室氣體排放總量", "温室气体排放总量", "Total emissions"),
    unit: text("噸二氧化碳當量", "吨二氧化碳当量", "tCO₂e"),
    precision: 2,
  },
  "water.total": { title: text("耗水總量", "耗水总量", "Water used"), unit: text("噸", "吨", "t"), precision: 1 },
  "people.headcount": {
    title: text("員工總數", "员工总数", "Employees"),
    unit: text("人", "人", "persons"),
    precision: 0,
  },
  "training.hours": {
    title: text("人均受訓時數", "人均受训时数", "Training hours per person"),
    unit: text("小時", "小时", "h"),
    precision: 1,
  },
};

const factor = (id: string, label: Text, value: string, status: "verified" | "unverified"): LineageNode => ({
  id,
  kind: "factor",
  label,
  value,
  unit: "kgCO2/GJ",
  detail: { factor: id, set: "ipcc-2006", source: "IPCC, 2006 Guidelines, Table 2.2", status },
  children: [],
});

function scope1Tree(value: string | undefined): LineageNode {
  const title = text("直接溫室氣體排放", "直接温室气体排放", "Direct emissions");
  const records: LineageNode = {
    id: "ghg.scope1/0/records",
    kind: "records",
    label: text("燃料燃燒", "燃料燃烧", "Fuel burnt"),
    value: "2466.488",
    unit: "GJ",
    detail: { activity: "fuel.combustion", filter: "fuel=natural-gas", records: "12" },
    children: [],
  };
  return {
    id: "ghg.scope1",
    kind: "indicator",
    label: title,
    ...(value === undefined ? {} : { value }),
    unit: "tCO2e",
    detail: { method: "co2-only" },
    children: [
      {
        id: "ghg.scope1/0",
        kind: "operation",
        label: text("燃料燃燒 × 天然氣", "燃料燃烧 × 天然气", "Fuel burnt × natural gas"),
        value: "138369.9768",
        unit: "kgCO2",
        detail: { operation: "*" },
        children: [
          records,
          factor("ipcc-2006.natural-gas", text("天然氣", "天然气", "Natural gas"), "56.1", "verified"),
          factor("ipcc-2006.diesel", text("柴油", "柴油", "Diesel"), "74.1", "unverified"),
        ],
      },
    ],
  };
}

const MISSING_RECORDS = text("各性別受訓時數記錄", "各性别受训时数记录", "records of training hours by gender");

/** Values of every status; what is not told here is complete. */
const SPECIAL: Record<string, Partial<BoundValue>> = {
  "ghg.scope1@2025": {
    value: "138.36997680",
    reported: { value: "138.37", decimals: 2, place: "kpi-appendix" },
    verdict: "recomputed",
  },
  "ghg.scope1@2024": {
    value: "221.95",
    reported: { value: "222.4", decimals: 1, place: "kpi-appendix" },
    verdict: "unexplained",
  },
  "ghg.scope1-2@2025": {
    value: "93868.515",
    status: "preliminary",
    verdict: "consistent",
    reported: { value: "93868.52", decimals: 2, place: "kpi-appendix" },
  },
  "ghg.scope1-2@2024": {
    value: "83882.8",
    restatement: {
      previous: "83880.1",
      decimals: 1,
      release: "2024-r1",
      reason: text("補錄站點", "补录站点", "a site was added"),
    },
  },
  "water.total@2025": { value: "-0.04", caveats: [text("含估計記錄", "含估计记录", "includes estimated records")] },
  "water.total@2024": {
    value: "187205.9",
    status: "partial",
    missing: [text("第四季記錄", "第四季记录", "records of the fourth quarter")],
  },
  "training.hours@2025": {
    status: "missing",
    missing: [MISSING_RECORDS],
    reported: { value: "11.90", decimals: 2, place: "kpi-appendix" },
    verdict: "reported-only",
  },
  "training.hours@2024": { status: "missing", missing: [MISSING_RECORDS] },
};

const HEADCOUNT: Record<string, string> = {
  "2025": "2472",
  "2024": "3756",
  "male 2025": "1684",
  "male 2024": "2768",
  "female 2025": "788",
  "female 2024": "988",
};

export function sampleValue(indicator: string, period: string, where?: Where): BoundValue | undefined {
  const known = TITLES[indicator];
  if (!known) return undefined;
  const special = SPECIAL[`${indicator}@${period}`];
  const status = special?.status ?? "complete";
  const value =
    status === "missing"
      ? undefined
      : (special?.value ?? HEADCOUNT[[where?.gender, period].filter(Boolean).join(" ")] ?? "1");
  const lineage: LineageNode =
    indicator === "ghg.scope1"
      ? scope1Tree(value)
      : {
          id: indicator,
          kind: "indicator",
          label: known.title,
          unit: "",
          detail: {},
          children: indicator === "ghg.scope1-2" ? [scope1Tree(SPECIAL[`ghg.scope1@${period}`]?.value)] : [],
        };
  return {
    indicator,
    ...known,
    period,
    ...(where ? { where } : {}),
    status,
    missing: [],
    ...(indicator === "water.total" ? { note: text("以取水量計", "以取水量计", "measured as withdrawal") } : {}),
    ...special,
    ...(value === undefined ? {} : { value }),
    lineage,
  };
}

const GENDER = { male: text("男性", "男性", "Male"), female: text("女性", "女性", "Female") };

export function sampleInputs(changes: Partial<ReportInputs> = {}): ReportInputs {
  return {
    values: sampleValue,
    texts: shippedTexts,
    coverage: [sampleCoverage(new Set(Object.keys(TITLES)))],
    findings: [
      {
        code: "CHECK-JUMP",
        severity: "notice",
        indicators: ["water.total"],
        periods: ["2025"],
        message: text("耗水急跌", "耗水急跌", "Water falls sharply"),
        remedy: text("請覆核", "请复核", "Look again"),
      },
      {
        code: "CHECK-DIFFERS",
        severity: "error",
        indicators: ["ghg.scope1"],
        periods: ["2024"],
        expected: "221.95",
        actual: "222.4",
        difference: "0.45",
        message: text("重算值與報告值不符", "重算值与报告值不符", "The recomputed value is not the reported one"),
        cause: text("因子版本不同", "因子版本不同", "another edition of the factor"),
        remedy: text("請核對因子", "请核对因子", "Check the factor"),
      },
    ],
    term: (dimension, member) =>
      dimension !== "gender"
        ? undefined
        : member === undefined
          ? text("性別", "性别", "gender")
          : GENDER[member as "male" | "female"],
    unitSymbol: () => undefined,
    meta: {
      entity: text("示範集團", "示范集团", "Demonstration Group"),
      period: "2025",
      periods: ["2025", "2024"],
      journal: { position: "1284", head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
      packs: [
        { id: "candela", version: "0.1.0", hash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae" },
      ],
      generatedAt: "2026-11-24T03:20:00Z",
    },
    ...changes,
  };
}
