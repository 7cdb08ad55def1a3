/**
 * The embedded server's `postgresql.conf`. It is written when a cluster is made and passed again at each start, so that
 * a newer Candela's settings hold for an older cluster too.
 */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  // No network: the socket in a closed folder is the only way in.
  listen_addresses: "",
  unix_socket_permissions: "0700",
  password_encryption: "scram-sha-256",
  max_connections: "200",
  // What is acknowledged is on the disk.
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  // One machine, no replicas.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  shared_buffers: "256MB",
  work_mem: "32MB",
  maintenance_work_mem: "128MB",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  // Statements in the log would carry the users' data.
  log_min_error_statement: "panic",
};

export function serverSettings(): string {
  return Object.entries(SERVER_SETTINGS)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join("");
}
