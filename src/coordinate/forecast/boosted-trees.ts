/** A table of features in columns, and what each row should have foretold. */
export interface TrainingTable {
  readonly rows: number;
  /** [features][rows] */
  readonly features: readonly Float64Array[];
  /** [outputs][rows]; a tree splits for all outputs at once and has one leaf value for each. */
  readonly targets: readonly Float64Array[];
}

export interface BoostingOptions {
  readonly trees: number;
  readonly depth: number;
  /** Share of each tree's answer that is taken. */
  readonly rate: number;
  readonly minimumLeafRows: number;
  /** Added to the rows of a leaf: pulls small leaves to zero. */
  readonly shrinkage: number;
  /** Share of the rows and of the features that each tree sees. */
  readonly rowShare: number;
  readonly featureShare: number;
  readonly seed: number;
  /** `absolute` foretells the middle of what may come, and takes one output; `squared`, the mean, when left out. */
  readonly loss?: "squared" | "absolute";
}

export const DEFAULT_BOOSTING: BoostingOptions = {
  trees: 120,
  depth: 5,
  rate: 0.08,
  minimumLeafRows: 40,
  shrinkage: 20,
  rowShare: 0.5,
  featureShare: 0.4,
  seed: 1,
};

/** Foretells all outputs of one row. */
export interface BoostedTrees {
  /** @param row [features]  @param out [outputs] gets the answer */
  predictInto(row: ArrayLike<number>, out: Float64Array): void;
}

const BINS = 64;

/** Numbers in [0, 1) that depend on the seed alone. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Upper limits of the bins of a feature: quantiles of a sample of it. */
function binLimits(values: Float64Array): Float64Array {
  const step = Math.max(1, Math.floor(values.length / 5000));
  const sample = values.filter((_, i) => i % step === 0).sort();
  const limits: number[] = [];
  for (let bin = 1; bin < BINS; bin++) {
    const limit = sample[Math.floor((bin * sample.length) / BINS)] ?? 0;
    if (limits.length === 0 || limit > (limits.at(-1) ?? 0)) limits.push(limit);
  }
  return Float64Array.from(limits);
}

function binOf(limits: Float64Array, value: number): number {
  let low = 0;
  let high = limits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (limits[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Node {
  /** −1 in a leaf. */
  feature: number;
  /** Rows at or below it go to the left. */
  limit: number;
  bin: number;
  left: number;
  right: number;
  leaf: Float64Array;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly gain: number;
}

function medianOf(values: Float64Array): number {
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1
    ? (values[middle] as number)
    : ((values[middle - 1] as number) + (values[middle] as number)) / 2;
}

/**
 * Gradient boosting on histograms, with vector leaves. For absolute error trees split by the side on which the rows
 * lie, and a leaf takes the median of its rows.
 * @source Friedman 2001; histograms as in LightGBM (Ke et al. 2017); decision 0015
 */
export function fitBoostedTrees(table: TrainingTable, options: BoostingOptions = DEFAULT_BOOSTING): BoostedTrees {
  const outputs = table.targets.length;
  const random = seededNumbers(options.seed);
  const limits = table.features.map(binLimits);
  const binned = table.features.map((values, f) => {
    const own = limits[f] ?? new Float64Array(0);
    return Uint8Array.from(values, (value) => binOf(own, value));
  });
  // Residuals row by row, so that a histogram reads them in one stretch.
  const residual = new Float64Array(table.rows * outputs);
  table.targets.forEach((target, j) => {
    for (let row = 0; row < table.rows; row++) residual[row * outputs + j] = target[row] ?? 0;
  });
  const isAbsolute = options.loss === "absolute";
  // What a tree follows: how far each row is off, or only to which side.
  const pull = isAbsolute ? new Float64Array(residual.length) : residual;
  const trees: Node[][] = [];
  const sums = new Float64Array(BINS * outputs);
  const counts = new Float64Array(BINS);
  const total = new Float64Array(outputs);
  const running = new Float64Array(outputs);

  const bestSplit = (rows: Int32Array, chosen: readonly number[]): Split | undefined => {
    total.fill(0);
    for (const row of rows)
      for (let j = 0; j < outputs; j++) total[j] = (total[j] as number) + (pull[row * outputs + j] as number);
    let best: Split | undefined;
    let parent = 0;
    for (let j = 0; j < outputs; j++) parent += (total[j] as number) ** 2 / (rows.length + options.shrinkage);
    for (const feature of chosen) {
      const bins = binned[feature] as Uint8Array;
      sums.fill(0);
      counts.fill(0);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i] as number;
        const bin = bins[row] as number;
        counts[bin] = (counts[bin] as number) + 1;
        const to = bin * outputs;
        const from = row * outputs;
        for (let j = 0; j < outputs; j++) sums[to + j] = (sums[to + j] as number) + (pull[from + j] as number);
      }
      running.fill(0);
      let left = 0;
      for (let bin = 0; bin + 1 < BINS; bin++) {
        const here = counts[bin] as number;
        if (here === 0) continue;
        left += here;
        let gain = -parent;
        const right = rows.length - left;
        const [overLeft, overRight] = [1 / (left + options.shrinkage), 1 / (right + options.shrinkage)];
        for (let j = 0; j < outputs; j++) {
          const sum = (running[j] as number) + (sums[bin * outputs + j] as number);
          running[j] = sum;
          gain += sum * sum * overLeft + ((total[j] as number) - sum) ** 2 * overRight;
        }
        if (left < options.minimumLeafRows) continue;
        if (right < options.minimumLeafRows) break;
        if (gain > 1e-9 && (best === undefined || gain > best.gain)) best = { feature, bin, gain };
      }
    }
    return best;
  };

  const grow = (rows: Int32Array, depth: number, chosen: readonly number[], nodes: Node[]): number => {
    const index = nodes.length;
    const leaf = new Float64Array(outputs);
    nodes.push({ feature: -1, limit: 0, bin: 0, left: 0, right: 0, leaf });
    const split = depth === 0 || rows.length < 2 * options.minimumLeafRows ? undefined : bestSplit(rows, chosen);
    if (split === undefined && isAbsolute) {
      if (rows.length > 0)
        leaf[0] =
          (options.rate * rows.length * medianOf(Float64Array.from(rows, (row) => residual[row] as number))) /
          (rows.length + options.shrinkage);
      return index;
    }
    if (split === undefined) {
      for (const row of rows)
        for (let j = 0; j < outputs; j++) leaf[j] = (leaf[j] as number) + (residual[row * outputs + j] as number);
      for (let j = 0; j < outputs; j++)
        leaf[j] = (options.rate * (leaf[j] as number)) / (rows.length + options.shrinkage);
      return index;
    }
    const bins = binned[split.feature] as Uint8Array;
    const left = grow(
      rows.filter((row) => (bins[row] as number) <= split.bin),
      depth - 1,
      chosen,
      nodes,
    );
    const right = grow(
      rows.filter((row) => (bins[row] as number) > split.bin),
      depth - 1,
      chosen,
      nodes,
    );
    const limit = limits[split.feature]?.[split.bin] ?? Number.POSITIVE_INFINITY;
    nodes[index] = { feature: split.feature, limit, bin: split.bin, left, right, leaf };
    return index;
  };

  for (let tree = 0; tree < options.trees; tree++) {
    if (isAbsolute) for (let row = 0; row < pull.length; row++) pull[row] = Math.sign(residual[row] as number);
    const sample: number[] = [];
    for (let row = 0; row < table.rows; row++) if (random() < options.rowShare) sample.push(row);
    const chosen = table.features.map((_, f) => f).filter(() => random() < options.featureShare);
    const nodes: Node[] = [];
    grow(Int32Array.from(sample), options.depth, chosen, nodes);
    trees.push(nodes);
    for (let row = 0; row < table.rows; row++) {
      let node = nodes[0] as Node;
      while (node.feature >= 0)
        node = nodes[
          ((binned[node.feature] as Uint8Array)[row] as number) <= node.bin ? node.left : node.right
        ] as Node;
      for (let j = 0; j < outputs; j++)
        residual[row * outputs + j] = (residual[row * outputs + j] as number) - (node.leaf[j] as number);
    }
  }
  return {
    predictInto(row, out) {
      out.fill(0);
      for (const nodes of trees) {
        let node = nodes[0] as Node;
        while (node.feature >= 0) node = nodes[(row[node.feature] ?? 0) <= node.limit ? node.left : node.right] as Node;
        for (let j = 0; j < outputs; j++) out[j] = (out[j] as number) + (node.leaf[j] as number);
      }
    },
  };
}
