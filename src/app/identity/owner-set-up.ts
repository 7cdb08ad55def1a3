import { sql } from "kysely";
import type { Rights } from "../../ground/actor/index.ts";
import { fail, ok, type Result } from "../../ground/issue/index.ts";
import type { Workspace } from "../workspace.ts";
import { hashPassword } from "./passwords.ts";
import { hasOwner, makePerson } from "./people.ts";
import { readableCode, sameSecret } from "./secrets.ts";
import type { Throttle } from "./throttle.ts";

/** The first owner's way in: a code that only who sees the terminal knows, good until it was used or the server stops. */
export interface OwnerSetUp {
  /** Undefined once there is an owner. */
  code(): string | undefined;
  /** @issues SETUP-001 (wrong code), SETUP-002 (there is an owner already), SIGNIN-002, SIGNIN-003, PERSON-003 */
  setUp(
    request: { readonly code: string; readonly name: string; readonly email: string; readonly password: string },
    place: string,
    rights: Rights,
  ): Promise<Result<string>>;
}

export async function openOwnerSetUp(workspace: Workspace, throttle: Throttle): Promise<OwnerSetUp> {
  let code = (await hasOwner(workspace.store)) ? undefined : readableCode();
  return {
    code: () => code,
    async setUp(request, place, rights) {
      if (code === undefined || (await hasOwner(workspace.store)))
        return fail({ code: "SETUP-002", severity: "error", at: {} });
      const waitMs = throttle.waitMs(place);
      if (waitMs > 0) {
        const seconds = String(Math.ceil(waitMs / 1000));
        return fail({ code: "SIGNIN-002", severity: "error", at: {}, values: { seconds } });
      }
      if (!sameSecret(request.code.trim().toUpperCase(), code)) {
        throttle.failed(place);
        return fail({ code: "SETUP-001", severity: "error", at: { path: "code" } });
      }
      const { name, email } = request;
      const hashed = await hashPassword(request.password, [name, email.split("@")[0] ?? ""]);
      if (!hashed.ok) return hashed;
      const made = await makePerson(
        workspace,
        { name, email, kind: "person", active: true, grants: [{ role: "owner" }] },
        rights,
        async (tx, id) => {
          // Two who hold the code at once: the second finds an owner.
          await sql`lock table candela.person_grant in share row exclusive mode`.execute(tx);
          const others = await tx
            .selectFrom("person_grant")
            .select("person_id")
            .where("role", "=", "owner")
            .where("person_id", "<>", id)
            .execute();
          if (others.length > 0) throw new AlreadyOwned();
          await tx.updateTable("person").set({ password: hashed.value }).where("id", "=", id).execute();
        },
      ).catch((error: unknown) => {
        if (error instanceof AlreadyOwned) return fail({ code: "SETUP-002", severity: "error", at: {} });
        throw error;
      });
      if (!made.ok) return made;
      code = undefined;
      return ok(made.value);
    },
  };
}

class AlreadyOwned extends Error {}
