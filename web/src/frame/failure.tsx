import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiFailure, type Issue } from "../api/problem.ts";
import { useTexts } from "../texts/texts.tsx";

/** Where an issue is, as far as a person can look there. */
function placeOf({ at }: Issue, say: (id: string, values?: Record<string, string | number>) => string): string {
  return [
    at.sheet,
    at.row === undefined ? undefined : say("issue.row", { row: at.row }),
    at.column,
    at.record,
    at.period,
  ]
    .filter((one) => one !== undefined)
    .join(" · ");
}

/** Issues as a list: where, what, and what to do. */
export function Issues({ issues }: { readonly issues: readonly Issue[] }): ReactNode {
  const { say } = useTexts();
  return (
    <ul className="issues">
      {issues.map((issue, index) => {
        const place = placeOf(issue, say);
        return (
          <li key={`${issue.code}-${index}`} data-severity={issue.severity}>
            {place === "" ? undefined : (
              <Text span size="sm" fw={600}>
                {place}
                {say("issue.colon")}
              </Text>
            )}
            <Text span size="sm">
              {issue.message}
            </Text>{" "}
            <Text span size="sm" c="dimmed">
              {issue.remedy}
            </Text>{" "}
            <code className="issue-code">{issue.code}</code>
          </li>
        );
      })}
    </ul>
  );
}

const TITLES: Readonly<Record<number, string>> = {
  0: "failure.unreachable",
  403: "failure.forbidden",
  404: "failure.not-there",
  409: "failure.conflict",
  412: "failure.changed-meanwhile",
};

/** What went wrong with a page or a part of it, with every issue, and a way on. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): ReactNode {
  const { say } = useTexts();
  const problem = error instanceof ApiFailure ? error.problem : undefined;
  const title = problem === undefined ? "failure.page" : (TITLES[problem.status] ?? "failure.title");
  return (
    <Alert color="red" variant="light" title={say(title)} role="alert">
      <Stack gap="sm">
        {problem && problem.issues.length > 0 ? <Issues issues={problem.issues} /> : undefined}
        {retry ? (
          <Group>
            <Button size="xs" variant="default" onClick={retry}>
              {say("failure.retry")}
            </Button>
          </Group>
        ) : undefined}
      </Stack>
    </Alert>
  );
}
