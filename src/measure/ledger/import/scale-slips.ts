/** Amounts of one series that would fit in with its others if they were so many powers of ten less or more. */
export interface ScaleSlip {
  /** 1, 2, 3, 4 or 6: about 10^power times too large; negative when too small. */
  readonly power: number;
  /** How many amounts there are, and the rows of some of them, ascending. */
  readonly count: number;
  readonly rows: readonly number[];
  /** The middle one of these and of the others, base units (per hour for flows). */
  readonly actual: number;
  readonly typical: number;
}

interface Sized {
  readonly size: number;
  readonly row: number;
}

/** Amounts of like size, apart from all others. `row` of one known from elsewhere is 0. */
interface Cluster {
  readonly low: number;
  readonly high: number;
  readonly middle: number;
  readonly count: number;
  readonly known: number;
  readonly rows: readonly number[];
}

/** So many amounts are kept one by one; beyond that only how many there are of each size. */
const EXACT = 64;
/** How many of the largest and of the smallest are kept with their rows then. */
const KEPT = 16;
const BINS_PER_POWER = 32;
const LOWEST = -15;
const HIGHEST = 21;
const BINS = (HIGHEST - LOWEST) * BINS_PER_POWER;
const POWERS = [1, 2, 3, 4, 6];
/** In powers of ten: what parts two clusters, how wide the usual amounts may be spread, how near to a whole power a slip must be. */
const GAP = 0.6;
const WIDEST_SPREAD = 0.5;
const MARGIN = 0.2;

/**
 * The sizes of a series' amounts, by their logarithms: all of them as long as they are few, then as a histogram with the largest
 * and the smallest, so that a series of a million readings needs as little memory as one of a hundred.
 */
export class AmountSizes {
  #few: Sized[] | undefined = [];
  #bins = new Uint32Array(0);
  #largest: Sized[] = [];
  #smallest: Sized[] = [];

  /** @param amount base units, per hour for flows; only its size counts, and zero says nothing */
  add(amount: number, row: number): void {
    const magnitude = amount < 0 ? -amount : amount;
    if (!(magnitude > 1e-15 && magnitude < 1e21)) return;
    const size = Math.log10(magnitude);
    if (!this.#few) this.#put(size, row);
    else {
      this.#few.push({ size, row });
      if (this.#few.length > EXACT) {
        const few = this.#few;
        this.#few = undefined;
        this.#bins = new Uint32Array(BINS);
        for (const one of few) this.#put(one.size, one.row);
      }
    }
  }

  /**
   * The amounts that stand apart from the usual ones of the series by a whole power of ten. Where the usual ones themselves vary
   * too much to tell (a solar plant by the hour), nothing is said.
   * @param known amounts of the same series from elsewhere; what is usual is decided by them first
   */
  slips(known: readonly number[] = []): ScaleSlip[] {
    const before = known
      .filter((amount) => amount !== 0)
      .map((amount) => ({ size: Math.log10(Math.abs(amount)), row: 0 }));
    const clusters = this.#few ? clustersOf([...this.#few, ...before]) : this.#clustersOfBins(before);
    if (clusters.length < 2) return [];
    const usual = clusters.reduce((best, cluster) => (compareUsual(cluster, best) < 0 ? cluster : best));
    if (usual.count + usual.known < 2 || usual.high - usual.low > WIDEST_SPREAD) return [];
    return clusters.flatMap((cluster): ScaleSlip[] => {
      if (cluster === usual || cluster.count === 0) return [];
      const away = cluster.middle - usual.middle;
      const margin = Math.max(MARGIN, (usual.high - usual.low) / 2);
      const power = POWERS.find((candidate) => Math.abs(Math.abs(away) - candidate) <= margin);
      if (power === undefined) return [];
      const { count, rows } = cluster;
      return [
        { power: Math.sign(away) * power, count, rows, actual: 10 ** cluster.middle, typical: 10 ** usual.middle },
      ];
    });
  }

  #put(size: number, row: number): void {
    const bin = binOf(size);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    keepExtreme(this.#largest, size, row, 1);
    keepExtreme(this.#smallest, size, row, -1);
  }

  #clustersOfBins(known: readonly Sized[]): Cluster[] {
    const knownBins = new Uint32Array(BINS);
    for (const { size } of known) knownBins[binOf(size)] = (knownBins[binOf(size)] ?? 0) + 1;
    const extremes = [...this.#largest, ...this.#smallest];
    const clusters: Cluster[] = [];
    let from = -1;
    let to = -1;
    const close = (): void => {
      if (from >= 0) clusters.push(this.#clusterOfBins(from, to, knownBins, extremes));
    };
    for (let bin = 0; bin < BINS; bin += 1) {
      if ((this.#bins[bin] ?? 0) + (knownBins[bin] ?? 0) === 0) continue;
      if (from < 0 || bin - to > GAP * BINS_PER_POWER) {
        close();
        from = bin;
      }
      to = bin;
    }
    close();
    return clusters;
  }

  #clusterOfBins(from: number, to: number, knownBins: Uint32Array, extremes: readonly Sized[]): Cluster {
    let count = 0;
    let known = 0;
    for (let bin = from; bin <= to; bin += 1) {
      count += this.#bins[bin] ?? 0;
      known += knownBins[bin] ?? 0;
    }
    let left = (count + known) / 2;
    let middle = from;
    for (; middle < to; middle += 1) {
      left -= (this.#bins[middle] ?? 0) + (knownBins[middle] ?? 0);
      if (left <= 0) break;
    }
    const rows = [
      ...new Set(extremes.filter(({ size }) => binOf(size) >= from && binOf(size) <= to).map(({ row }) => row)),
    ];
    return {
      low: sizeOf(from),
      high: sizeOf(to),
      middle: sizeOf(middle),
      count,
      known,
      rows: rows.sort((a, b) => a - b),
    };
  }
}

/** The usual amounts are those known from elsewhere; else the most; else those that came first. */
function compareUsual(a: Cluster, b: Cluster): number {
  return b.known - a.known || b.count - a.count || (a.rows[0] ?? 0) - (b.rows[0] ?? 0);
}

function clustersOf(amounts: readonly Sized[]): Cluster[] {
  const sorted = amounts.toSorted((a, b) => a.size - b.size);
  const clusters: Cluster[] = [];
  let from = 0;
  for (let at = 1; at <= sorted.length; at += 1) {
    const next = sorted[at];
    const last = sorted[at - 1];
    if (next && last && next.size - last.size <= GAP) continue;
    const members = sorted.slice(from, at);
    const rows = members.filter(({ row }) => row > 0).map(({ row }) => row);
    clusters.push({
      low: members[0]?.size ?? 0,
      high: last?.size ?? 0,
      middle: members[members.length >> 1]?.size ?? 0,
      count: rows.length,
      known: members.length - rows.length,
      rows: rows.sort((a, b) => a - b),
    });
    from = at;
  }
  return clusters;
}

function keepExtreme(list: Sized[], size: number, row: number, sign: 1 | -1): void {
  const least = list[list.length - 1];
  if (list.length >= KEPT && least && (size - least.size) * sign <= 0) return;
  let at = list.length;
  while (at > 0 && (size - (list[at - 1]?.size ?? 0)) * sign > 0) at -= 1;
  list.splice(at, 0, { size, row });
  if (list.length > KEPT) list.pop();
}

function binOf(size: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor((size - LOWEST) * BINS_PER_POWER)));
}

function sizeOf(bin: number): number {
  return LOWEST + (bin + 0.5) / BINS_PER_POWER;
}
