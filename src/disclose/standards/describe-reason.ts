import { type Text, textOf } from "../../ground/issue/index.ts";
import type { Reason } from "./coverage.ts";

/**
 * A reason in words.
 * @param texts words of `content/locales/report`, keys `reason.…`
 * @param title an indicator's title
 */
export function describeReason(
  reason: Reason,
  texts: ReadonlyMap<string, Text>,
  title: (indicator: string) => Text,
): Text {
  const word = reason.kind === "indicator" ? `reason.indicator.${reason.status}` : `reason.${reason.kind}`;
  const text = texts.get(word);
  if (!text) throw new Error(`the report has no word ${word}`);
  return textOf((language) => {
    const values: Record<string, string> = {
      indicator: reason.kind === "indicator" ? title(reason.indicator)[language] : "",
      place: reason.kind === "narrative-answered" ? (reason.place?.[language] ?? "") : "",
      why: reason.kind === "explained" ? reason.why[language] : "",
      from: reason.kind === "effective" ? reason.from : "",
    };
    return text[language].replace(/\{([a-z]+)\}/g, (_, name: string) => values[name] ?? "").trim();
  });
}
