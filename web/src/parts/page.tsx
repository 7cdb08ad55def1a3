import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** What can be done here, beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The head of a page and what is below it. */
export function Page({ title, lead, actions, children }: PageProps): ReactNode {
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {lead ? (
            <Text c="dimmed" size="sm" mt={2}>
              {lead}
            </Text>
          ) : undefined}
        </div>
        {actions ? (
          <Group gap="xs" align="flex-end">
            {actions}
          </Group>
        ) : undefined}
      </Group>
      {children}
    </Stack>
  );
}
