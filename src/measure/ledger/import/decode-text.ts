import { isAscii } from "node:buffer";
import iconv from "iconv-lite";
import { detectEncoding, type Detected, type Encoding, encodingByMark } from "./text-encoding.ts";

/** What decoding found out, filled in as the text streams by. */
export interface DecodedText {
  /** Undefined while every byte was ASCII. */
  readonly encoding: () => Encoding | undefined;
  /** Yields the text; ends early, having yielded nothing more, when the encoding is ambiguous. */
  readonly chunks: AsyncGenerator<string>;
}

const SAMPLE_BYTES = 1 << 18;

/**
 * Decodes a stream of bytes. Bytes that mean nothing in the encoding come out as U+FFFD, which the scanner reports with row and
 * column. As long as all bytes are ASCII no encoding is chosen; the first others decide, wherever in the file they stand.
 * @param given        the encoding that the user named; detected otherwise
 * @param onAmbiguous  called once, with what the first line in question would say in each encoding
 */
export function decodeText(
  bytes: AsyncIterable<Uint8Array>,
  given: Encoding | undefined,
  onAmbiguous: (candidates: readonly { encoding: Encoding; text: string }[]) => void,
): DecodedText {
  let encoding: Encoding | undefined;

  async function* chunks(): AsyncGenerator<string> {
    const input = bytes[Symbol.asyncIterator]();
    let ended = false;
    const pull = async (): Promise<Uint8Array | undefined> => {
      const next = await input.next();
      if (next.done) ended = true;
      return next.done ? undefined : next.value;
    };
    try {
      let pending = await atLeast(pull, new Uint8Array(0), 4096);
      const marked = encodingByMark(pending);
      if (marked?.kind === "known" && (given === undefined || given === marked.encoding)) {
        encoding = marked.encoding;
        pending = pending.subarray(marked.bomBytes);
      } else encoding = given;
      while (encoding === undefined) {
        if (isAscii(pending)) {
          if (pending.length > 0) yield asLatin1(pending);
          if (ended) return;
          pending = (await pull()) ?? new Uint8Array(0);
        } else {
          pending = await atLeast(pull, pending, SAMPLE_BYTES);
          const found = detectEncoding(pending);
          if (found.kind === "ambiguous") {
            onAmbiguous(
              found.candidates.map((candidate) => ({
                encoding: candidate,
                text: firstForeignLine(pending, candidate),
              })),
            );
            return;
          }
          encoding = chosen(found);
        }
      }
      const decode = decoderFor(encoding);
      yield decode.write(pending);
      for (let next = await pull(); next !== undefined; next = await pull()) yield decode.write(next);
      const tail = decode.end();
      if (tail) yield tail;
    } finally {
      await input.return?.();
    }
  }

  return { encoding: () => encoding, chunks: chunks() };
}

function chosen(found: Detected): Encoding {
  // Where nothing fits without a flaw, UTF-8 shows the flaw with row and column, and the remedy names the option.
  return found.kind === "known" ? found.encoding : "utf-8";
}

async function atLeast(
  pull: () => Promise<Uint8Array | undefined>,
  first: Uint8Array,
  bytes: number,
): Promise<Uint8Array> {
  if (first.length >= bytes) return first;
  const parts = [first];
  let length = first.length;
  while (length < bytes) {
    const next = await pull();
    if (next === undefined) break;
    parts.push(next);
    length += next.length;
  }
  return parts.length === 1 ? first : Buffer.concat(parts);
}

interface StreamDecoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

function decoderFor(encoding: Encoding): StreamDecoder {
  if (encoding === "utf-8") return utf8Decoder();
  if (encoding === "utf-16le" || encoding === "utf-16be") {
    // The platform's decoder turns half of a surrogate pair into U+FFFD; the other one passes it on.
    const decoder = new TextDecoder(encoding, { ignoreBOM: true });
    return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
  }
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  return { write: (bytes) => decoder.write(asBuffer(bytes)), end: () => decoder.end() ?? "" };
}

/** UTF-8 with a short way for pieces that are pure ASCII, as most tables of readings are. */
function utf8Decoder(): StreamDecoder {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let whole = true;
  return {
    write(bytes) {
      if (whole && isAscii(bytes)) return asLatin1(bytes);
      whole = (bytes[bytes.length - 1] ?? 0) < 0x80;
      return decoder.decode(bytes, { stream: true });
    },
    end: () => decoder.decode(),
  };
}

function firstForeignLine(bytes: Uint8Array, encoding: Encoding): string {
  const lines = iconv.decode(asBuffer(bytes.subarray(0, SAMPLE_BYTES)), encoding).split(/\r?\n/);
  return (lines.find((line) => /[^\x00-\x7f]/.test(line)) ?? "").slice(0, 60);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function asLatin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("latin1");
}
