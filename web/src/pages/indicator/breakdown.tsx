import { Group, NativeSelect, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import type { Value } from "../../api/operations.ts";
import { useAddress } from "../../frame/address.ts";
import { Asked } from "../../parts/asked.tsx";
import { BarTable } from "../../parts/bar-table.tsx";
import { Figure } from "../../parts/figure.tsx";
import { PeriodChoice } from "../../parts/period-choice.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";

interface PartsProps {
  readonly parts: readonly Value[];
  readonly whole: Value;
  readonly dimension: string;
}

function Parts({ parts, whole, dimension }: PartsProps): ReactNode {
  const { say, pick } = useTexts();
  const words = useWords();
  return (
    <BarTable
      label={say("indicator.breakdown-of", { title: pick(whole.title), dimension: words.dimension(dimension) })}
      head={[words.dimension(dimension), pick(whole.symbol)]}
      bars={parts.map((part) => ({
        id: part.where[dimension] ?? "",
        name: words.member(dimension, part.where[dimension] ?? ""),
        value: <Figure value={part} link={false} />,
        amount: part.value,
        faint: part.status !== "complete",
      }))}
      foot={[say("indicator.whole"), <Figure key="whole" value={whole} />]}
    />
  );
}

/** A value by the members of one dimension, beside the whole. */
export function Breakdown({
  indicator,
  dimensions,
  periods,
  asAt,
}: {
  readonly indicator: string;
  readonly dimensions: readonly string[];
  readonly periods: readonly string[];
  readonly asAt: string | undefined;
}): ReactNode {
  const { say } = useTexts();
  const words = useWords();
  const { asked, ask } = useAddress();
  const choices = ["site", ...dimensions];
  const dimension = choices.includes(asked.by ?? "") ? (asked.by ?? "") : (dimensions[0] ?? "site");
  const period = asked.period ?? periods[0] ?? "";
  const found = useRead(
    "readBreakdown",
    { params: { indicator } as never, query: { period, dimension, asAt } },
    { enabled: period !== "" },
  );
  return (
    <Sheet title={say("indicator.breakdown")}>
      <Group gap="xs" mb="sm">
        <NativeSelect
          label={say("indicator.by")}
          size="xs"
          value={dimension}
          data={choices.map((id) => ({ value: id, label: words.dimension(id) }))}
          onChange={(event) => ask({ by: event.currentTarget.value })}
        />
        <PeriodChoice periods={periods} value={period} onChange={(wanted) => ask({ period: wanted })} />
      </Group>
      {period === "" ? (
        <Text size="sm">{say("status.missing")}</Text>
      ) : (
        <Asked query={found}>{({ parts, whole }) => <Parts parts={parts} whole={whole} dimension={dimension} />}</Asked>
      )}
    </Sheet>
  );
}
