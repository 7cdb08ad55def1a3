import { Badge, Button, Group, Paper, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Finding } from "../../api/operations.ts";
import { useMay } from "../../frame/session.tsx";
import { Facts } from "../../parts/facts.tsx";
import { useNames } from "../../parts/names.ts";
import { useTexts } from "../../texts/texts.tsx";
import { ActForm, type Verb } from "./act-form.tsx";

/** Each act with the right that it takes, and the states in which it makes sense. */
const ACTS: readonly (readonly [Verb, string, readonly Finding["state"][]])[] = [
  ["assign", "finding.assign", ["open", "explained"]],
  ["explain", "finding.answer", ["open", "explained"]],
  ["accept", "finding.accept", ["open", "explained"]],
  ["reopen", "finding.accept", ["explained", "accepted"]],
];

const STATE_COLOUR = { open: "gray", explained: "blue", accepted: "green" } as const;
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** One finding: what, where, expected and actual, why, what to do; then what was done, and what the reader may do. */
export function FindingCard({ finding, past }: { readonly finding: Finding; readonly past: boolean }): ReactNode {
  const { say, pick, moment } = useTexts();
  const may = useMay();
  const nameOf = useNames();
  const [verb, setVerb] = useState<Verb>();
  const acts = past ? [] : ACTS.filter(([, right, states]) => may(right) && states.includes(finding.state));
  return (
    <Paper withBorder p="md" component="article" className="finding" data-severity={finding.severity}>
      <Group justify="space-between" gap="xs" align="flex-start" wrap="nowrap">
        <Text fw={550}>{pick(finding.message)}</Text>
        <Badge variant="light" color={STATE_COLOUR[finding.state]} tt="none" autoContrast className="badge-whole">
          {say(`checks.state.${finding.state}`)}
        </Badge>
      </Group>
      <Facts
        facts={[
          [say("checks.expected"), finding.expected],
          [say("checks.actual"), finding.actual],
          [say("checks.cause"), pick(finding.cause)],
          [say("checks.remedy"), pick(finding.remedy)],
          [
            say("checks.places"),
            finding.places
              .map((place) => [place.place, textOf(place.row)].filter(Boolean).join(" · "))
              .join(say("list.separator")),
          ],
          [
            say("column.indicator"),
            finding.indicators.map((id) => (
              <Link
                key={id}
                className="plain finding-link"
                to="/indicators/$indicator"
                params={{ indicator: id } as never}
              >
                {id}
              </Link>
            )),
          ],
          [say("checks.assignee"), finding.assignee ? nameOf(finding.assignee) : undefined],
        ]}
      />
      {finding.hypotheses.map(({ id, title }) => (
        <Text key={id} size="sm" c="dimmed">
          {say("checks.hypothesis")} {pick(title)}
        </Text>
      ))}
      {finding.acts.length > 0 ? (
        <ol className="acts">
          {finding.acts.map((act) => (
            <li key={act.at}>
              <strong>{say(`checks.did.${act.kind}`, { to: act.assignee ? nameOf(act.assignee) : "" })}</strong>{" "}
              {act.reason}{" "}
              <span className="mark">
                {nameOf(act.actor)} · {moment(act.at)}
              </span>
            </li>
          ))}
        </ol>
      ) : undefined}
      {verb === undefined && acts.length > 0 ? (
        <Group gap="xs" mt="sm">
          {acts.map(([one]) => (
            <Button key={one} size="compact-sm" variant="default" onClick={() => setVerb(one)}>
              {say(`checks.${one}`)}
            </Button>
          ))}
        </Group>
      ) : undefined}
      {verb ? <ActForm finding={finding} verb={verb} onClose={() => setVerb(undefined)} /> : undefined}
    </Paper>
  );
}
