import { Anchor, Button, Group, SimpleGrid, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { addressOf, call, useRead } from "../../api/client.ts";
import { newKey } from "../../api/key.ts";
import { useAddress } from "../../frame/address.ts";
import { Failure, Issues } from "../../frame/failure.tsx";
import { useMay } from "../../frame/session.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Facts } from "../../parts/facts.tsx";
import { useNames } from "../../parts/names.ts";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useJob } from "../../parts/use-job.ts";
import { useTexts } from "../../texts/texts.tsx";

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

function Backups(): ReactNode {
  const { say, moment } = useTexts();
  const may = useMay();
  const found = useRead("listBackups", {}, { enabled: may("backup.fetch") });
  if (!may("backup.fetch")) return undefined;
  return (
    <Asked query={found}>
      {({ items }) =>
        items.length === 0 ? (
          <Text size="sm">{say("system.no-backups")}</Text>
        ) : (
          <table className="table">
            <tbody>
              {items.map(({ name, bytes, at }) => (
                <tr key={name}>
                  <th scope="row">
                    <Anchor href={addressOf("downloadBackup", { params: { name } })} download inherit>
                      {name}
                    </Anchor>
                  </th>
                  <td className="number">{megabytes(bytes)} MB</td>
                  <td>{moment(at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </Asked>
  );
}

/** The piece of work that was begun here, wherever it has come to; a reload keeps it. */
function Running({ job: id }: { readonly job: string }): ReactNode {
  const { say } = useTexts();
  const job = useJob(id);
  const client = useQueryClient();
  const state = job.data?.state ?? "waiting";
  useEffect(() => {
    if (state !== "done") return;
    void client.invalidateQueries({ queryKey: ["listBackups"] });
    void client.invalidateQueries({ queryKey: ["listJobs"] });
  }, [state, client]);
  if (job.error) return <Failure error={job.error} />;
  return (
    <div role="status">
      <Text size="sm">
        {say(`system.job.${state}`)} {job.data?.progress ?? ""}
      </Text>
      {job.data && job.data.issues.length > 0 ? <Issues issues={job.data.issues} /> : undefined}
    </div>
  );
}

/** How the product is doing, its backups, and long work. */
export default function System(): ReactNode {
  const { say, moment, decimal } = useTexts();
  const may = useMay();
  const nameOf = useNames();
  const client = useQueryClient();
  const { asked, ask } = useAddress();
  const health = useRead("readSystem");
  const jobs = useRead("listJobs", { query: { limit: 20 } });
  const begin = useMutation({
    mutationFn: async (what: "backup" | "verify") =>
      (
        await (what === "backup"
          ? call("takeBackup", { idempotencyKey: newKey() })
          : call("verifyJournal", { idempotencyKey: newKey(), body: {} }))
      ).data.id,
    onSuccess: async (job) => {
      ask({ job });
      await client.invalidateQueries({ queryKey: ["listJobs"] });
    },
  });
  return (
    <Page title={say("page.system")}>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Sheet title={say("system.health")}>
          <Asked query={health}>
            {(one) => (
              <Facts
                facts={[
                  [say("system.version"), one.version],
                  ["Node.js", one.node],
                  [
                    say("system.database"),
                    `PostgreSQL ${one.database.version} · ${say(`system.${one.database.kind}`)}`,
                  ],
                  [say("system.position"), decimal(one.position)],
                  [say("system.memory"), `${megabytes(one.memoryBytes)} MB`],
                  [say("system.up"), say("system.hours", { hours: (one.upSeconds / 3600).toFixed(1) })],
                ]}
              />
            )}
          </Asked>
        </Sheet>
        <Sheet title={say("system.backups")}>
          <Text size="sm" c="dimmed" mb="sm">
            {say("system.restore-note")}
          </Text>
          <Backups />
          <Group gap="xs" mt="sm">
            {may("backup.take") ? (
              <Button loading={begin.isPending} onClick={() => begin.mutate("backup")}>
                {say("system.take-backup")}
              </Button>
            ) : undefined}
            {may("journal.verify") ? (
              <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate("verify")}>
                {say("system.verify")}
              </Button>
            ) : undefined}
          </Group>
          {begin.error ? <Failure error={begin.error} /> : undefined}
          {asked.job ? <Running key={asked.job} job={asked.job} /> : undefined}
        </Sheet>
      </SimpleGrid>
      <Sheet title={say("system.jobs")} flush>
        <Asked query={jobs}>
          {({ items }) => (
            <div className="table-wide" tabIndex={0} role="region" aria-label={say("system.jobs")}>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{say("system.job")}</th>
                    <th scope="col">{say("system.by")}</th>
                    <th scope="col">{say("column.state")}</th>
                    <th scope="col">{say("system.begun")}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((job) => (
                    <tr key={job.id}>
                      <th scope="row">{say(`system.kind.${job.kind}`)}</th>
                      <td>{nameOf(job.actor)}</td>
                      <td>{say(`system.job.${job.state}`)}</td>
                      <td>{moment(job.createdAt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Asked>
      </Sheet>
    </Page>
  );
}
