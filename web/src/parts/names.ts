import { useRead } from "../api/client.ts";
import { useSession } from "../frame/session.tsx";

/** The name of an actor in the place of their id; ids of imports and machines stay as they are. */
export function useNames(): (actor: string) => string {
  const { signedIn } = useSession();
  const { data } = useRead("listNames", {}, { enabled: signedIn });
  return (actor) => data?.items.find((one) => one.actor === actor)?.name ?? actor;
}
