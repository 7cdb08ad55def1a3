import { type Text, textOf } from "../../ground/issue/index.ts";

/** A period's label as headings print it: 2025 → 2025年, FY2025 → 2025財年; other labels stand as they are. */
export function periodTitle(label: string): Text {
  const [, fiscal, year] = /^(FY)?(\d{4})$/.exec(label) ?? [];
  if (year === undefined) return textOf(() => label);
  if (fiscal === undefined) return { "zh-Hant": `${year}年`, "zh-Hans": `${year}年`, en: year };
  return { "zh-Hant": `${year}財年`, "zh-Hans": `${year}财年`, en: `FY${year}` };
}
