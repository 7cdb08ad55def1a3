import { Anchor, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTexts } from "../texts/texts.tsx";

export function NotFound(): ReactNode {
  const { say } = useTexts();
  return (
    <Stack gap="xs">
      <Title order={1}>{say("not-found.title")}</Title>
      <Text>{say("not-found.text")}</Text>
      <Anchor component={Link} to="/">
        {say("not-found.home")}
      </Anchor>
    </Stack>
  );
}
