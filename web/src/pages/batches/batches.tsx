import { Alert, Badge, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { call, useRead } from "../../api/client.ts";
import { newKey } from "../../api/key.ts";
import type { Batch } from "../../api/operations.ts";
import { Failure } from "../../frame/failure.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { useNames } from "../../parts/names.ts";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";

type Decision = "approve" | "reject";

/** Asks before a decision: it cannot be taken back, only corrected. */
function Decide({
  batch,
  decision,
  onClose,
}: {
  readonly batch: Batch;
  readonly decision: Decision;
  readonly onClose: () => void;
}): ReactNode {
  const { say } = useTexts();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [key] = useState(newKey);
  const send = useMutation({
    mutationFn: () =>
      call(decision === "approve" ? "approveBatch" : "rejectBatch", {
        params: { batch: batch.id } as never,
        idempotencyKey: key,
        body: reason.trim() === "" ? {} : { reason },
      }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={say(`batches.${decision}-title`, { name: batch.name })}
      closeButtonProps={{ "aria-label": say("close") }}
    >
      <Stack>
        <Text size="sm">{say(`batches.${decision}-note`, { rows: batch.rows })}</Text>
        <Textarea
          label={say("data.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
          minRows={2}
        />
        {send.error ? <Failure error={send.error} /> : undefined}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say("cancel")}
          </Button>
          <Button
            color={decision === "approve" ? "candela" : "red"}
            loading={send.isPending}
            onClick={() => send.mutate()}
          >
            {say(`batches.${decision}`)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const STATE_COLOUR = { approved: "green", rejected: "red", waiting: "yellow" } as const;

/** What was submitted, the latest first; whoever may decides on what another person brought. */
export default function Batches(): ReactNode {
  const { say, decimal } = useTexts();
  const nameOf = useNames();
  const found = useRead("listBatches", { query: { limit: 200 } });
  const [deciding, setDeciding] = useState<{ batch: Batch; decision: Decision }>();
  return (
    <Page title={say("page.batches")} lead={say("batches.lead")}>
      <Asked query={found}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title={say("batches.none")}>{say("batches.none-next")}</Empty>
          ) : (
            <Sheet flush>
              <div className="table-wide" tabIndex={0} role="region" aria-label={say("page.batches")}>
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">{say("batches.batch")}</th>
                      <th scope="col" className="number">
                        {say("batches.rows")}
                      </th>
                      <th scope="col">{say("batches.by")}</th>
                      <th scope="col">{say("column.state")}</th>
                      <th scope="col">{say("batches.decided-by")}</th>
                      <th scope="col">{say("batches.decision")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((batch) => (
                      <tr key={batch.id}>
                        <th scope="row">
                          {batch.kind === "records" ? (
                            <Link className="plain" to="/data" search={{ batch: String(batch.id) } as never}>
                              {batch.name}
                            </Link>
                          ) : (
                            batch.name
                          )}
                          <div className="mark">
                            {`#${batch.id}`} {say(`batches.kind.${batch.kind}`)}
                            {batch.supersedes > 0 ? ` · ${say("batches.supersedes", { count: batch.supersedes })}` : ""}
                          </div>
                        </th>
                        <td className="number">{decimal(String(batch.rows))}</td>
                        <td>{nameOf(batch.submittedBy)}</td>
                        <td>
                          <Badge
                            variant="light"
                            color={STATE_COLOUR[batch.decision ?? "waiting"]}
                            tt="none"
                            autoContrast
                          >
                            {say(`batches.state.${batch.decision ?? "waiting"}`)}
                          </Badge>
                        </td>
                        <td>{batch.decidedBy === null ? "–" : nameOf(batch.decidedBy)}</td>
                        <td>
                          {batch.mayDecide ? (
                            <Group gap="xs" wrap="nowrap">
                              <Button size="compact-sm" onClick={() => setDeciding({ batch, decision: "approve" })}>
                                {say("batches.approve")}
                              </Button>
                              <Button
                                size="compact-sm"
                                variant="default"
                                onClick={() => setDeciding({ batch, decision: "reject" })}
                              >
                                {say("batches.reject")}
                              </Button>
                            </Group>
                          ) : batch.decision === null ? (
                            <span className="soft">{say("batches.another")}</span>
                          ) : undefined}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {next ? <Alert variant="light">{say("batches.more")}</Alert> : undefined}
            </Sheet>
          )
        }
      </Asked>
      {deciding ? <Decide {...deciding} onClose={() => setDeciding(undefined)} /> : undefined}
    </Page>
  );
}
