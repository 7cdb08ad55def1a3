import { useQuery } from "@tanstack/react-query";
import { call } from "../api/client.ts";

const LOOK_AGAIN_MS = 400;

/** A piece of long work, looked at again until it has ended; a reload of the page goes on looking. */
export function useJob(job: string | undefined) {
  return useQuery({
    queryKey: ["readJob", job],
    enabled: job !== undefined && job !== "",
    queryFn: async ({ signal }) => (await call("readJob", { params: { job: job ?? "" }, signal })).data,
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.state === "waiting" || state.data.state === "running"
        ? LOOK_AGAIN_MS
        : false,
  });
}
