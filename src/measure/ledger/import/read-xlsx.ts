import { nearestOf } from "../../../ground/issue/index.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { ReadLimits } from "./read-limits.ts";
import type { RowBlock } from "./row-block.ts";
import { Damaged } from "./xlsx/damage.ts";
import { MergedAreas } from "./xlsx/merged-areas.ts";
import { SheetRows } from "./xlsx/sheet-rows.ts";
import { readWorkbook, type Sheet, type Workbook } from "./xlsx/workbook.ts";
import { parseXml } from "./xlsx/xml-part.ts";
import { openZip, type ZipParts } from "./xlsx/zip-parts.ts";

/** A workbook of which one sheet is read. */
export interface OpenedSheet {
  readonly sheet: string;
  readonly blocks: AsyncGenerator<RowBlock>;
}

/**
 * Opens a sheet of an XLSX file. The packed file is held in memory; its sheets are unpacked and read row by row.
 * @param wanted the name of a sheet; the first one that is shown otherwise
 * @issues IMPORT-012, IMPORT-020 damaged, IMPORT-022 too large, IMPORT-023 no such sheet, IMPORT-073 hidden rows, IMPORT-075 further sheets
 */
export async function openXlsx(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  wanted: string | undefined,
  limits: ReadLimits,
  issues: IssueSink,
): Promise<OpenedSheet | undefined> {
  const whole = await gathered(bytes, limits.xlsxBytes);
  if (!whole) {
    const megabytes = `${Math.floor(limits.xlsxBytes / 1024 / 1024)} MiB`;
    issues.add({
      code: "IMPORT-022",
      severity: "error",
      at: { file },
      expected: megabytes,
      actual: `> ${megabytes}`,
      values: { part: file },
    });
    return undefined;
  }
  try {
    const parts = await openZip(whole, limits);
    const other = otherFormat(parts.names);
    if (other) {
      issues.add({ code: "IMPORT-012", severity: "error", at: { file }, actual: other });
      return undefined;
    }
    const workbook = await readWorkbook(parts);
    const sheet = chooseSheet(file, workbook.sheets, wanted, issues);
    if (!sheet) return undefined;
    return { sheet: sheet.name, blocks: sheetBlocks(file, parts, workbook, sheet, limits, issues) };
  } catch (error) {
    report(error, file, issues);
    return undefined;
  }
}

async function* sheetBlocks(
  file: string,
  parts: ZipParts,
  workbook: Workbook,
  sheet: Sheet,
  limits: ReadLimits,
  issues: IssueSink,
): AsyncGenerator<RowBlock> {
  const at = { file, sheet: sheet.name };
  try {
    const merged = await MergedAreas.find(parts.read(sheet.part));
    const rows = new SheetRows(workbook, merged, limits);
    let count = 0;
    for await (const _ of parseXml(sheet.part, parts.read(sheet.part), rows)) {
      const block = rows.take(false);
      if (!block) continue;
      count += block.rows.length;
      yield block;
      if (count > limits.rows) {
        issues.add({
          code: "IMPORT-011",
          severity: "error",
          at,
          expected: String(limits.rows),
          actual: String(count),
          values: { what: "rows" },
        });
        return;
      }
    }
    const last = rows.take(true);
    if (last) yield last;
    if (rows.excess) {
      const values = { what: rows.excess.what };
      issues.add({
        code: "IMPORT-011",
        severity: "error",
        at,
        expected: String(limits.columns),
        actual: String(rows.excess.actual),
        values,
      });
    }
    if (rows.hiddenRows > 0)
      issues.add({
        code: "IMPORT-073",
        severity: "warning",
        at: { ...at, row: rows.firstHiddenRow },
        actual: String(rows.hiddenRows),
      });
  } catch (error) {
    report(error, file, issues);
  }
}

function report(error: unknown, file: string, issues: IssueSink): void {
  if (!(error instanceof Damaged)) throw error;
  const { code, message, values, expected } = error;
  issues.add({
    code,
    severity: "error",
    at: { file },
    ...(expected === undefined ? {} : { expected }),
    actual: message.slice(0, 200),
    values,
  });
}

function chooseSheet(
  file: string,
  sheets: readonly Sheet[],
  wanted: string | undefined,
  issues: IssueSink,
): Sheet | undefined {
  const shown = sheets.filter(({ hidden }) => !hidden);
  const names = sheets.map(({ name }) => name);
  if (wanted !== undefined) {
    const found =
      sheets.find(({ name }) => name === wanted) ??
      sheets.find(({ name }) => name.trim().toLowerCase() === wanted.trim().toLowerCase());
    if (found) return found;
    const values = { nearest: nearestOf(wanted, names) };
    issues.add({
      code: "IMPORT-023",
      severity: "error",
      at: { file },
      expected: wanted,
      actual: names.join(", "),
      values,
    });
    return undefined;
  }
  const first = shown[0] ?? sheets[0];
  if (first && shown.length > 1) {
    const others = shown
      .slice(1)
      .map(({ name }) => name)
      .join(", ");
    issues.add({
      code: "IMPORT-075",
      severity: "notice",
      at: { file, sheet: first.name },
      expected: first.name,
      actual: others,
    });
  }
  return first;
}

/** What else a ZIP archive may be that a spreadsheet program writes. */
function otherFormat(names: readonly string[]): string | undefined {
  if (names.includes("xl/workbook.bin")) return "XLSB";
  if (names.includes("content.xml") && names.includes("mimetype")) return "ODS";
  if (names.some((name) => name.startsWith("word/"))) return "DOCX";
  return names.some((name) => /(?:^|\/)workbook\.xml$/.test(name)) || names.includes("[Content_Types].xml")
    ? undefined
    : "ZIP";
}

async function gathered(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > limit) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
