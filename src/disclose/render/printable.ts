/**
 * Characters that no reader sees as text: controls, lone surrogates, non-characters, and marks that reorder or hide what
 * stands beside them. Line ends and tabs become spaces; the rest becomes a visible replacement mark.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fdd0}-\u{fdef}\u{fff9}-\u{fffb}\u{fffe}\u{ffff}]/gu;

/** A text as it may be shown anywhere. */
export function printable(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]+/g, " ").replace(UNPRINTABLE, "\u{fffd}");
}
