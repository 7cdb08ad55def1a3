interface Suite {
  readonly name: string;
  /** Paths that its tests lie under; absent for tools. */
  readonly vitest?: readonly string[];
}
/** Every suite that gates. */
export const SUITES: readonly Suite[];
/** Debian packages that a suite needs, and a file by which each is known to be there. */
export const SYSTEM_PACKAGES: Readonly<Record<string, string>>;
