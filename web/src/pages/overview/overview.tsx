import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { ApiFailure } from "../../api/problem.ts";
import { useAddress } from "../../frame/address.ts";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { PeriodChoice } from "../../parts/period-choice.tsx";
import { byTopic } from "../../parts/topics.ts";
import { useTexts } from "../../texts/texts.tsx";
import { KeyFigures } from "./key-figures.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { TopicTable } from "./topic-table.tsx";

function NothingYet(): ReactNode {
  const { say } = useTexts();
  return <Empty title={say("overview.empty")}>{say("overview.empty-next")}</Empty>;
}

/** The year against the year before and against targets, and what waits for the reader. */
export default function Overview(): ReactNode {
  const { say, pick } = useTexts();
  const { asked, ask } = useAddress();
  const overview = useRead("readOverview", { query: { period: asked.period } });
  const unset = overview.error instanceof ApiFailure && overview.error.problem.type.endsWith("BOUNDARY-001");
  return (
    <Page
      title={say("page.overview")}
      lead={overview.data ? pick(overview.data.entity) : undefined}
      actions={
        overview.data && overview.data.periods.length > 0 ? (
          <PeriodChoice
            periods={overview.data.periods}
            value={overview.data.period}
            onChange={(period) => ask({ period })}
          />
        ) : undefined
      }
    >
      {unset ? (
        <NothingYet />
      ) : (
        <Asked query={overview}>
          {(data) =>
            data.values.some(({ now }) => now.value !== null) ? (
              <Stack gap="lg">
                <KeyFigures data={data} />
                <NeedsYou data={data} />
                {byTopic(data.values, ({ now }) => now.indicator).map(([topic, rows]) => (
                  <TopicTable key={topic} topic={topic} rows={rows} data={data} />
                ))}
              </Stack>
            ) : (
              <NothingYet />
            )
          }
        </Asked>
      )}
    </Page>
  );
}
