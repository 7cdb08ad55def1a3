/** Carbon of a kW as it is known or foreseen from an hour on. Hours are those of a series; the values hold over a whole hour. */
export interface Outlook {
  /** Value of a whole hour, per kWh. */
  at(hour: number): number;
  /** Carbon of one kW from `fromH` to `toH`. */
  between(fromH: number, toH: number): number;
}

const DAY = 24;

/**
 * An outlook over hourly values; after its end its last day comes again and again.
 * @param values     [T] per kWh, at least a day; not copied
 * @param firstHour  hour of the first value
 */
export function outlookOf(values: ArrayLike<number>, firstHour: number): Outlook {
  const length = values.length;
  const sums = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0);
  const day = (sums[length] ?? 0) - (sums[length - DAY] ?? 0);
  const value = (i: number): number => values[i < length ? i : length - DAY + ((i - length) % DAY)] ?? 0;
  const before = (i: number): number => {
    if (i <= length) return sums[i] ?? 0;
    const over = i - length;
    const rest = length - DAY + (over % DAY);
    return (sums[length] ?? 0) + Math.floor(over / DAY) * day + (sums[rest] ?? 0) - (sums[length - DAY] ?? 0);
  };
  const until = (h: number): number => {
    const i = Math.floor(h);
    return before(i) + (h - i) * value(i);
  };
  return {
    at: (hour) => value(hour - firstHour),
    between: (fromH, toH) => until(toH - firstHour) - until(fromH - firstHour),
  };
}
