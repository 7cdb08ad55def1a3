import { Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import { Failure } from "../../frame/failure.tsx";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";
import { type RecordFilter, useRecordWindow } from "./use-record-window.ts";

const ROW_PX = 37;
/** Columns with the order that the server can sort them by. */
const COLUMNS = [
  ["activity", "activity"],
  ["site", "site"],
  ["period", "period"],
  ["amount", "amount"],
  ["unit", undefined],
  ["dims", undefined],
  ["basis", undefined],
  ["state", undefined],
] as const;

interface GridProps {
  readonly filter: RecordFilter;
  readonly onSort: (sort: string, order: "asc" | "desc") => void;
  readonly onOpen: (record: string) => void;
}

/** All records that a filter lets through, however many: only those in sight are in the page. */
export function RecordGrid({ filter, onSort, onOpen }: GridProps): ReactNode {
  const { say, decimal, days } = useTexts();
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const count = useRef(0);
  const rows = useVirtualizer({
    count: count.current,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 30,
  });
  const seen = rows.getVirtualItems();
  const { head, total, rowAt } = useRecordWindow(filter, seen[0]?.index ?? 0, seen.at(-1)?.index ?? 0);
  count.current = total;
  rows.setOptions({ ...rows.options, count: total });
  if (head?.error) return <Failure error={head.error} retry={() => void head.refetch()} />;
  const shown = rows.getVirtualItems();
  return (
    <div>
      <Text size="xs" c="dimmed" pb={6} aria-live="polite">
        {head?.data ? say("data.count", { count: decimal(String(total)) }) : say("frame.loading")}
      </Text>
      <div
        ref={scroller}
        className="grid"
        role="table"
        aria-rowcount={total + 1}
        aria-label={say("page.data")}
        tabIndex={0}
      >
        <div role="rowgroup" className="grid-head">
          <div role="row" className="grid-row" aria-rowindex={1}>
            {COLUMNS.map(([id, sort]) => {
              const sorted = sort !== undefined && filter.sort === sort;
              const direction = filter.order === "asc" ? "ascending" : "descending";
              return (
                <div
                  key={id}
                  role="columnheader"
                  className={id === "amount" ? "number" : undefined}
                  {...(sorted ? { "aria-sort": direction } : {})}
                >
                  {sort === undefined ? (
                    say(`column.${id}`)
                  ) : (
                    <button
                      type="button"
                      onClick={() => onSort(sort, sorted && filter.order === "asc" ? "desc" : "asc")}
                    >
                      {say(`column.${id}`)}
                      {sorted ? (filter.order === "asc" ? " ↑" : " ↓") : ""}
                    </button>
                  )}
                </div>
              );
            })}
          </div>
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
          {shown.map(({ index, start }) => {
            const record = rowAt(index);
            return (
              <div
                key={index}
                ref={rows.measureElement}
                data-index={index}
                role="row"
                className="grid-row"
                aria-rowindex={index + 2}
                style={{ transform: `translateY(${start}px)` }}
              >
                <div role="cell">
                  {record ? (
                    <button type="button" onClick={() => onOpen(record.record)}>
                      {words.activity(record.activity)}
                    </button>
                  ) : (
                    "…"
                  )}
                </div>
                <div role="cell">{record ? words.site(record.site) : ""}</div>
                <div role="cell">{record ? days(record.days) : ""}</div>
                <div role="cell" className="number">
                  {record ? decimal(record.amount) : ""}
                </div>
                <div role="cell">{record ? words.unit(record.activity, record.unit) : ""}</div>
                <div role="cell">{record ? words.members(record.dims) : ""}</div>
                <div role="cell">{record ? say(`basis.${record.basis}`) : ""}</div>
                <div role="cell">{record ? say(`record.${record.state}`) : ""}</div>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
