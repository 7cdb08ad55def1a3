import { createHash } from "node:crypto";
import type { ReportDocument } from "./document.ts";

/** JSON with sorted keys and nothing undefined: the same tree has the same text on every machine. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 over the canonical text, hex: what a release is known by. */
export function documentHash(document: ReportDocument): string {
  return createHash("sha256").update(canonicalJson(document)).digest("hex");
}
