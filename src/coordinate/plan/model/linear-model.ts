/** A model in sparse arrays: minimise `cost·x` with bounds on columns and rows. The matrix is row-wise. */
export interface LinearModel {
  readonly columns: number;
  readonly rows: number;
  readonly cost: Float64Array;
  readonly columnLower: Float64Array;
  readonly columnUpper: Float64Array;
  /** 1 where a column takes whole numbers alone. */
  readonly whole: Uint8Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** [rows + 1] where each row's entries begin. */
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  /** What each row says, for a conflict told in words: one name per row. */
  readonly rowNames: readonly string[];
}

export interface ColumnOptions {
  /** Cost per unit, 0 by default. */
  readonly cost?: number;
  /** Lower bound, 0 by default. */
  readonly from?: number;
  /** Upper bound, none by default. */
  readonly to?: number;
  readonly whole?: boolean;
}

/** Collects columns and rows; `build` freezes them into arrays. */
export interface ModelBuilder {
  /** Adds a decision and returns its index. */
  column(options?: ColumnOptions): number;
  /** Adds `from ≤ Σ coefficient·column ≤ to`; infinite bounds are no bounds. */
  row(
    name: string,
    from: number,
    to: number,
    entries: readonly (readonly [column: number, coefficient: number])[],
  ): void;
  build(): LinearModel;
}

/** An empty model. A row that names a column twice, or one that is not there, is a broken invariant and throws. */
export function modelBuilder(): ModelBuilder {
  const cost: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  const whole: number[] = [];
  const rowLower: number[] = [];
  const rowUpper: number[] = [];
  const starts: number[] = [0];
  const indices: number[] = [];
  const values: number[] = [];
  const rowNames: string[] = [];
  return {
    column(options = {}) {
      cost.push(options.cost ?? 0);
      lower.push(options.from ?? 0);
      upper.push(options.to ?? Number.POSITIVE_INFINITY);
      whole.push(options.whole ? 1 : 0);
      return cost.length - 1;
    },
    row(name, from, to, entries) {
      const seen = new Set<number>();
      for (const [column, coefficient] of entries) {
        if (column < 0 || column >= cost.length || seen.has(column) || !Number.isFinite(coefficient))
          throw new Error(`row ${name}: column ${column} is unknown, given twice or has no finite coefficient`);
        seen.add(column);
        indices.push(column);
        values.push(coefficient);
      }
      starts.push(indices.length);
      rowLower.push(from);
      rowUpper.push(to);
      rowNames.push(name);
    },
    build: () => ({
      columns: cost.length,
      rows: rowNames.length,
      cost: Float64Array.from(cost),
      columnLower: Float64Array.from(lower),
      columnUpper: Float64Array.from(upper),
      whole: Uint8Array.from(whole),
      rowLower: Float64Array.from(rowLower),
      rowUpper: Float64Array.from(rowUpper),
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
      rowNames: [...rowNames],
    }),
  };
}
