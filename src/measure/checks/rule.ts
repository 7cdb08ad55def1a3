import type { UnitTable } from "../../ground/quantity/index.ts";
import type { Claim, ClaimOf, Target } from "./claim.ts";
import type { FigureSet } from "./figure-set.ts";
import type { Draft } from "./finding.ts";
import type { Completeness } from "./incomplete.ts";
import type { RelationKind, RelationOf } from "./relation.ts";

/** What every rule sees. */
export interface Context {
  readonly figures: FigureSet;
  /** Labels, oldest first. */
  readonly periods: readonly string[];
  relations<K extends RelationKind>(kind: K): readonly RelationOf<K>[];
  claims<K extends Claim["kind"]>(kind: K): readonly ClaimOf<K>[];
  readonly targets: readonly Target[];
  readonly completeness: Completeness;
  readonly bands: RelationOf<"bands">;
  readonly units: UnitTable;
}

/** A general rule: it knows relations and figures, never a company. */
export interface Rule {
  readonly id: string;
  /** The codes it may raise. */
  readonly codes: readonly string[];
  run(context: Context): { readonly drafts: readonly Draft[]; readonly checked: number };
}

/** The period before, where the list has one. */
export function periodBefore(periods: readonly string[], period: string): string | undefined {
  const index = periods.indexOf(period);
  return index > 0 ? periods[index - 1] : undefined;
}
