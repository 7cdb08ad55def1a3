/** A curve of straight lines between points; beyond its ends it keeps the value of the end. */
export interface Curve {
  /** Ascending. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The value of a curve at x. */
export function valueOn(curve: Curve, x: number): number {
  const last = curve.x.length - 1;
  if (x <= (curve.x[0] ?? 0)) return curve.y[0] ?? 0;
  if (x >= (curve.x[last] ?? 0)) return curve.y[last] ?? 0;
  let i = 1;
  while ((curve.x[i] ?? 0) < x) i++;
  const [x0, x1, y0, y1] = [curve.x[i - 1] ?? 0, curve.x[i] ?? 0, curve.y[i - 1] ?? 0, curve.y[i] ?? 0];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

/** Whether a curve never rises (of a COP: warmer is never better). */
export function neverRises(curve: Curve): boolean {
  return curve.y.every((y, i) => i === 0 || y <= (curve.y[i - 1] ?? y));
}

/** Whether a curve never falls. */
export function neverFalls(curve: Curve): boolean {
  return curve.y.every((y, i) => i === 0 || y >= (curve.y[i - 1] ?? y));
}

/**
 * Whether x ÷ y(x) rises throughout, so that more output never takes less input. On a straight piece y = a + b·x the
 * slope of x ÷ y has the sign of a, so each piece's value at x = 0 must be above zero.
 */
export function inputRises(curve: Curve): boolean {
  return curve.x.every((x1, i) => {
    if (i === 0) return true;
    const [x0, y0, y1] = [curve.x[i - 1] ?? 0, curve.y[i - 1] ?? 0, curve.y[i] ?? 0];
    return y0 - ((y1 - y0) / (x1 - x0)) * x0 > 0;
  });
}
