import { useQueries } from "@tanstack/react-query";
import { reading } from "../../api/client.ts";
import type { ActivityRecord } from "../../api/operations.ts";

export type RecordFilter = Readonly<Record<string, string | undefined>>;

const ROWS_A_PAGE = 200;

/**
 * The records around what is in sight, read page by page as one scrolls.
 * @param first place of the first row in sight
 * @param last  place of the last one
 */
export function useRecordWindow(filter: RecordFilter, first: number, last: number) {
  const pages: number[] = [0];
  for (let page = Math.floor(first / ROWS_A_PAGE); page <= Math.floor((last + 50) / ROWS_A_PAGE); page += 1)
    if (page > 0) pages.push(page);
  const queries = useQueries({
    queries: pages.map((page) => ({
      ...reading("listRecords", {
        query: {
          ...filter,
          limit: ROWS_A_PAGE,
          skip: page * ROWS_A_PAGE,
          ...(page === 0 ? { count: true } : {}),
        },
      }),
      staleTime: 60_000,
    })),
  });
  const [head] = queries;
  const rowAt = (index: number): ActivityRecord | undefined => {
    const at = pages.indexOf(Math.floor(index / ROWS_A_PAGE));
    return queries[at]?.data?.items[index % ROWS_A_PAGE];
  };
  return { head, total: head?.data?.total ?? 0, rowAt };
}
