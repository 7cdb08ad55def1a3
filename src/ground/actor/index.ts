export { type Actor, type ActorKind, importActor, LOCAL_OWNER, localActor } from "./actor.ts";
export { type ActedOn, createRights, type Rights, type RightsDefinition, rightsSchema } from "./rights.ts";
