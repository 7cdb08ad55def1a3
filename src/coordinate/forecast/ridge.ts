import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { TrainingTable } from "./boosted-trees.ts";

/** Linear regression with a penalty; foretells all outputs of one row. */
export interface Ridge {
  /** @param row [features]  @param out [outputs] gets the answer */
  predictInto(row: ArrayLike<number>, out: Float64Array): void;
}

/**
 * Least squares with a penalty on the size of the weights; features are centred and scaled first, the mean is free.
 * @param penalty  as a share of the rows, on standardised features
 * @param counts  [rows] how much each row counts, mean 1; all alike when left out
 */
export function fitRidge(table: TrainingTable, penalty = 1e-3, counts?: Float64Array): Ridge {
  const { rows, features, targets } = table;
  const width = features.length;
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value, i) => sum + value * (counts?.[i] ?? 1), 0) / Math.max(1, rows);
  const centre = Float64Array.from(features, mean);
  const scale = Float64Array.from(features, (values, f) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++)
      sum += (counts?.[i] ?? 1) * ((values[i] as number) - (centre[f] as number)) ** 2;
    return Math.sqrt(sum / Math.max(1, rows)) || 1;
  });
  const targetMean = Float64Array.from(targets, mean);
  const gram = new Float64Array(width * width);
  const right = targets.map(() => new Float64Array(width));
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    for (let f = 0; f < width; f++)
      row[f] = (((features[f] as Float64Array)[i] as number) - (centre[f] as number)) / (scale[f] as number);
    for (let f = 0; f < width; f++) {
      const value = (counts?.[i] ?? 1) * (row[f] as number);
      const at = f * width;
      for (let g = 0; g <= f; g++) gram[at + g] = (gram[at + g] as number) + value * (row[g] as number);
      for (let j = 0; j < targets.length; j++) {
        const side = right[j] as Float64Array;
        side[f] =
          (side[f] as number) + value * (((targets[j] as Float64Array)[i] as number) - (targetMean[j] as number));
      }
    }
  }
  const system = Matrix.zeros(width, width);
  for (let f = 0; f < width; f++) {
    for (let g = 0; g <= f; g++) {
      const value = (gram[f * width + g] as number) + (f === g ? penalty * rows + 1e-9 : 0);
      system.set(f, g, value);
      system.set(g, f, value);
    }
  }
  const solved = new CholeskyDecomposition(system).solve(new Matrix(right.map((side) => [...side])).transpose());
  const weights = targets.map((_, j) =>
    Float64Array.from({ length: width }, (__, f) => solved.get(f, j) / (scale[f] as number)),
  );
  const base = targets.map(
    (_, j) =>
      (targetMean[j] as number) -
      (weights[j] as Float64Array).reduce((sum, weight, f) => sum + weight * (centre[f] as number), 0),
  );
  return {
    predictInto(values, out) {
      for (let j = 0; j < weights.length; j++) {
        const own = weights[j] as Float64Array;
        let sum = base[j] as number;
        for (let f = 0; f < width; f++) sum += (own[f] as number) * (values[f] ?? 0);
        out[j] = sum;
      }
    },
  };
}

/** Rounds in which rows far off are given less and less weight. */
const MEDIAN_ROUNDS = 3;
/** Rows nearer than this share of the mean error count alike. */
const NEAR = 0.1;

/**
 * The same for the least sum of absolute errors: what it foretells is the middle of what may come, not its mean.
 * @param table  with one output
 * @source iteratively reweighted least squares (Schlossmacher 1973)
 */
export function fitMedianRidge(table: TrainingTable, penalty = 1e-3): Ridge {
  const { rows, features, targets } = table;
  const wanted = targets[0] ?? new Float64Array(0);
  const row = new Float64Array(features.length);
  const out = new Float64Array(1);
  let ridge = fitRidge(table, penalty);
  for (let round = 0; round < MEDIAN_ROUNDS; round++) {
    const off = Float64Array.from(wanted, (value, i) => {
      for (let f = 0; f < row.length; f++) row[f] = (features[f] as Float64Array)[i] as number;
      ridge.predictInto(row, out);
      return Math.abs(value - (out[0] as number));
    });
    const least = (NEAR * off.reduce((sum, one) => sum + one, 0)) / Math.max(1, rows) + 1e-12;
    const counts = off.map((one) => 1 / Math.max(one, least));
    const mean = counts.reduce((sum, one) => sum + one, 0) / Math.max(1, rows);
    ridge = fitRidge(
      table,
      penalty,
      counts.map((one) => one / mean),
    );
  }
  return ridge;
}
