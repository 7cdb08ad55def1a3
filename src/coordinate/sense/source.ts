import type { Issue, Result } from "../../ground/issue/index.ts";
import type { Reading } from "./reading.ts";

/** A series as a source is asked for it. */
export interface AskedSeries {
  readonly id: string;
  readonly query: string;
  /** Path of the value in a JSON payload; without it the payload is a plain number. */
  readonly field: string | undefined;
  /** Path of the instant in a JSON payload; without it a reading is of when it arrived. */
  readonly instantField: string | undefined;
  readonly everyMs: number;
  /** First instant that is wanted of a source that remembers. */
  readonly fromMs: number;
}

/** What a source said: values in its own units, and what it could not say. One silent series keeps no other out. */
export interface Pulled {
  readonly readings: readonly Reading[];
  readonly issues: readonly Issue[];
}

/** The port to a system that readings are pulled from. */
export interface SourcePort {
  /** Name in the record of who said so, `prometheus http://host:9090`. */
  readonly name: string;
  /**
   * What the source says of some series up to an instant.
   * @issues SENSE-031 (no answer, or one that makes no sense), DEVICE-…
   */
  pull(series: readonly AskedSeries[], toMs: number): Promise<Result<Pulled>>;
}

/** How a source is reached. */
export interface SourceAccess {
  readonly address: string;
  readonly user: string | undefined;
  /** Password or token. */
  readonly secret: string | undefined;
  /** Milliseconds until an answer is given up. */
  readonly timeoutMs: number;
}

export const unanswered = (source: string, actual: string): Issue => ({
  code: "SENSE-031",
  severity: "error",
  at: { file: source },
  actual: actual.slice(0, 200),
});

/** A series of which the source said nothing new: a warning, because silence is a state and no failure of the others. */
export const silent = (source: string, { id, query }: AskedSeries): Issue => ({
  code: "SENSE-033",
  severity: "warning",
  at: { file: source },
  actual: query,
  values: { series: id },
});
