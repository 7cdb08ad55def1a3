import { Paper, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import type { Value } from "../../api/operations.ts";
import { Change } from "../../parts/change.tsx";
import { Figure } from "../../parts/figure.tsx";
import { useTexts } from "../../texts/texts.tsx";
import type { OverviewData } from "./overview-data.ts";

const KEY = ["ghg.scope1-2", "ghg.scope1-2.per-revenue", "energy.total", "energy.renewable-share", "water.total"];

/** The periods of one figure as bars, the one that is shown in full colour. */
function Bars({ values, period }: { readonly values: readonly Value[]; readonly period: string }): ReactNode {
  const numbers = values.map(({ value }) => Number(value ?? 0));
  const most = Math.max(...numbers, 0);
  if (most <= 0) return undefined;
  return (
    <svg width={values.length * 14 - 4} height={34} aria-hidden className="key-bars">
      {values.map((value, index) => {
        const height = Math.max(1, Math.round(((numbers[index] ?? 0) / most) * 34));
        return (
          <rect
            key={value.period}
            x={index * 14}
            y={34 - height}
            width={10}
            height={height}
            rx={1.5}
            data-now={value.period === period}
          />
        );
      })}
    </svg>
  );
}

/** Few figures large, with the periods that are known. */
export function KeyFigures({ data }: { readonly data: OverviewData }): ReactNode {
  const { say, pick } = useTexts();
  const shown = KEY.filter((id) => data.values.some(({ now }) => now.indicator === id && now.value !== null));
  const series = useRead(
    "listValues",
    { query: { indicators: shown.join(","), periods: data.periods.join(",") } },
    { enabled: shown.length > 0 },
  );
  if (shown.length === 0) return undefined;
  return (
    <SimpleGrid
      cols={{ base: 1, xs: 2, md: 3, xl: shown.length }}
      spacing="sm"
      component="section"
      aria-label={say("overview.key")}
    >
      {shown.map((id) => {
        const one = data.values.find(({ now }) => now.indicator === id);
        if (!one) return undefined;
        const values = (series.data?.values ?? []).filter(({ indicator }) => indicator === id);
        return (
          <Paper key={id} withBorder className="key-figure">
            <Text size="sm" c="dimmed" lineClamp={2} className="key-title">
              {pick(one.now.title)}
            </Text>
            <div className="key-row">
              <div>
                <div className="key-value">
                  <Figure value={one.now} />
                </div>
                <Text size="xs" c="dimmed">
                  {pick(one.now.symbol)}
                </Text>
              </div>
              <Bars values={[...values].sort((a, b) => (a.period < b.period ? -1 : 1))} period={data.period} />
            </div>
            <Text size="xs" c="dimmed">
              {one.before?.value ? (
                <>
                  <Change now={one.now.value} before={one.before.value} />{" "}
                  {say("overview.against", { period: data.before ?? "" })}
                </>
              ) : (
                say("overview.no-before")
              )}
            </Text>
          </Paper>
        );
      })}
    </SimpleGrid>
  );
}
