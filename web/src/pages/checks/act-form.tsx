import { Button, Group, NativeSelect, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call, useRead } from "../../api/client.ts";
import type { Finding } from "../../api/operations.ts";
import { Failure } from "../../frame/failure.tsx";
import { useTexts } from "../../texts/texts.tsx";

export type Verb = "assign" | "explain" | "accept" | "reopen";

interface FormProps {
  readonly finding: Finding;
  readonly verb: Verb;
  readonly onClose: () => void;
}

/** An act on a finding, with its reason; somebody else's act meanwhile is not overwritten. */
export function ActForm({ finding, verb, onClose }: FormProps): ReactNode {
  const { say } = useTexts();
  const client = useQueryClient();
  const people = useRead("listNames", {}, { enabled: verb === "assign" }).data?.items ?? [];
  const [reason, setReason] = useState("");
  const [assignee, setAssignee] = useState("");
  const act = useMutation({
    mutationFn: () => {
      const params = { finding: finding.id };
      const ifMatch = `"${finding.version}"`;
      if (verb === "assign") return call("assignFinding", { params, ifMatch, body: { reason, assignee } as never });
      return call(`${verb}Finding`, { params, ifMatch, body: { reason } as never });
    },
    onSuccess: async () => {
      await client.invalidateQueries();
      onClose();
    },
  });
  return (
    <Stack gap="xs" mt="sm">
      {verb === "assign" ? (
        <NativeSelect
          label={say("checks.assignee")}
          required
          value={assignee}
          data={[
            { value: "", label: say("checks.choose") },
            ...people.map(({ actor, name }) => ({ value: actor, label: name })),
          ]}
          onChange={(event) => setAssignee(event.currentTarget.value)}
        />
      ) : undefined}
      <Textarea
        label={say("data.reason")}
        required
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {act.error ? <Failure error={act.error} retry={() => void client.invalidateQueries()} /> : undefined}
      <Group gap="xs">
        <Button
          loading={act.isPending}
          disabled={reason.trim() === "" || (verb === "assign" && assignee === "")}
          onClick={() => act.mutate()}
        >
          {say(`checks.${verb}`)}
        </Button>
        <Button variant="default" onClick={onClose}>
          {say("cancel")}
        </Button>
      </Group>
    </Stack>
  );
}
