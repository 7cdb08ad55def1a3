import { Alert, Button, CopyButton, Group, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Invitation } from "../../api/operations.ts";
import { Issues } from "../../frame/failure.tsx";
import { useTexts } from "../../texts/texts.tsx";

interface NoteProps {
  readonly invitation: Invitation;
  readonly onClose: () => void;
}

/** The link by which a person sets a password: shown once, and to be handed over where it was not sent. */
export function LinkNote({ invitation: { link, sent, issues }, onClose }: NoteProps): ReactNode {
  const { say } = useTexts();
  return (
    <Alert title={say(sent ? "people.sent" : "people.link")} variant="light" role="status">
      {issues.length > 0 ? <Issues issues={issues} /> : undefined}
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
