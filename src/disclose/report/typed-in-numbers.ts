import type { Issue } from "../../ground/issue/index.ts";
import { readPieces } from "./binding.ts";

/** Fields that name things by id; they are never shown as text, and an id that names nothing is refused when bound. */
const REFERENCES = new Set([
  "id",
  "indicator",
  "where",
  "dimension",
  "members",
  "requirement",
  "standard",
  "tables",
  "level",
  "notes",
]);

/** A row may be nothing but an indicator's id. */
const withoutBareIds = (rows: unknown): unknown =>
  Array.isArray(rows) ? rows.filter((row) => typeof row !== "string") : rows;

/** Any numeral of any script: 7, ７, ², Ⅳ, ④, 〇. */
const NUMERAL = /\p{N}/u;
/** Numbers in Chinese words: two or more numerals together, a percentage, or a numeral before a counted unit. */
const CHINESE_NUMBER =
  /[一二三四五六七八九十百千萬万億亿兩两零壹貳叁肆伍陸柒捌玖拾佰仟]{2,}|百分之|[一二三四五六七八九十百千兩两](?:年|月|日|天|噸|吨|度|元|人|家|起|件|小時|小时|倍|成|%|萬|万|億|亿)/u;
const ENGLISH_NUMBER =
  /\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|per\s?cent)\b/iu;

/** What of a text is typed in: the text without its bindings, when that holds a number in any script or in words. */
export function typedInNumber(text: string): string | undefined {
  const typed = readPieces(text)
    .map((piece) => ("text" in piece ? piece.text : " "))
    .join("");
  const found = NUMERAL.exec(typed) ?? CHINESE_NUMBER.exec(typed) ?? ENGLISH_NUMBER.exec(typed);
  return found ? typed.slice(Math.max(0, found.index - 10), found.index + 12).trim() : undefined;
}

/**
 * Looks at every text of a parsed template (or of the words that reports use) for numbers that no value stands behind.
 * @param tree parsed YAML
 * @returns how many texts were looked at, and one issue for each with a typed-in number
 * @issues REPORT-001
 */
export function findTypedInNumbers(tree: unknown, file: string): { looked: number; issues: Issue[] } {
  const issues: Issue[] = [];
  let looked = 0;
  const visit = (node: unknown, path: string): void => {
    if (typeof node === "string" || typeof node === "number") {
      looked += 1;
      const typed = typedInNumber(String(node));
      if (typed !== undefined)
        issues.push({ code: "REPORT-001", severity: "error", at: { file, path }, actual: typed });
    } else if (Array.isArray(node)) for (const [index, child] of node.entries()) visit(child, `${path}[${index}]`);
    else if (typeof node === "object" && node !== null) {
      for (const [key, child] of Object.entries(node))
        if (!REFERENCES.has(key))
          visit(key === "rows" ? withoutBareIds(child) : child, path === "" ? key : `${path}.${key}`);
    }
  };
  visit(tree, "");
  return { looked, issues };
}
