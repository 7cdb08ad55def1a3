import { z } from "zod";
import { actorIdOf, type Person } from "../../identity/people.ts";
import { name } from "../schemas.ts";

export const grantSchema = name(
  "Grant",
  z
    .strictObject({
      role: z.string().max(60),
      sites: z.array(z.string().max(120)).min(1).max(1000).optional(),
      activities: z.array(z.string().max(120)).min(1).max(1000).optional(),
    })
    .describe("A role, everywhere or only for some sites and activities (`electricity.*` for all below)."),
);

export const actorSchema = name(
  "Actor",
  z.object({
    id: z.string().describe("As the journal has it."),
    person: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    grants: z.array(grantSchema),
  }),
);

export const actorJson = ({ id, name: called, email, grants }: Person): z.infer<typeof actorSchema> => ({
  id: actorIdOf(id),
  person: id,
  name: called,
  email,
  grants: grants.map(({ role, sites, activities }) => ({
    role,
    ...(sites ? { sites: [...sites] } : {}),
    ...(activities ? { activities: [...activities] } : {}),
  })),
});

export const passwordSchema = z.string().max(1024);

export const personSchema = name(
  "Person",
  z.object({
    id: z.string(),
    actor: z.string(),
    kind: z.enum(["person", "machine"]),
    name: z.string(),
    email: z.string().nullable(),
    active: z.boolean(),
    version: z.number(),
    grants: z.array(grantSchema),
    signsInBy: z.array(z.enum(["password", "oidc"])),
  }),
);

export const personJson = (person: Person): z.infer<typeof personSchema> => ({
  ...person,
  actor: actorIdOf(person.id),
  grants: actorJson(person).grants,
  signsInBy: [...person.signsInBy],
});
