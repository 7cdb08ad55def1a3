import { canonicalJson } from "../../../ground/journal/index.ts";
import { plainName } from "./column-names.ts";
import { BASIS_NAMES } from "./header-names.ts";
import { detached } from "./period-reader.ts";
import type { Basis, EvidenceResolver } from "./prepared-row.ts";
import type { Problem } from "./row-cursor.ts";

/** What a text stands for, or why it stands for nothing. */
export type Reading<T> = { readonly value: T } | { readonly problem: Problem };

const BASIS_BY_NAME: ReadonlyMap<string, Basis> = new Map(
  (Object.entries(BASIS_NAMES) as [Basis, readonly string[]][]).flatMap(([basis, names]) =>
    names.map((name) => [plainName(name), basis] as const),
  ),
);

/** Reads the words of evidence and basis cells, each once. */
export class WordReadings {
  readonly #resolve: EvidenceResolver;
  readonly #evidence = new Map<string, Reading<string>>();
  readonly #bases = new Map<string, Reading<Basis>>();

  constructor(resolve: EvidenceResolver) {
    this.#resolve = resolve;
  }

  /** The evidence reference as canonical JSON. @issues IMPORT-049, and those of the resolver */
  evidence(text: string): Reading<string> {
    return remembered(this.#evidence, text, () => {
      // Half of a surrogate pair cannot be stored.
      const plain = text.trim().replace(/\p{Surrogate}/gu, "\ufffd");
      const resolved = this.#resolve(plain === "" ? undefined : plain);
      if (resolved.ok) return { value: canonicalJson(resolved.value) };
      const { at: _, ...problem } = resolved.issues[0] ?? {
        at: {},
        code: "IMPORT-049",
        severity: "error",
        actual: plain,
      };
      return { problem: { ...problem, severity: "error" } };
    });
  }

  /** `measured` where nothing is said. @issues IMPORT-047 */
  basis(text: string): Reading<Basis> {
    return remembered(this.#bases, text, () => {
      const plain = plainName(text);
      const basis = plain === "" ? "measured" : BASIS_BY_NAME.get(plain);
      if (basis) return { value: basis };
      const expected = Object.keys(BASIS_NAMES).join(", ");
      return { problem: { code: "IMPORT-047", severity: "error", expected, actual: text.trim().slice(0, 80) } };
    });
  }
}

function remembered<T>(known: Map<string, T>, text: string, read: () => T): T {
  const before = known.get(text);
  if (before) return before;
  const reading = read();
  if (known.size >= 50_000) known.clear();
  known.set(detached(text), reading);
  return reading;
}
