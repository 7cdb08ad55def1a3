/** What one contender's process is asked to do. */
export interface Task {
  /** The folder of the rows. */
  readonly rows: string;
  readonly count: number;
  /** The folder whose packages the peers are. */
  readonly bench: string;
  /** Candela's only: what to measure, in which data folder, on which engine. */
  readonly phase?: "import" | "mirror" | "compute" | "trace" | "verify" | "copy-limits";
  readonly data?: string;
  readonly engine?: "postgres" | "columnar";
}

/** The task that this process was started for. */
export function taskOf(): Task {
  return JSON.parse(process.argv[2] ?? "{}") as Task;
}
