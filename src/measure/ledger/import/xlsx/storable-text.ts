/** A text without what no database keeps: NUL, and halves of characters. They become U+FFFD. */
export function storable(text: string): string {
  return text.replace(/[\0\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}
