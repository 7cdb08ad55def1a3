/** What a text may bind to. `period` is a label, or `reporting` / `previous`. */
export type Binding =
  | {
      readonly kind: "value" | "title" | "unit";
      readonly indicator: string;
      readonly where: Readonly<Record<string, string>>;
      readonly period: string;
    }
  | { readonly kind: "requirement"; readonly standard: string; readonly requirement: string }
  | {
      readonly kind: "meta";
      readonly field: "entity" | "period" | "previous" | "journal.position" | "journal.head" | "generated";
    }
  | { readonly kind: "count"; readonly of: "findings" | "errors" | "warnings" | "notices" | "missing" | "figures" };

export type Piece = { readonly text: string } | { readonly binding: Binding } | { readonly unknown: string };

const BINDING = /\{\{([^{}]*)\}\}/g;
const FIGURE = /^(value|title|unit):([a-z0-9]+(?:[.-][a-z0-9]+)*)(?:\[([^\]]*)\])?(?:@([\p{L}\p{N}._-]+))?$/u;
const REQUIREMENT = /^requirement:([a-z0-9-]+):([A-Za-z0-9.-]+)$/;
const META = /^(entity|period|previous|journal\.position|journal\.head|generated)$/;
const COUNT = /^count:(findings|errors|warnings|notices|missing|figures)$/;
const CONDITION = /^([a-z0-9.-]+)=([\p{L}\p{N}<>≤≥+._-]+)$/u;

function readWhere(text: string | undefined): Record<string, string> | undefined {
  const where: Record<string, string> = {};
  for (const part of (text ?? "").split(",").filter(Boolean)) {
    const [, dimension, member] = CONDITION.exec(part.trim()) ?? [];
    if (dimension === undefined || member === undefined) return undefined;
    where[dimension] = member;
  }
  return where;
}

function readBinding(inner: string): Binding | undefined {
  const figure = FIGURE.exec(inner);
  if (figure) {
    const [, kind, indicator = "", conditions, period = "reporting"] = figure;
    const where = readWhere(conditions);
    return where && { kind: kind as "value" | "title" | "unit", indicator, where, period };
  }
  const requirement = REQUIREMENT.exec(inner);
  if (requirement) return { kind: "requirement", standard: requirement[1] ?? "", requirement: requirement[2] ?? "" };
  if (META.test(inner)) return { kind: "meta", field: inner as (Binding & { kind: "meta" })["field"] };
  const count = COUNT.exec(inner);
  if (count) return { kind: "count", of: count[1] as (Binding & { kind: "count" })["of"] };
  return undefined;
}

/** Splits a text at its bindings: `{{value:ghg.scope1@previous}}`, `{{value:people.headcount[gender=female]}}`, `{{period}}`. */
export function readPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(BINDING)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    const inner = (match[1] ?? "").trim();
    const binding = readBinding(inner);
    pieces.push(binding ? { binding } : { unknown: inner });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
