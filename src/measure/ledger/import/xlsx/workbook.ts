import { posix } from "node:path";
import { Damaged } from "./damage.ts";
import { type NumberForm, numberForm } from "./number-form.ts";
import { storable } from "./storable-text.ts";
import { readXml } from "./xml-part.ts";
import type { ZipParts } from "./zip-parts.ts";

export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Its part in the archive. */
  readonly part: string;
}

/** What a workbook holds besides the cells of its sheets. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** Dates count from 1904, as on old Macs. */
  readonly from1904: boolean;
  readonly strings: readonly string[];
  /** What the numbers of a style are, by the style's number. */
  readonly forms: readonly NumberForm[];
}

/** Reads the list of sheets, the shared strings and the styles. @throws Damaged */
export async function readWorkbook(parts: ZipParts): Promise<Workbook> {
  const root = await relations(parts, "_rels/.rels", "");
  const path = [...root.values()].find(({ type }) => type.endsWith("/officeDocument"))?.target ?? "xl/workbook.xml";
  const folder = posix.dirname(path);
  const related = await relations(parts, `${folder}/_rels/${posix.basename(path)}.rels`, folder);
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readXml(path, parts.read(path), {
    open(name, attributes) {
      if (name === "workbookPr") from1904 = attributes["date1904"] === "1" || attributes["date1904"] === "true";
      if (name !== "sheet") return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1] ?? "";
      const part = related.get(id);
      if (part?.type.endsWith("/worksheet"))
        sheets.push({
          name: attributes["name"] ?? "",
          hidden: (attributes["state"] ?? "visible") !== "visible",
          part: part.target,
        });
    },
  });
  if (sheets.length === 0) throw new Damaged("no sheet");
  const target = (suffix: string): string | undefined =>
    [...related.values()].find(({ type }) => type.endsWith(suffix))?.target;
  return {
    sheets,
    from1904,
    strings: await sharedStrings(parts, target("/sharedStrings")),
    forms: await styles(parts, target("/styles")),
  };
}

async function relations(
  parts: ZipParts,
  name: string,
  folder: string,
): Promise<Map<string, { type: string; target: string }>> {
  const found = new Map<string, { type: string; target: string }>();
  if (!parts.names.includes(name)) return found;
  await readXml(name, parts.read(name), {
    open(tag, attributes) {
      if (tag !== "Relationship") return;
      const target = attributes["Target"] ?? "";
      const path = target.startsWith("/") ? target.slice(1) : posix.normalize(posix.join(folder, target));
      found.set(attributes["Id"] ?? "", { type: attributes["Type"] ?? "", target: path });
    },
  });
  return found;
}

async function sharedStrings(parts: ZipParts, name: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (name === undefined || !parts.names.includes(name)) return strings;
  let text: string | undefined;
  let inText = false;
  let phonetic = 0;
  await readXml(name, parts.read(name), {
    open(tag) {
      if (tag === "si") text = "";
      else if (tag === "rPh") phonetic += 1;
      else if (tag === "t") inText = phonetic === 0;
    },
    text(piece) {
      if (inText && text !== undefined) text += piece;
    },
    close(tag) {
      if (tag === "si") {
        strings.push(storable(text ?? ""));
        text = undefined;
      } else if (tag === "rPh") phonetic -= 1;
      else if (tag === "t") inText = false;
    },
  });
  return strings;
}

async function styles(parts: ZipParts, name: string | undefined): Promise<NumberForm[]> {
  const forms: NumberForm[] = [];
  if (name === undefined || !parts.names.includes(name)) return forms;
  const codes = new Map<number, string>();
  let inCellStyles = false;
  await readXml(name, parts.read(name), {
    open(tag, attributes) {
      if (tag === "numFmt") codes.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "");
      else if (tag === "cellXfs") inCellStyles = true;
      else if (tag === "xf" && inCellStyles) {
        const id = Number(attributes["numFmtId"] ?? 0);
        forms.push(numberForm(id, codes.get(id)));
      }
    },
    close(tag) {
      if (tag === "cellXfs") inCellStyles = false;
    },
  });
  return forms;
}
