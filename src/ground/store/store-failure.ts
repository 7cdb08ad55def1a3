import type { Issue } from "../issue/index.ts";

/** An outside failure in the middle of work, where no `Result` can be returned; carries what to tell the user. */
export class StoreFailure extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], cause?: unknown) {
    super(issues.map((issue) => `${issue.code} ${issue.actual ?? ""}`.trim()).join("; "), { cause });
    this.name = "StoreFailure";
    this.issues = issues;
  }
}

/** The text of anything that was thrown. */
export function errorText(error: unknown): string {
  // Node gives an attempt on several addresses as one error without a text of its own.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(errorText).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** The code of a system or PostgreSQL error, `ENOENT`, `57P03`. */
export function errorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

const CONNECTION_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTCONN",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);

/** Whether an error means that the connection could not be made or is lost, so that another one may do. */
export function isConnectionFailure(error: unknown): boolean {
  const code = errorCode(error);
  return (
    CONNECTION_CODES.has(code) ||
    code.startsWith("08") ||
    /^(Connection terminated|Client has encountered a connection error|timeout expired)/.test(errorText(error))
  );
}
