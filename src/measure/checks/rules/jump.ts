import { type Ref, refText } from "../figure.ts";
import { type Draft, named, printed, range, share, text } from "../finding.ts";
import { middle, scaled } from "../interval.ts";
import type { Context, Rule } from "../rule.ts";
import { allSteps, isAmount, isChance, rootsOf, type Step, stepOf } from "../series.ts";
import { figuresOf, subject } from "../sums.ts";

interface Change {
  readonly step: Step;
  readonly root: Ref;
  /** Parts of one whole are of a family, and so are all wholes. */
  readonly family: string;
  /** Growth beyond that of the whole that the figure is a part of. */
  readonly own: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

/** What makes a median absolute deviation comparable with a standard deviation of normal values. */
const NORMAL = 1.4826;
const FEWEST_PEERS = 5;

/** How far a change may go: at least `least`, more where its peers moved together or lie wide apart. */
function bandOf(peers: readonly Change[], spread: number, least: number): number {
  if (peers.length < FEWEST_PEERS) return least;
  const centre = median(peers.map(({ own }) => own));
  const deviation = median(peers.map(({ own }) => Math.abs(own - centre)));
  return Math.max(least, Math.abs(centre) + spread * NORMAL * deviation);
}

/** The growth of what is around a part: of the rest of the whole, or of the whole where the part is most of it. */
function growthAround(part: Step, whole: Step): number {
  const [a, b] = [part, whole].map(({ now, past }) => [middle(now.interval), middle(past.interval)] as const);
  if (!a || !b) return whole.growth;
  const [now, then] = [b[0].minus(a[0]), b[1].minus(a[1])];
  const most = a[0].times(2).gt(b[0]) || a[1].times(2).gt(b[1]);
  return most || now.lte(0) || then.lte(0) ? whole.growth : Math.log(now.div(then).toNumber());
}

function changesOf(context: Context): Change[] {
  const rootOf = rootsOf(context);
  return allSteps(context)
    .filter((step) => isAmount(step.now) && isAmount(step.past))
    .map((step) => {
      const root = rootOf(step.ref);
      const isWhole = refText(root) === refText(step.ref);
      const whole = isWhole ? undefined : stepOf(context, root, step.period);
      const expected = whole ? growthAround(step, whole) : 0;
      return { step, root, family: whole ? refText(root) : "", own: step.growth - expected };
    });
}

/** The share of the whole that the change is. */
function weightOf(context: Context, { step, root }: Change): number {
  const whole = context.figures.readings(root, step.period)[0] ?? step.now;
  const change = middle(step.now.interval).minus(middle(step.past.interval)).abs();
  const size = middle(whole.interval);
  return size.gt(0) ? change.div(size).toNumber() : 1;
}

/**
 * An amount that jumps against the whole it is a part of, beyond a band that is at least `jump` wide and widens with the
 * spread of the changes around it. Three periods are too few for a trend, so peers of one period stand in for history;
 * small shares of the whole and counts that chance explains are left alone.
 */
export const jump: Rule = {
  id: "jump",
  codes: ["CHECK-JUMP"],
  run(context) {
    const { bands } = context;
    const changes = changesOf(context);
    const volatile = new Set(context.relations("volatile").flatMap(({ indicators }) => indicators));
    const drafts: Draft[] = [];
    let checked = 0;
    for (const change of changes) {
      const { step, own } = change;
      if (volatile.has(step.ref.indicator)) continue;
      checked += 1;
      const peers = changes.filter(
        (peer) => peer !== change && peer.step.period === step.period && peer.family === change.family,
      );
      const width = bandOf(peers, Number(bands.spread), Math.log(Number(bands.jump)));
      if (Math.abs(own) <= width || isChance(step) || weightOf(context, change) < Number(bands.material)) continue;
      const shown = { unit: step.now.figure.unit, decimals: step.now.figure.decimals };
      const carried = scaled(step.past.interval, Math.exp(step.growth - own));
      const expected = { low: carried.low.times(Math.exp(-width)), high: carried.high.times(Math.exp(width)) };
      drafts.push({
        code: "CHECK-JUMP",
        severity: "warning",
        cause: "CHECK-CAUSE-JUMP",
        subjects: [subject(step.ref, step.period), subject(step.ref, step.before)],
        expected: range(expected, shown),
        actual: printed(step.now.figure),
        difference: share(Math.exp(step.growth) - 1, 0, true),
        effect: Math.min(1, Math.abs(own) / 5),
        values: {
          figure: named(step.ref),
          period: text(step.period),
          before: text(step.before),
          earlier: printed(step.past.figure),
        },
        figures: figuresOf([step.now, step.past]),
      });
    }
    return { drafts, checked };
  },
};
