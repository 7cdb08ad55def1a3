import { crc32, deflateRawSync } from "node:zlib";

/** A cell: text, number, or raw XML of a `<c>` without its reference: `{ xml: '<c t="e"><v>#REF!</v></c>' }`. */
export type CellForTests = string | number | null | { readonly xml: string };

export interface SheetForTests {
  readonly name?: string;
  readonly rows: readonly (readonly CellForTests[])[];
  readonly merges?: readonly string[];
  readonly hiddenRows?: readonly number[];
  readonly hidden?: boolean;
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const letters = (index: number): string =>
  (index < 26 ? "" : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

function sheetXml({ rows, merges = [], hiddenRows = [] }: SheetForTests, strings: string[]): string {
  const cell = (value: CellForTests, reference: string): string => {
    if (value === null) return "";
    if (typeof value === "object") return value.xml.replace("<c", `<c r="${reference}"`);
    if (typeof value === "number") return `<c r="${reference}"><v>${value}</v></c>`;
    if (!strings.includes(value)) strings.push(value);
    return `<c r="${reference}" t="s"><v>${strings.indexOf(value)}</v></c>`;
  };
  const lines = rows.map((row, index) => {
    const number = index + 1;
    const hidden = hiddenRows.includes(number) ? ' hidden="1"' : "";
    return `<row r="${number}"${hidden}>${row.map((value, column) => cell(value, `${letters(column)}${number}`)).join("")}</row>`;
  });
  const merged =
    merges.length > 0
      ? `<mergeCells count="${merges.length}">${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join("")}</mergeCells>`
      : "";
  return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${lines.join("")}</sheetData>${merged}</worksheet>`;
}

/** Styles 0 general, 1 day, 2 month, 3 percent, 4 thousands, 5 date and time. */
const STYLES = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="165" formatCode="#,##0,"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${[0, 14, 164, 9, 165, 22].map((id) => `<xf numFmtId="${id}"/>`).join("")}</cellXfs></styleSheet>`;

/** An XLSX file made by hand, so that the tests do not trust the library that reads it. */
export function xlsxForTests(sheets: readonly SheetForTests[], options: { date1904?: boolean } = {}): Buffer {
  const strings: string[] = [];
  const type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const parts: [string, string][] = sheets.map((sheet, index) => [
    `xl/worksheets/sheet${index + 1}.xml`,
    sheetXml(sheet, strings),
  ]);
  const listed = sheets.map(
    ({ name, hidden }, index) =>
      `<sheet name="${escaped(name ?? `Sheet${index + 1}`)}" sheetId="${index + 1}" r:id="rId${index + 1}"${hidden ? ' state="hidden"' : ""}/>`,
  );
  const relations = sheets.map(
    (_, index) =>
      `<Relationship Id="rId${index + 1}" Type="${type}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
  );
  parts.push(
    ["[Content_Types].xml", "<Types/>"],
    [
      "_rels/.rels",
      `<Relationships><Relationship Id="rId1" Type="${type}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      "xl/workbook.xml",
      `<workbook xmlns:r="${type}"><workbookPr date1904="${options.date1904 ? 1 : 0}"/><sheets>${listed.join("")}</sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      `<Relationships>${relations.join("")}<Relationship Id="rS" Type="${type}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rT" Type="${type}/styles" Target="styles.xml"/></Relationships>`,
    ],
    [
      "xl/sharedStrings.xml",
      `<sst>${strings.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join("")}</sst>`,
    ],
    ["xl/styles.xml", STYLES],
  );
  return zipForTests(parts.map(([name, text]) => [name, Buffer.from(text)]));
}

/** A ZIP archive. */
export function zipForTests(parts: readonly (readonly [string, Buffer])[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of parts) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, rest, Buffer.from(name)]));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, Buffer.from("PK\x05\x06"), end]);
}
