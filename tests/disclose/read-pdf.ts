import { inflateSync } from "node:zlib";

// Reads the text back out of the bytes of a PDF: its objects, each page's content stream, and each font's map from glyphs
// to characters. It knows what our typesetter writes (no object streams, two-byte glyph ids), and fails on anything else.

const latin = (bytes: Buffer): string => bytes.toString("latin1");

function objectsOf(pdf: string): Map<string, string> {
  return new Map(
    [...pdf.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map((match) => [
      match[1] as string,
      match[2] as string,
    ]),
  );
}

function streamOf(object: string): string {
  const start = object.indexOf("stream\n");
  const bytes = Buffer.from(object.slice(start + 7, object.lastIndexOf("\nendstream")), "latin1");
  return object.slice(0, start).includes("/FlateDecode") ? latin(inflateSync(bytes)) : latin(bytes);
}

const utf16 = (hex: string): string => Buffer.from(hex, "hex").swap16().toString("utf16le");

function glyphsOf(map: string): Map<number, string> {
  const glyphs = new Map<number, string>();
  for (const [, section = ""] of map.matchAll(/beginbfchar\n([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = "", text = ""] of section.matchAll(/<([0-9A-F]+)>\s*<([0-9A-F]+)>/gi))
      glyphs.set(parseInt(glyph, 16), utf16(text));
  }
  return glyphs;
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "(": "(", ")": ")", "\\": "\\" };

/** A literal string of a content stream as bytes. */
function literal(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[\s\S])/g, (_, escape: string) =>
    /^[0-7]/.test(escape) ? String.fromCharCode(parseInt(escape, 8)) : (ESCAPES[escape] ?? ""),
  );
}

function decode(bytes: string, glyphs: ReadonlyMap<number, string>): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 2) {
    const glyph = bytes.charCodeAt(index) * 256 + bytes.charCodeAt(index + 1);
    const character = glyphs.get(glyph);
    if (character === undefined) throw new Error(`glyph ${glyph} has no character`);
    text += character;
  }
  return text;
}

const OPERATION =
  /\/(\w+) [\d.]+ Tf|\[((?:\((?:\\[\s\S]|[^\\()])*\)|<[0-9A-Fa-f]*>|[^\]()<>])*)\] TJ|(\((?:\\[\s\S]|[^\\()])*\)|<[0-9A-Fa-f]*>) Tj/g;
const STRING = /\(((?:\\[\s\S]|[^\\()])*)\)|<([0-9A-Fa-f]*)>/g;

/** The text of each page, in the order in which it is drawn, one entry for each run. */
export function readPdf(bytes: Buffer): { pages: string[][]; promise: string[] } {
  const objects = objectsOf(latin(bytes));
  const get = (id: string | undefined): string => objects.get(id ?? "") ?? "";
  const pages = [...objects.values()].filter((object) => /\/Type \/Page\n/.test(object));
  const order = [
    ...(
      /\/Kids \[([^\]]*)\]/.exec([...objects.values()].find((object) => /\/Type \/Pages\n/.test(object)) ?? "")?.[1] ??
      ""
    ).matchAll(/(\d+) 0 R/g),
  ].map((match) => get(match[1]));
  if (order.length !== pages.length || pages.length === 0)
    throw new Error(`${pages.length} pages, ${order.length} in the page tree`);
  const read = order.map((page) => {
    const fonts = new Map(
      [...(/\/Font <<([\s\S]*?)>>/.exec(page)?.[1] ?? "").matchAll(/\/(\w+) (\d+) 0 R/g)].map(([, name, id]) => [
        name,
        glyphsOf(streamOf(get(/\/ToUnicode (\d+)/.exec(get(id))?.[1]))),
      ]),
    );
    const runs: string[] = [];
    let glyphs: ReadonlyMap<number, string> = new Map();
    for (const [, font, several, one] of streamOf(get(/\/Contents (\d+)/.exec(page)?.[1])).matchAll(OPERATION)) {
      if (font !== undefined) glyphs = fonts.get(font) ?? new Map();
      else {
        const strings = [...(several ?? one ?? "").matchAll(STRING)].map(([, text, hex]) =>
          hex === undefined ? literal(text ?? "") : latin(Buffer.from(hex, "hex")),
        );
        runs.push(decode(strings.join(""), glyphs));
      }
    }
    return runs;
  });
  const metadata = [...objects.values()].find((object) => /\/Type \/Metadata\n/.test(object)) ?? "";
  const promise = [...streamOf(metadata).matchAll(/<(pdf\w+):(part|conformance)>([^<]*)</g)].map(
    ([, space, name, value]) => `${space}:${name}=${value}`,
  );
  return { pages: read, promise };
}
