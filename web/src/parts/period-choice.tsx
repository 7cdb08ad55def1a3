import { NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { useTexts } from "../texts/texts.tsx";

/** Chooses one of the periods that there are. */
export function PeriodChoice({
  periods,
  value,
  onChange,
}: {
  readonly periods: readonly string[];
  readonly value: string;
  readonly onChange: (period: string) => void;
}): ReactNode {
  const { say } = useTexts();
  return (
    <NativeSelect
      label={say("period")}
      size="xs"
      value={value}
      data={[...new Set([value, ...periods])].filter(Boolean).sort().reverse()}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
