import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "../frame/failure.tsx";
import { useTexts } from "../texts/texts.tsx";

/** What was asked of the server, as it stands: on its way, failed with its issues, or there. */
export function Asked<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  const { say } = useTexts();
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <Stack gap="xs" aria-busy="true" aria-label={say("frame.loading")} role="status">
      <Skeleton h={24} w="40%" />
      <Skeleton h={120} />
    </Stack>
  );
}
