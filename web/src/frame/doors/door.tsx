import { Box, Button, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, type ReactNode } from "react";
import { useTexts } from "../../texts/texts.tsx";
import { LanguageMenu } from "../language-menu.tsx";
import { Failure } from "../failure.tsx";

interface DoorProps {
  /** Its texts are `<id>.title`, `<id>.submit` and, where there is one, `<id>.note`. */
  readonly id: string;
  readonly error: unknown;
  readonly pending: boolean;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
  /** Another way in, below. */
  readonly other?: ReactNode;
}

/** One small form on an empty page: sign-in, set-up, joining. */
export function Door({ id, error, pending, onSubmit, children, other }: DoorProps): ReactNode {
  const { say, has } = useTexts();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Box component="main" mih="100vh" className="door">
      <title>{`${say(`${id}.title`)} · Candela`}</title>
      <Group justify="flex-end" p="md">
        <LanguageMenu />
      </Group>
      <Center px="md" py="xl">
        <Paper withBorder p="xl" w={400} maw="100%" component="form" onSubmit={submit}>
          <Stack>
            <Group gap="sm">
              <img src="/icon.svg" alt="" width={32} height={32} />
              <Title order={1} size="h3">
                {say(`${id}.title`)}
              </Title>
            </Group>
            {has(`${id}.note`) ? (
              <Text size="sm" c="dimmed">
                {say(`${id}.note`)}
              </Text>
            ) : undefined}
            {error ? <Failure error={error} /> : undefined}
            {children}
            <Button type="submit" loading={pending} mt="xs">
              {say(`${id}.submit`)}
            </Button>
            {other}
          </Stack>
        </Paper>
      </Center>
    </Box>
  );
}
