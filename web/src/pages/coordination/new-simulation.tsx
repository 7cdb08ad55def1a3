import { Anchor, Button, Checkbox, Group, NativeSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { call } from "../../api/client.ts";
import { newKey } from "../../api/key.ts";
import { useAddress } from "../../frame/address.ts";
import { Failure, Issues } from "../../frame/failure.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useJob } from "../../parts/use-job.ts";
import { useTexts } from "../../texts/texts.tsx";

export const LEVERS = ["battery", "jobs", "cooling", "ups"] as const;

/** The simulation that was begun here, wherever it has come to; a reload keeps it. */
function Under({ job: id }: { readonly job: string }): ReactNode {
  const { say } = useTexts();
  const job = useJob(id);
  const client = useQueryClient();
  const state = job.data?.state ?? "waiting";
  useEffect(() => {
    if (state === "done") void client.invalidateQueries({ queryKey: ["listSimulations"] });
  }, [state, client]);
  if (job.error) return <Failure error={job.error} />;
  return (
    <div role="status">
      {state === "done" ? (
        <Anchor component={Link} {...({ to: `/coordination/simulations/${id}` } as object)}>
          {say("coordination.open-result")}
        </Anchor>
      ) : (
        <Text size="sm">
          {say(`coordination.job.${state}`)} {job.data?.progress ?? ""}
        </Text>
      )}
      {job.data && job.data.issues.length > 0 ? <Issues issues={job.data.issues} /> : undefined}
    </div>
  );
}

/** Asks for a simulation, and shows how far it has come. */
export function NewSimulation({
  sites,
}: {
  readonly sites: readonly { readonly id: string; readonly name: string }[];
}): ReactNode {
  const { say } = useTexts();
  const { asked, ask } = useAddress();
  const [site, setSite] = useState(sites[0]?.id ?? "");
  const [from, setFrom] = useState("2025-04-01");
  const [to, setTo] = useState("2025-04-03");
  const [levers, setLevers] = useState<readonly (typeof LEVERS)[number][]>(LEVERS);
  const [seed, setSeed] = useState(1);
  const [replan, setReplan] = useState("60");
  const [battery, setBattery] = useState<string | number>(100);
  const [carbon, setCarbon] = useState<string | number>(0);
  const [share, setShare] = useState<string | number>(20);
  const whatIf = { batteryScale: Number(battery) / 100, carbonCnyPerKg: Number(carbon), jobShare: Number(share) / 100 };
  const begin = useMutation({
    mutationFn: async () =>
      (
        await call("simulate", {
          idempotencyKey: newKey(),
          body: { site, from, to, levers: [...levers], seed, replanMinutes: Number(replan), whatIf },
        })
      ).data.id,
    onSuccess: (job) => ask({ job }),
  });
  return (
    <Sheet title={say("coordination.new")}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {say("coordination.new-note")}
        </Text>
        <div className="filters">
          <NativeSelect
            label={say("coordination.site")}
            value={site}
            data={sites.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => setSite(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={say("coordination.from")}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={say("coordination.to")}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <NativeSelect
            label={say("coordination.replan")}
            value={replan}
            data={["15", "60", "240"].map((minutes) => ({
              value: minutes,
              label: say("coordination.minutes", { minutes }),
            }))}
            onChange={(event) => setReplan(event.currentTarget.value)}
          />
          <NumberInput
            label={say("coordination.seed")}
            value={seed}
            min={0}
            max={1_000_000}
            allowDecimal={false}
            hideControls
            onChange={(value) => setSeed(Number(value))}
          />
        </div>
        <fieldset className="plain-group">
          <legend>{say("what-if.title")}</legend>
          <div className="filters">
            <NumberInput
              label={say("what-if.battery")}
              suffix=" %"
              value={battery}
              min={0}
              max={2000}
              onChange={setBattery}
            />
            <NumberInput
              label={say("what-if.carbon")}
              value={carbon}
              min={0}
              max={100}
              step={0.1}
              onChange={setCarbon}
            />
            <NumberInput label={say("what-if.jobs")} suffix=" %" value={share} min={0} max={100} onChange={setShare} />
          </div>
        </fieldset>
        <Checkbox.Group
          label={say("coordination.levers")}
          value={[...levers]}
          onChange={(chosen) => setLevers(LEVERS.filter((lever) => chosen.includes(lever)))}
        >
          <Group gap="md" mt={4}>
            {LEVERS.map((lever) => (
              <Checkbox key={lever} value={lever} label={say(`lever.${lever}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group>
          <Button
            loading={begin.isPending}
            disabled={levers.length === 0 || from === "" || to === ""}
            onClick={() => begin.mutate()}
          >
            {say("coordination.simulate")}
          </Button>
        </Group>
        {begin.error ? <Failure error={begin.error} /> : undefined}
        {asked.job ? <Under key={asked.job} job={asked.job} /> : undefined}
      </Stack>
    </Sheet>
  );
}
