import { z } from "zod";
import { fail, type Issue, ok, type Result } from "../issue/index.ts";
import type { Actor } from "./actor.ts";

/** What an action is done to. */
export interface ActedOn {
  /** `batch`, `report`, `case` … */
  readonly kind: string;
  readonly id?: string;
  /** Id of the actor who submitted it, where it was submitted. */
  readonly submittedBy?: string;
}

const ACTION = /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/;
const pattern = z
  .string()
  .regex(/^(\*|[a-z]+(-[a-z]+)*)(\.(\*|[a-z]+(-[a-z]+)*))?$/, "an action such as batch.approve, batch.*, *.read or *");

const roleSchema = z.strictObject({
  role: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  /** Kinds of actors that may hold the role. */
  kinds: z.array(z.enum(["person", "machine", "import"])).min(1),
  may: z.array(pattern).min(1),
});

/** The shape of `content/actor/rights.yaml`. */
export const rightsSchema = z.strictObject({
  roles: z.array(roleSchema).min(1),
  /** Actions that nobody may take on what they submitted themselves, whatever their roles. */
  notBySubmitter: z.array(pattern).min(1),
});

export type RightsDefinition = z.infer<typeof rightsSchema>;

export interface Rights {
  /**
   * Whether an actor may do something to something; if not, the issue says why.
   * @param action   `noun.verb`, `batch.approve`
   * @issues ACTOR-001 (no role of theirs allows it), ACTOR-002 (they submitted it themselves)
   */
  may(actor: Actor, action: string, object: ActedOn): true | Issue;
}

/**
 * Makes the rights from their table.
 * @issues ACTOR-003 (a role stands twice)
 */
export function createRights(definition: RightsDefinition, file = "actor/rights.yaml"): Result<Rights> {
  const issues: Issue[] = [];
  const roles = new Map<string, RightsDefinition["roles"][number]>();
  for (const [index, entry] of definition.roles.entries()) {
    if (roles.has(entry.role))
      issues.push({ code: "ACTOR-003", severity: "error", at: { file, path: `roles.${index}` }, actual: entry.role });
    roles.set(entry.role, entry);
  }
  if (issues.length > 0) return fail(...issues);

  return ok({
    may(actor, action, object) {
      if (!ACTION.test(action)) throw new Error(`"${action}" is not an action: noun.verb`);
      const allowed = actor.roles.some((name) => {
        const role = roles.get(name);
        return role?.kinds.includes(actor.kind) === true && role.may.some((one) => covers(one, action));
      });
      const values = { action, kind: object.kind, object: object.id ?? object.kind, actor: actor.name };
      if (!allowed) {
        const able = [...roles.values()]
          .filter((role) => role.may.some((one) => covers(one, action)))
          .map(({ role }) => role);
        return {
          code: "ACTOR-001",
          severity: "error",
          at: {},
          values,
          expected: able.join(", ") || "–",
          actual: actor.roles.join(", ") || "–",
        };
      }
      const own = object.submittedBy === actor.id;
      if (own && definition.notBySubmitter.some((one) => covers(one, action))) {
        return { code: "ACTOR-002", severity: "error", at: {}, values, actual: actor.id };
      }
      return true;
    },
  });
}

/** `*` covers all; `*.read` and `batch.*` cover by one half. */
function covers(pattern: string, action: string): boolean {
  const [noun = "", verb = "*"] = pattern.split(".");
  const [actionNoun, actionVerb] = action.split(".");
  return (noun === "*" || noun === actionNoun) && (verb === "*" || verb === actionVerb);
}
