import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { call, setCsrfToken } from "../api/client.ts";
import type { Session } from "../api/operations.ts";

const Context = createContext<Session | undefined>(undefined);

export const SessionProvider = Context.Provider;

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("a session is used outside the frame");
  return session;
}

/** Whether the reader may take an action somewhere. */
export function useMay(): (action: string) => boolean {
  const { may } = useSession();
  return (action) => may.includes(action);
}

/** Who is there, and what they may do. */
export function useSessionQuery() {
  return useQuery({
    queryKey: ["session"],
    queryFn: async ({ signal }): Promise<Session> => {
      const { data } = await call("readSession", { signal });
      setCsrfToken(data.csrfToken);
      return data;
    },
    staleTime: 60_000,
  });
}

/** Begins anew for another reader: nothing that was read for the one before is kept. */
export function useBeginAnew(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    await client.invalidateQueries({ queryKey: ["session"] });
  };
}
