import { Group, Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A part of a page on its own ground, with its title. */
export function Sheet({
  title,
  aside,
  children,
  flush,
}: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** What is inside reaches the edges: a table. */
  readonly flush?: boolean;
}): ReactNode {
  return (
    <Paper withBorder component="section" className={flush ? "sheet sheet-flush" : "sheet"}>
      {title === undefined ? undefined : (
        <Group justify="space-between" className="sheet-head" gap="xs">
          <Title order={2} size="h5">
            {title}
          </Title>
          {aside}
        </Group>
      )}
      <div className="sheet-body">{children}</div>
    </Paper>
  );
}
