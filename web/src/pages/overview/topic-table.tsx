import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Change } from "../../parts/change.tsx";
import { Figure } from "../../parts/figure.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import type { Topic } from "../../parts/topics.ts";
import { useTexts } from "../../texts/texts.tsx";
import type { OverviewData } from "./overview-data.ts";

interface Target {
  readonly id: string;
  readonly period: string;
  readonly figure: { readonly indicator: string };
  readonly goal: string;
  readonly value?: string;
}

function Targets({ data, indicator }: { readonly data: OverviewData; readonly indicator: string }): ReactNode {
  const { say, has } = useTexts();
  const targets = (data.targets as unknown as readonly Target[]).filter(
    ({ figure, goal }) => figure.indicator === indicator && has(`overview.goal.${goal}`),
  );
  return targets.map(({ id, goal, period, value }) => (
    <div key={id}>{say(`overview.goal.${goal}`, { period, value: value ?? "" })}</div>
  ));
}

/** The figures of one topic beside those of the period before; those that are missing are counted. */
export function TopicTable({
  topic,
  rows,
  data,
}: {
  readonly topic: Topic;
  readonly rows: OverviewData["values"];
  readonly data: OverviewData;
}): ReactNode {
  const { say, pick } = useTexts();
  const isTold = ({ now, before }: OverviewData["values"][number]): boolean =>
    now.value !== null ||
    Boolean(before?.value) ||
    data.targets.some((target) => (target as unknown as Target).figure.indicator === now.indicator);
  const shown = rows.filter(isTold);
  const missing = rows.length - shown.length;
  // Every topic has the column or none, so that all tables stand in line.
  const targeted = data.targets.length > 0;
  return (
    <Sheet
      flush
      title={say(`topic.${topic}`)}
      aside={
        missing > 0 ? (
          <Text size="xs" c="dimmed" component={Link} to="/indicators">
            {say("overview.missing", { count: missing })}
          </Text>
        ) : undefined
      }
    >
      {shown.length === 0 ? undefined : (
        <div className="table-wide" tabIndex={0} role="region" aria-label={say(`topic.${topic}`)}>
          <table className="table table-figures">
            <thead>
              <tr>
                <th scope="col" className="wide">
                  {say("column.indicator")}
                </th>
                <th scope="col" className="number">
                  {data.period}
                </th>
                <th scope="col" className="number">
                  {data.before ?? "–"}
                </th>
                <th scope="col" className="number">
                  {say("column.change")}
                </th>
                <th scope="col">{say("column.unit")}</th>
                {targeted ? <th scope="col">{say("column.target")}</th> : undefined}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ now, before }) => (
                <tr key={now.indicator}>
                  <th scope="row">
                    <Link className="plain" to="/indicators/$indicator" params={{ indicator: now.indicator } as never}>
                      {pick(now.title)}
                    </Link>
                  </th>
                  <td className="number">
                    <Figure value={now} />
                  </td>
                  <td className="number">{before ? <Figure value={before} /> : "–"}</td>
                  <td className="number soft">
                    <Change now={now.value} before={before?.value} />
                  </td>
                  <td className="soft">{pick(now.symbol)}</td>
                  {targeted ? (
                    <td>
                      <Targets data={data} indicator={now.indicator} />
                    </td>
                  ) : undefined}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Sheet>
  );
}
