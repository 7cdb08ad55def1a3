import { Alert, Button, CopyButton, Group, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTexts } from "../../texts/texts.tsx";

/** The link by which a person sets a password: shown once, to be handed over. */
export function LinkNote({ link, onClose }: { readonly link: string; readonly onClose: () => void }): ReactNode {
  const { say } = useTexts();
  return (
    <Alert title={say("people.link")} variant="light" role="status">
      <Group gap="xs" align="flex-end">
        <TextInput label={say("people.link-note")} readOnly value={link} className="link-place" />
        <CopyButton value={link}>
          {({ copied, copy }) => <Button onClick={copy}>{say(copied ? "people.copied" : "people.copy")}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          {say("close")}
        </Button>
      </Group>
    </Alert>
  );
}
