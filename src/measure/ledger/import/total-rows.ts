import { TOTAL_WORDS } from "./header-names.ts";
import { plainName } from "./column-names.ts";

const WORDS: ReadonlySet<string> = new Set(TOTAL_WORDS.map(plainName));
const CHINESE = TOTAL_WORDS.filter((word) => /^\p{Script=Han}+$/u.test(word));

/**
 * Whether a cell labels a row of totals: `合計`, `全年合計`, `Total`, `Total 2025`, `Sub-total:`.
 * @param further words that the mapping adds, in plain form
 */
export function isTotalLabel(cell: string, further: ReadonlySet<string>): boolean {
  if (cell.length === 0 || cell.length > 40) return false;
  const plain = plainName(cell.trim());
  if (WORDS.has(plain) || further.has(plain)) return true;
  if (CHINESE.some((word) => plain.endsWith(word) && plain.length <= word.length + 10)) return true;
  return /^(grand|sub)?totals?(for|of)?\d{0,4}$/.test(plain) || /^\d{4}(grand|sub)?totals?$/.test(plain);
}
