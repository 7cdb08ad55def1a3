import { crc32 } from "node:zlib";
import yauzl from "yauzl";
import type { ReadLimits } from "../read-limits.ts";
import { Damaged } from "./damage.ts";

/** The parts of an XLSX file, which is a ZIP archive. */
export interface ZipParts {
  readonly names: readonly string[];
  /** The text of a part, piece by piece; a part that is not there throws. */
  read(name: string): AsyncGenerator<string>;
}

const MIB = 1024 * 1024;

/** Opens an archive in memory. Nothing is unpacked before it is asked for. @throws Damaged */
export async function openZip(bytes: Buffer, limits: ReadLimits): Promise<ZipParts> {
  const zip = await opened(bytes);
  const entries = new Map<string, yauzl.Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.on("entry", (entry: yauzl.Entry) => {
      if (entries.has(entry.fileName)) reject(new Damaged(`${entry.fileName} twice`));
      entries.set(entry.fileName, entry);
      if (entries.size > 10_000) reject(new Damaged("more than 10,000 parts"));
      else zip.readEntry();
    });
    zip.on("end", resolve);
    zip.on("error", (error) => reject(new Damaged(error.message)));
    zip.readEntry();
  });

  async function* read(name: string): AsyncGenerator<string> {
    const entry = entries.get(name);
    if (!entry) throw new Damaged(`${name} is missing`);
    refuseBomb(entry, limits);
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      zip.openReadStream(entry, (error, readable) =>
        error ? reject(new Damaged(`${name}: ${error.message}`)) : resolve(readable),
      );
    });
    const decoder = new TextDecoder("utf-8");
    let sum = 0;
    try {
      for await (const piece of stream as AsyncIterable<Buffer>) {
        sum = crc32(piece, sum);
        yield decoder.decode(piece, { stream: true });
      }
      yield decoder.decode();
    } catch (error) {
      throw error instanceof Damaged
        ? error
        : new Damaged(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (sum !== entry.crc32) throw new Damaged(`${name}: checksum`);
  }

  return { names: [...entries.keys()], read };
}

function refuseBomb(entry: yauzl.Entry, limits: ReadLimits): void {
  const { uncompressedSize, compressedSize, fileName } = entry;
  const megabytes = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;
  if (uncompressedSize > limits.xlsxPartBytes)
    throw new Damaged(megabytes(uncompressedSize), "IMPORT-022", { part: fileName }, megabytes(limits.xlsxPartBytes));
  const ratio = uncompressedSize / Math.max(1, compressedSize);
  if (uncompressedSize > MIB && ratio > limits.xlsxRatio)
    throw new Damaged(`${ratio.toFixed(0)} : 1`, "IMPORT-022", { part: fileName }, `${limits.xlsxRatio} : 1`);
}

function opened(bytes: Buffer): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(new Damaged(error.message));
      else resolve(zip);
    });
  });
}
