interface Suite {
  readonly name: string;
  /** Paths that its tests lie under; absent for tools. */
  readonly vitest?: readonly string[];
}
/** Every suite that gates. */
export const SUITES: readonly Suite[];
