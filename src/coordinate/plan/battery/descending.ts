/** Makes worths descend by replacing each rise with the mean of its neighbours (pool adjacent violators). */
export function descending(worth: Float64Array): void {
  const values: number[] = [];
  const counts: number[] = [];
  for (const one of worth) {
    values.push(one);
    counts.push(1);
    while (values.length > 1 && (values.at(-1) as number) > (values.at(-2) as number)) {
      const [v, c] = [values.pop() as number, counts.pop() as number];
      const last = values.length - 1;
      const before = counts[last] as number;
      values[last] = ((values[last] as number) * before + v * c) / (before + c);
      counts[last] = before + c;
    }
  }
  let j = 0;
  values.forEach((value, i) => {
    for (let c = 0; c < (counts[i] as number); c++) worth[j++] = value;
  });
}
