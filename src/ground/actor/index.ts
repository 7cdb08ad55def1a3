export { type Actor, type ActorKind, type Extent, type Grant, importActor, LOCAL_OWNER, localActor } from "./actor.ts";
export {
  type ActedOn,
  coversAction,
  coversExtent,
  createRights,
  type Rights,
  type RightsDefinition,
  rightsSchema,
} from "./rights.ts";
