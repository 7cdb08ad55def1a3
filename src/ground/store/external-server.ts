import type pg from "pg";
import { SESSION } from "./connection.ts";

/** The driver's settings for a URL of the user's; what every session of ours has stays, whatever the URL says. */
export function externalConfig(databaseUrl: string): pg.ClientConfig & { host: string; database: string } {
  const url = new URL(databaseUrl);
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname);
  const database = decodeURIComponent(url.pathname.slice(1));
  const extra = url.searchParams.get("options");
  url.searchParams.delete("options");
  return {
    connectionString: url.toString(),
    options: [extra, SESSION.options].filter((part) => part).join(" "),
    application_name: "candela",
    host,
    database,
  };
}
