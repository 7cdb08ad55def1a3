/** How well a model says what a meter measured. */
export interface ModelFit {
  /** Steps that have both. */
  readonly points: number;
  readonly parameters: number;
  /** √(Σ(measured − modelled)² ÷ (n − p)) ÷ mean measured. */
  readonly cvRmse: number;
  /** Σ(measured − modelled) ÷ ((n − p) × mean measured); positive = the model says too little. */
  readonly nmbe: number;
  /** Correlation of an error with the one before it, 0 … 1: errors that follow each other tell less. */
  readonly autocorrelation: number;
  /** n (1 − ρ) ÷ (1 + ρ). */
  readonly effectivePoints: number;
  /** Within the limits of the guideline for its resolution. */
  readonly calibrated: boolean;
}

/** CV(RMSE) and |NMBE| that a calibrated model keeps. @source ASHRAE Guideline 14-2014, 4.2 and 5.3.3.3.10 */
const LIMITS = { hourly: { cvRmse: 0.3, nmbe: 0.1 }, monthly: { cvRmse: 0.15, nmbe: 0.05 } } as const;

/**
 * Fit of a model to a meter; undefined with no more points than parameters, or where nothing flowed.
 * @param measured [T]
 * @param modelled [T] of the same steps
 * @param parameters that were fitted to the measurements
 * @source ASHRAE Guideline 14-2014, 5.2.11 (n − p), B.4 (effective points)
 */
export function modelFit(
  measured: readonly number[],
  modelled: readonly number[],
  parameters: number,
  resolution: "hourly" | "monthly",
): ModelFit | undefined {
  const points = measured.length;
  if (points !== modelled.length) throw new Error(`${points} measured steps and ${modelled.length} modelled ones`);
  const freedom = points - parameters;
  const mean = measured.reduce((sum, one) => sum + one, 0) / points;
  if (freedom < 1 || !(Math.abs(mean) > 0)) return undefined;
  const errors = measured.map((one, i) => one - (modelled[i] ?? 0));
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  const cvRmse = Math.sqrt(squares / freedom) / Math.abs(mean);
  const nmbe = errors.reduce((sum, error) => sum + error, 0) / (freedom * mean);
  const follow = errors.reduce((sum, error, i) => sum + (i > 0 ? error * (errors[i - 1] ?? 0) : 0), 0);
  const autocorrelation = squares > 0 ? Math.min(0.999, Math.max(0, follow / squares)) : 0;
  const limit = LIMITS[resolution];
  return {
    points,
    parameters,
    cvRmse,
    nmbe,
    autocorrelation,
    effectivePoints: (points * (1 - autocorrelation)) / (1 + autocorrelation),
    calibrated: cvRmse <= limit.cvRmse && Math.abs(nmbe) <= limit.nmbe,
  };
}
