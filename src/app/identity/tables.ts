import type { Kysely, Transaction } from "kysely";
import type { Store, StoreTables } from "../../ground/store/index.ts";

/** The tables of identity and of the server, as Kysely sees them. */
export type IdentityTables = {
  person: {
    id: string;
    kind: "person" | "machine";
    name: string;
    email: string | null;
    password: string | null;
    oidc_subject: string | null;
    active: boolean;
    version: number;
    created_at: Date;
  };
  person_grant: { person_id: string; role: string; sites: string[] | null; activities: string[] | null };
  session: { hash: Buffer; person_id: string; created_at: Date; seen_at: Date };
  api_token: {
    id: string;
    hash: Buffer;
    person_id: string;
    name: string;
    scopes: string[];
    created_at: Date;
    expires_at: Date;
  };
  invitation: { hash: Buffer; person_id: string; expires_at: Date };
  answered: { actor: string; key: string; request: Buffer; status: number; body: string; at: Date };
  upload: { id: string; sha256: string; name: string; bytes: bigint; put_by: string; put_at: Date };
  job: {
    id: string;
    kind: string;
    actor: string;
    state: "waiting" | "running" | "done" | "failed";
    request: string;
    progress: string | null;
    result: string | null;
    created_at: Date;
    ended_at: Date | null;
  };
};

export type IdentityDatabase = Kysely<StoreTables & IdentityTables>;
export type IdentityTransaction = Transaction<StoreTables & IdentityTables>;

/** The store's database with these tables. */
export const tablesOf = (store: Pick<Store, "db">): IdentityDatabase => store.db.withTables<IdentityTables>();
