import { existsSync } from "node:fs";
import path from "node:path";

const FOLDER = "/usr/lib/postgresql/15/bin";

/** Folder of Debian's PostgreSQL 15 programs; where they are missing the suite fails and says what to install. */
export function requirePostgres(): string {
  if (!existsSync(path.join(FOLDER, "postgres"))) {
    throw new Error(
      `${FOLDER} is missing: install Debian's package postgresql (apt-get install postgresql), or run npm test -- --system`,
    );
  }
  return FOLDER;
}
