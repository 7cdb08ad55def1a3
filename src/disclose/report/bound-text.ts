import { type Language, type Text, textOf } from "../../ground/issue/index.ts";
import { type Binding, type Piece, readPieces } from "./binding.ts";
import type { BuildContext } from "./build-context.ts";
import type { Inline, Rich } from "./document.ts";
import { periodTitle } from "./period-title.ts";
import { richOf } from "./rich.ts";
import { sameText } from "./words.ts";

function metaText(context: BuildContext, field: (Binding & { kind: "meta" })["field"]): Text | undefined {
  const { meta } = context.inputs;
  switch (field) {
    case "entity":
      return meta.entity;
    case "period":
      return periodTitle(meta.period);
    case "previous": {
      const previous = context.period("previous");
      return previous === undefined ? undefined : periodTitle(previous);
    }
    case "journal.position":
      return sameText(meta.journal.position);
    case "journal.head":
      return sameText(meta.journal.head);
    case "generated":
      return sameText(meta.generatedAt);
  }
}

function count(context: BuildContext, of: (Binding & { kind: "count" })["of"]): number {
  const { findings } = context.inputs;
  const severity = (wanted: string): number => findings.filter((finding) => finding.severity === wanted).length;
  const counts = {
    findings: () => findings.length,
    errors: () => severity("error"),
    warnings: () => severity("warning"),
    notices: () => severity("notice"),
    figures: () => context.figures.size,
    missing: () => [...context.figures.values()].filter((figure) => figure.status === "missing").length,
  };
  return counts[of]();
}

/** A piece of text in one language; what cannot be bound is an issue. */
function resolve(context: BuildContext, piece: Piece, language: Language, path: string): Inline[] {
  if ("text" in piece) return [{ text: piece.text }];
  if ("unknown" in piece) {
    context.issues.push({ code: "REPORT-002", severity: "error", at: { path }, actual: piece.unknown });
    return [];
  }
  const { binding } = piece;
  if (binding.kind === "count") return [{ text: String(count(context, binding.of)) }];
  if (binding.kind === "requirement") {
    const found = context.requirement(`${binding.standard}:${binding.requirement}`, path);
    return found ? [{ text: `${found.requirement.id} ${found.requirement.title[language]}` }] : [];
  }
  if (binding.kind === "meta") {
    const text = metaText(context, binding.field);
    if (text) return [{ text: text[language] }];
    context.issues.push({ code: "REPORT-002", severity: "error", at: { path }, actual: binding.field });
    return [];
  }
  const period = context.period(binding.period);
  if (period === undefined) {
    context.issues.push({ code: "REPORT-002", severity: "error", at: { path }, actual: `@${binding.period}` });
    return [];
  }
  const figure = context.figure(binding.indicator, period, binding.where, path);
  if (!figure) return [];
  if (binding.kind === "value") return [{ figure: figure.key }];
  return [{ text: (binding.kind === "title" ? figure.title : figure.unit)[language] }];
}

/** A text of the template with its bindings resolved, each language by itself. */
export function boundRich(context: BuildContext, text: Text, path: string): Rich {
  return richOf((language) => readPieces(text[language]).flatMap((piece) => resolve(context, piece, language, path)));
}

/** The same where only plain text can stand: titles and captions; a figure there prints its digits. */
export function boundText(context: BuildContext, text: Text, path: string): Text {
  return textOf((language) =>
    readPieces(text[language])
      .flatMap((piece) => resolve(context, piece, language, path))
      .map((inline) =>
        "figure" in inline
          ? (context.figures.get(inline.figure)?.display?.[language] ?? "–")
          : "text" in inline
            ? inline.text
            : "",
      )
      .join(""),
  );
}
