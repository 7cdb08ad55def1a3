import { NativeSelect, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { useAddress } from "../../frame/address.ts";
import { AsAt, AsAtNote } from "../../parts/as-at.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { usePeriods } from "../../parts/use-periods.ts";
import { useTexts } from "../../texts/texts.tsx";
import { FindingCard } from "./finding-card.tsx";

const SEVERITIES = ["error", "warning", "notice"] as const;
const STATES = ["open", "explained", "accepted"] as const;

/** What the checks found, the gravest first, and what was done about each. */
export default function Checks(): ReactNode {
  const { say, decimal } = useTexts();
  const { asked, ask } = useAddress();
  const periods = usePeriods();
  const found = useRead("listFindings", { query: { period: asked.period, asAt: asked.asAt } });
  const choice = (name: string, label: string, options: readonly { value: string; label: string }[]): ReactNode => (
    <NativeSelect
      label={label}
      size="xs"
      value={asked[name] ?? ""}
      data={[{ value: "", label: say("data.any") }, ...options]}
      onChange={(event) => ask({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <Page
      title={say("page.checks")}
      lead={
        found.data
          ? say("checks.lead", {
              count: decimal(String(Object.values(found.data.checked).reduce((sum, one) => sum + one, 0))),
              findings: found.data.items.length,
            })
          : undefined
      }
      actions={<AsAt />}
    >
      <AsAtNote />
      <div className="filters" role="search">
        {choice(
          "severity",
          say("checks.severity"),
          SEVERITIES.map((id) => ({ value: id, label: say(`severity.${id}`) })),
        )}
        {choice(
          "state",
          say("column.state"),
          STATES.map((id) => ({ value: id, label: say(`checks.state.${id}`) })),
        )}
        {choice(
          "period",
          say("period"),
          periods.map((id) => ({ value: id, label: id })),
        )}
      </div>
      <Asked query={found}>
        {({ items }) => {
          const wanted = items.filter(
            ({ severity, state }) =>
              (asked.severity ?? "") in { "": 1, [severity]: 1 } && (asked.state ?? "") in { "": 1, [state]: 1 },
          );
          if (items.length === 0) return <Empty title={say("checks.none")}>{say("checks.none-next")}</Empty>;
          if (wanted.length === 0) return <Empty title={say("checks.none-such")} />;
          return (
            <Stack gap="lg">
              {SEVERITIES.map((severity) => {
                const some = wanted.filter((one) => one.severity === severity);
                if (some.length === 0) return undefined;
                return (
                  <section key={severity}>
                    <h2 className="severity-head" data-severity={severity}>
                      {say(`severity.${severity}`)} <span>{some.length}</span>
                    </h2>
                    <Stack gap="sm">
                      {some.map((finding) => (
                        <FindingCard key={finding.id} finding={finding} past={asked.asAt !== undefined} />
                      ))}
                    </Stack>
                  </section>
                );
              })}
            </Stack>
          );
        }}
      </Asked>
    </Page>
  );
}
