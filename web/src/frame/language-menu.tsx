import { Menu, UnstyledButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { LANGUAGES } from "../texts/language.ts";
import { useTexts } from "../texts/texts.tsx";

/** The three languages, each by its own name. */
export function LanguageMenu(): ReactNode {
  const { say, language, setLanguage } = useTexts();
  const client = useQueryClient();
  const name = LANGUAGES.find(({ id }) => id === language)?.name ?? "";
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton className="frame-button" aria-label={`${say("frame.language")}: ${name}`}>
          {name}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((one) => (
          <Menu.Item
            key={one.id}
            lang={one.id}
            aria-current={one.id === language}
            onClick={() => {
              setLanguage(one.id);
              // What the server said of problems is in the language of before.
              void client.invalidateQueries();
            }}
          >
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
