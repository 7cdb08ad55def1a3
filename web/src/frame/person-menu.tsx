import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "../api/client.ts";
import { useTexts } from "../texts/texts.tsx";
import { useBeginAnew, useSession } from "./session.tsx";

/** Who is there, light or dark, and the way out. */
export function PersonMenu(): ReactNode {
  const { say } = useTexts();
  const { actor, signedIn } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const beginAnew = useBeginAnew();
  const signOut = useMutation({ mutationFn: () => call("signOut"), onSettled: beginAnew });
  const roles = [...new Set((actor?.grants ?? []).map(({ role }) => role))];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton className="frame-button frame-person">{actor?.name ?? say("frame.reader")}</UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {roles.length > 0 ? (
          <Menu.Label>{roles.map((role) => say(`role.${role}`)).join(say("list.separator"))}</Menu.Label>
        ) : undefined}
        {(["light", "dark", "auto"] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            aria-current={scheme === colorScheme}
            rightSection={scheme === colorScheme ? "✓" : undefined}
          >
            {say(`frame.scheme.${scheme}`)}
          </Menu.Item>
        ))}
        {signedIn ? (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => signOut.mutate()}>{say("frame.sign-out")}</Menu.Item>
          </>
        ) : undefined}
      </Menu.Dropdown>
    </Menu>
  );
}
