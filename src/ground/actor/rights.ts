import { z } from "zod";
import { fail, type Issue, ok, type Result } from "../issue/index.ts";
import type { Actor, Extent, Grant } from "./actor.ts";

/** What an action is done to. */
export interface ActedOn {
  /** `batch`, `report`, `case` … */
  readonly kind: string;
  readonly id?: string;
  /** Id of the actor who submitted it, where it was submitted. */
  readonly submittedBy?: string;
  /** The sites and activities it is about, all of which a role held within an extent must cover; without them no such role does. */
  readonly about?: { readonly sites: readonly string[]; readonly activities: readonly string[] };
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
  /** Where an actor may do something: nowhere when empty, everywhere when one extent is without limits. */
  extents(actor: Actor, action: string): readonly Extent[];
  /** The roles there are, with the kinds of actors that may hold them. */
  readonly roles: readonly { readonly role: string; readonly kinds: readonly string[] }[];
}

/** Whether one of the extents covers all of these sites and activities. */
export function coversExtent(
  extents: readonly Extent[],
  about: { readonly sites: readonly string[]; readonly activities: readonly string[] } | undefined,
): boolean {
  return extents.some(
    ({ sites, activities }) =>
      (sites === undefined || about?.sites.every((site) => sites.includes(site)) === true) &&
      (activities === undefined ||
        about?.activities.every((activity) => activities.some((one) => coversActivity(one, activity))) === true),
  );
}

/** `electricity.*` covers all activities below, `electricity.purchased` itself. */
function coversActivity(pattern: string, activity: string): boolean {
  return pattern.endsWith(".*") ? activity.startsWith(pattern.slice(0, -1)) : pattern === activity;
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

  const extents = (actor: Actor, action: string): Extent[] => {
    if (!ACTION.test(action)) throw new Error(`"${action}" is not an action: noun.verb`);
    const allows = (name: string): boolean => {
      const role = roles.get(name);
      return role?.kinds.includes(actor.kind) === true && role.may.some((one) => coversAction(one, action));
    };
    if (actor.roles.some(allows)) return [{}];
    return (actor.grants ?? [])
      .filter(({ role }) => allows(role))
      .map(({ sites, activities }) => ({ ...(sites ? { sites } : {}), ...(activities ? { activities } : {}) }));
  };
  return ok({
    roles: definition.roles.map(({ role, kinds }) => ({ role, kinds })),
    extents,
    may(actor, action, object) {
      const allowed = coversExtent(extents(actor, action), object.about);
      const values = { action, kind: object.kind, object: object.id ?? object.kind, actor: actor.name };
      if (!allowed) {
        const able = [...roles.values()]
          .filter((role) => role.may.some((one) => coversAction(one, action)))
          .map(({ role }) => role);
        return {
          code: "ACTOR-001",
          severity: "error",
          at: {},
          values,
          expected: able.join(", ") || "–",
          actual: [...actor.roles, ...(actor.grants ?? []).map(grantText)].join(", ") || "–",
        };
      }
      const own = object.submittedBy === actor.id;
      if (own && definition.notBySubmitter.some((one) => coversAction(one, action))) {
        return { code: "ACTOR-002", severity: "error", at: {}, values, actual: actor.id };
      }
      return true;
    },
  });
}

function grantText({ role, sites = [], activities = [] }: Grant): string {
  return `${role} (${[...sites, ...activities].join(", ")})`;
}

/** `*` covers all; `*.read` and `batch.*` cover by one half. */
export function coversAction(pattern: string, action: string): boolean {
  const [noun = "", verb = "*"] = pattern.split(".");
  const [actionNoun, actionVerb] = action.split(".");
  return (noun === "*" || noun === actionNoun) && (verb === "*" || verb === actionVerb);
}
