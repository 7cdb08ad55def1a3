import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Value } from "../../api/operations.ts";
import { BarTable } from "../../parts/bar-table.tsx";
import { Figure } from "../../parts/figure.tsx";
import { useTexts } from "../../texts/texts.tsx";

/** The periods one below the other; what is missing has no bar. What to note of each stands below. */
export function Trend({ values }: { readonly values: readonly Value[] }): ReactNode {
  const { say, pick } = useTexts();
  const sorted = [...values].sort((a, b) => (a.period < b.period ? -1 : 1));
  const [first] = sorted;
  const title = first ? pick(first.title) : "";
  return (
    <>
      <BarTable
        label={say("indicator.trend-of", { title })}
        head={[say("period"), first ? pick(first.symbol) : ""]}
        bars={sorted.map((value) => ({
          id: value.period,
          name: value.period,
          value: <Figure value={value} />,
          amount: value.value,
          faint: value.status !== "complete",
        }))}
      />
      {sorted
        .filter(({ notes }) => notes.length > 0)
        .map(({ period, notes, method }) => (
          <div key={period} className="notes">
            <Text size="xs" fw={600}>
              {period}
              {method === "default" ? "" : ` · ${method}`}
            </Text>
            <ul>
              {notes.map((note, index) => (
                <li key={index}>{pick(note)}</li>
              ))}
            </ul>
          </div>
        ))}
    </>
  );
}
