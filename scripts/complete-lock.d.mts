interface LockFile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}
/** Optional dependencies that a lock file names and does not hold, with the entry that each needs. */
export function missingEntries(lock: LockFile): [path: string, entry: Readonly<Record<string, unknown>>][];
