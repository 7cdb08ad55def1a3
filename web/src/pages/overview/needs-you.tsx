import { Anchor, SimpleGrid, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useNames } from "../../parts/names.ts";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";
import type { OverviewData } from "./overview-data.ts";

const SEVERITIES = ["error", "warning", "notice"] as const;

/** What waits for the reader, and what the checks found. */
export function NeedsYou({ data }: { readonly data: OverviewData }): ReactNode {
  const { say } = useTexts();
  const nameOf = useNames();
  const { toDecide, waiting, findings } = data;
  const others = waiting - toDecide.length;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <Sheet title={say("overview.needs")}>
        <Stack gap="xs">
          {toDecide.length + findings.mine === 0 ? <Text size="sm">{say("overview.nothing")}</Text> : undefined}
          {toDecide.length > 0 ? <Text size="sm">{say("overview.to-decide")}</Text> : undefined}
          {toDecide.slice(0, 5).map(({ batch, name, rows, submittedBy }) => (
            <div key={batch}>
              <Anchor component={Link} to="/data/batches" size="sm">
                {name}
              </Anchor>
              <Text size="xs" c="dimmed">
                {say("overview.to-decide-one", { rows, by: nameOf(submittedBy) })}
              </Text>
            </div>
          ))}
          {findings.mine > 0 ? (
            <Anchor component={Link} to="/checks" size="sm">
              {say("overview.mine")} {findings.mine}
            </Anchor>
          ) : undefined}
          {others > 0 ? (
            <Text size="sm" c="dimmed">
              {say("overview.waiting")} {others}
            </Text>
          ) : undefined}
        </Stack>
      </Sheet>
      <Sheet title={say("overview.findings")}>
        <div className="severities">
          {SEVERITIES.map((severity) => (
            <Link key={severity} to="/checks" className="severity" data-severity={severity}>
              <strong>{findings[severity]}</strong>
              <span>{say(`severity.${severity}`)}</span>
            </Link>
          ))}
        </div>
        <Text size="xs" c="dimmed" mt="xs">
          {say("overview.findings-open", { count: findings.open })}
        </Text>
      </Sheet>
    </SimpleGrid>
  );
}
