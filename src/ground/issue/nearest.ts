/** How many letters have to be put in, left out, exchanged for others or swapped with a neighbour to make one word of the other. */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, (before[column - 2] ?? 0) + 1);
      next.push(least);
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? 0;
}

/**
 * Names that somebody may have meant, the likeliest first: those that begin with or contain what was written before
 * those that only look like it.
 * @param most how many are worth reading
 */
export function nearest(written: string, names: Iterable<string>, most = 5): string[] {
  const wanted = written.toLowerCase();
  const rank = (name: string): number => {
    const known = name.toLowerCase();
    const part = wanted.length > 1 && (known.startsWith(wanted) ? 0.25 : known.includes(wanted) ? 0.3 : 1);
    return distance(wanted, known) * (part === false ? 1 : part);
  };
  return [...names]
    .map((name) => ({ name, rank: rank(name) }))
    .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** The name that most looks like what was written, for a text; a dash when there is none at all. */
export function nearestOf(written: string, names: Iterable<string>): string {
  return nearest(written.trim().slice(0, 64), names, 1)[0] ?? "–";
}
