import { cutsOf } from "../cuts.ts";
import type { Ref } from "../figure.ts";
import type { Reading } from "../figure-set.ts";
import type { RelationOf } from "../relation.ts";
import type { Context } from "../rule.ts";

export type Mean = RelationOf<"mean">;

/** One total and its parts in one period. */
export interface MeanCase {
  readonly relation: Mean;
  readonly by: string;
  readonly period: string;
  readonly total: Ref;
  readonly parts: readonly Reading[];
}

/** Every total of a mean whose parts are all given. */
export function meanCases(context: Context, relation: Mean): MeanCase[] {
  return cutsOf(context.figures, relation.indicator, relation.by).flatMap(({ total, parts, by }) =>
    context.periods.flatMap((period): MeanCase[] => {
      const read = parts.map((part) => context.figures.readings(part, period)[0]);
      const given = read.filter((reading) => reading !== undefined);
      return given.length === parts.length && given.length > 1 ? [{ relation, by, period, total, parts: given }] : [];
    }),
  );
}
