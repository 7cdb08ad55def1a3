import { Button, Group, Stack, Textarea, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { call } from "../../api/client.ts";
import { newKey } from "../../api/key.ts";
import { Failure } from "../../frame/failure.tsx";
import { useTexts } from "../../texts/texts.tsx";

interface FormProps {
  readonly batch: string;
  readonly row: string;
  readonly unit: string;
  readonly onDone: () => void;
}

/** Puts another amount in a record's place, or takes the record out; both with a reason, both for another person to approve. */
export function CorrectionForm({ batch, row, unit, onDone }: FormProps): ReactNode {
  const { say } = useTexts();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const [key] = useState(() => newKey());
  const params = { batch, row } as never;
  const send = useMutation({
    mutationFn: (what: "correct" | "withdraw") =>
      what === "correct"
        ? call("correctRecord", { params, idempotencyKey: `${key}-c`, body: { reason, amount, unit } as never })
        : call("withdrawRecord", { params, idempotencyKey: `${key}-w`, body: { reason } }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onDone();
      await navigate({ to: "/data/batches" });
    },
  });
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        {say("data.correct")}
      </Title>
      <Stack gap="sm">
        <TextInput
          label={say("data.right-amount", { unit })}
          value={amount}
          inputMode="decimal"
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
        <Textarea
          label={say("data.reason")}
          required
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {send.error ? <Failure error={send.error} /> : undefined}
        <Group gap="xs">
          <Button
            disabled={amount.trim() === "" || reason.trim() === ""}
            loading={send.isPending}
            onClick={() => send.mutate("correct")}
          >
            {say("data.submit-correction")}
          </Button>
          <Button variant="default" disabled={reason.trim() === ""} onClick={() => send.mutate("withdraw")}>
            {say("data.withdraw")}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
