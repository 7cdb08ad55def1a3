import { type Dims, dimsText, type Ref, refText } from "./figure.ts";
import type { FigureSet } from "./figure-set.ts";
import type { Context } from "./rule.ts";

/** A total and what makes it up. */
export interface Parts {
  readonly total: Ref;
  readonly parts: readonly Ref[];
  /** By what the total is cut; empty for parts that are indicators of their own. */
  readonly by: string;
}

/** Every way in which a breakdown cuts its indicator: one dimension opened, the others held. */
export function cutsOf(figures: FigureSet, indicator: string, by: readonly string[]): Parts[] {
  const all = figures.dimsOf(indicator);
  return by.flatMap((dimension) => {
    const groups = new Map<string, { rest: Dims; parts: Ref[] }>();
    for (const dims of all) {
      if (!(dimension in dims)) continue;
      const { [dimension]: _, ...rest } = dims;
      const group = groups.get(dimsText(rest)) ?? { rest, parts: [] };
      group.parts.push({ indicator, dims });
      groups.set(dimsText(rest), group);
    }
    return [...groups.values()].map(({ rest, parts }) => ({ total: { indicator, dims: rest }, parts, by: dimension }));
  });
}

/** All totals with their parts, declared or cut by dimension, each once. */
export function partsOf(context: Context): Parts[] {
  const cuts = context.relations("breakdown").flatMap(({ indicator, by }) => cutsOf(context.figures, indicator, by));
  const sums = context.relations("sum").map(({ total, parts }) => ({ total, parts, by: "" }));
  const different = new Map<string, Parts>();
  for (const item of [...sums, ...cuts]) {
    different.set(`${refText(item.total)}=${item.parts.map(refText).sort().join("+")}`, item);
  }
  return [...different.values()];
}
