import { isAscii, isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import { FAMILIAR_WORDS } from "./header-names.ts";

/** The encodings a file may be in. Big5 includes the Hong Kong supplement (深水埗, 鰂魚涌). */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "big5", "gb18030", "windows-1252"] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** Reads the name of an encoding as people write it; undefined when it is none of ours. */
export function encodingNamed(name: string): Encoding | undefined {
  const plain = name.toLowerCase().replace(/[\s_-]/g, "");
  const names: Record<string, Encoding> = {
    utf8: "utf-8",
    utf8bom: "utf-8",
    utf16: "utf-16le",
    utf16le: "utf-16le",
    unicode: "utf-16le",
    utf16be: "utf-16be",
    big5: "big5",
    big5hkscs: "big5",
    cp950: "big5",
    ms950: "big5",
    gb18030: "gb18030",
    gbk: "gb18030",
    gb2312: "gb18030",
    cp936: "gb18030",
    windows1252: "windows-1252",
    cp1252: "windows-1252",
    latin1: "windows-1252",
    iso88591: "windows-1252",
  };
  return names[plain];
}

/** What the first bytes say: an encoding, that all is ASCII so far, several that fit equally, or none that fits. */
export type Detected =
  | { readonly kind: "known"; readonly encoding: Encoding; readonly bomBytes: number }
  | { readonly kind: "ascii" }
  | { readonly kind: "ambiguous"; readonly candidates: readonly Encoding[] }
  | { readonly kind: "none" };

/** The encoding of the start of a file by its byte order mark, or by the zeros of UTF-16 text without one. */
export function encodingByMark(start: Uint8Array): Detected | undefined {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf)
    return { kind: "known", encoding: "utf-8", bomBytes: 3 };
  if (start[0] === 0xff && start[1] === 0xfe) return { kind: "known", encoding: "utf-16le", bomBytes: 2 };
  if (start[0] === 0xfe && start[1] === 0xff) return { kind: "known", encoding: "utf-16be", bomBytes: 2 };
  const pairs = Math.min(start.length, 400) >> 1;
  if (pairs < 4) return undefined;
  let zeroFirst = 0;
  let zeroSecond = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    if (start[pair * 2] === 0) zeroFirst += 1;
    if (start[pair * 2 + 1] === 0) zeroSecond += 1;
  }
  // Even a table of Chinese text has delimiters, digits and line ends: one byte in ten is a zero, nearly always on the same side.
  if (zeroSecond >= pairs / 10 && zeroSecond > 4 * zeroFirst)
    return { kind: "known", encoding: "utf-16le", bomBytes: 0 };
  if (zeroFirst >= pairs / 10 && zeroFirst > 4 * zeroSecond)
    return { kind: "known", encoding: "utf-16be", bomBytes: 0 };
  return undefined;
}

/**
 * The encoding of bytes without a byte order mark. UTF-8 is certain when it fits, since nothing else forms it by accident;
 * Big5 and GB18030 often both fit, and are then told apart by how common the characters are that they would mean, and
 * by words that a table like ours holds. When that does not decide either, the answer is that it is ambiguous.
 */
export function detectEncoding(sample: Uint8Array): Detected {
  if (isAscii(sample)) return { kind: "ascii" };
  if (isUtf8(withoutCutTail(sample))) return { kind: "known", encoding: "utf-8", bomBytes: 0 };
  const candidates = (["big5", "gb18030"] as const)
    .map((encoding) => ({ encoding, score: score(sample, encoding) }))
    .filter(({ score }) => score !== undefined) as { encoding: Encoding; score: number }[];
  const [first, second] = candidates.sort((a, b) => b.score - a.score);
  if (!first) return { kind: "none" };
  if (!second || first.score >= second.score + 0.15) return { kind: "known", encoding: first.encoding, bomBytes: 0 };
  return { kind: "ambiguous", candidates: [first.encoding, second.encoding] };
}

/** The share of double-byte characters that are common in that encoding, and more for known words; undefined if it does not decode. */
function score(sample: Uint8Array, encoding: "big5" | "gb18030"): number | undefined {
  const whole = lastLineEnd(sample);
  const text = iconv.decode(Buffer.from(whole.buffer, whole.byteOffset, whole.length), encoding);
  if (text.includes("\ufffd")) return undefined;
  let pairs = 0;
  let common = 0;
  for (let at = 0; at < whole.length; at += 1) {
    const lead = whole[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = whole[at + 1] ?? 0;
    pairs += 1;
    at += 1;
    if (encoding === "big5" ? isCommonBig5(lead, trail) : isCommonGb(lead, trail)) common += 1;
  }
  const words = FAMILIAR_WORDS.filter((word) => text.includes(word)).length;
  return (pairs === 0 ? 0 : common / pairs) + Math.min(words, 10);
}

function isCommonBig5(lead: number, trail: number): boolean {
  return (lead >= 0xa1 && lead <= 0xa3) || (lead >= 0xa4 && lead <= 0xc6 && (trail <= 0x7e || trail >= 0xa1));
}

function isCommonGb(lead: number, trail: number): boolean {
  return trail >= 0xa1 && ((lead >= 0xa1 && lead <= 0xa3) || (lead >= 0xb0 && lead <= 0xd7));
}

/** Up to the last line end, so that a character cut by the end of the sample does not count against it. */
function lastLineEnd(sample: Uint8Array): Uint8Array {
  const end = sample.lastIndexOf(0x0a);
  return end > 0 ? sample.subarray(0, end + 1) : sample;
}

/** Drops an unfinished UTF-8 character at the end of a sample. */
function withoutCutTail(sample: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= sample.length; back += 1) {
    const byte = sample[sample.length - back] ?? 0;
    if (byte < 0x80) return sample;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? sample.subarray(0, sample.length - back) : sample;
    }
  }
  return sample;
}
