import { descending } from "./descending.ts";
import { squashed, unsquashed } from "./value-features.ts";

/** Bins of as many predictions each, whose means the line is drawn through. */
const BINS = 40;

/** Moves predictions that were fitted on squashed money to the mean of the money itself. */
export type Calibration = (said: number) => number;

/**
 * A rising line through what predictions came to on average. A model of squashed values is right for the middle of what
 * follows and, where money is skewed, too low for its mean; and the mean is what a decision has to weigh.
 * @param said    [n] predictions by models that did not see what came, squashed
 * @param came    [n] what came, squashed
 * @param squash  as in `ValueFeatures`; at 0 nothing is squashed
 * @source        Barlow et al., Statistical Inference under Order Restrictions, 1972 (isotonic regression)
 */
export function calibrateMean(said: Float64Array, came: Float64Array, squash: number): Calibration {
  const bins = Math.min(BINS, said.length);
  if (bins === 0) return (value) => value;
  const order = [...said.keys()].sort((a, b) => (said[a] as number) - (said[b] as number));
  const at = new Float64Array(bins);
  const fallen = new Float64Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    const some = order.slice(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins));
    for (const i of some) {
      at[bin] = (at[bin] as number) + (said[i] as number) / some.length;
      fallen[bin] = (fallen[bin] as number) - unsquashed(came[i] as number, squash) / some.length;
    }
  }
  descending(fallen);
  const to = fallen.map((value) => squashed(-value, squash));
  const last = bins - 1;
  return (value) => {
    if (value <= (at[0] as number)) return value + (to[0] as number) - (at[0] as number);
    if (value >= (at[last] as number)) return value + (to[last] as number) - (at[last] as number);
    let above = 1;
    while ((at[above] as number) <= value) above++;
    const [low, high] = [at[above - 1] as number, at[above] as number];
    const part = (value - low) / (high - low);
    return (1 - part) * (to[above - 1] as number) + part * (to[above] as number);
  };
}
