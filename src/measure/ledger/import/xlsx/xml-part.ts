import { SaxesParser } from "saxes";
import { Damaged } from "./damage.ts";

/** What a reader of an XML part is told. Names come without their prefix. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Parses an XML part as it streams by; after each piece the caller may take what is finished. @throws Damaged when it is not well-formed */
export async function* parseXml(
  name: string,
  pieces: AsyncIterable<string>,
  handler: XmlHandler,
): AsyncGenerator<void> {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  parser.on("error", (error) => {
    throw new Damaged(`${name}: ${error.message}`);
  });
  parser.on("opentag", (tag) => handler.open?.(local(tag.name), tag.attributes));
  parser.on("text", (text) => handler.text?.(text));
  parser.on("cdata", (text) => handler.text?.(text));
  parser.on("closetag", (tag) => handler.close?.(local(tag.name)));
  for await (const piece of pieces) {
    parser.write(piece);
    yield;
  }
  parser.close();
  yield;
}

/** Parses an XML part whole. */
export async function readXml(name: string, pieces: AsyncIterable<string>, handler: XmlHandler): Promise<void> {
  for await (const _ of parseXml(name, pieces, handler));
}

function local(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}
