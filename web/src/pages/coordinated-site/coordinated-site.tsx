import { Alert, Button, Group, SimpleGrid, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { call, reading } from "../../api/client.ts";
import type { Operations } from "../../api/operations.ts";
import { Failure, Issues } from "../../frame/failure.tsx";
import { useMay } from "../../frame/session.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Facts } from "../../parts/facts.tsx";
import { useNames } from "../../parts/names.ts";
import { Page } from "../../parts/page.tsx";
import { PlanActions } from "../../parts/plan-actions.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { TimeChart } from "../../parts/time-chart.tsx";
import { useTexts } from "../../texts/texts.tsx";

type SiteAnswer = Operations["readCoordinatedSite"]["answer"];

const LOOK_AGAIN_MS = 2000;

/** Stops the site or releases it, with a reason that the journal keeps. */
function Switch({ site }: { readonly site: SiteAnswer }): ReactNode {
  const { say } = useTexts();
  const may = useMay();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const stopped = site.stopped !== null;
  const act = useMutation({
    mutationFn: async () => {
      const asked = { params: { site: site.id }, body: { reason } };
      if (stopped) await call("releaseSite", asked);
      else return (await call("stopSite", asked)).data;
      return undefined;
    },
    onSuccess: async () => {
      setReason("");
      await client.invalidateQueries();
    },
  });
  if (!may(stopped ? "site.release" : "site.stop")) return undefined;
  return (
    <Stack gap="xs">
      <Textarea
        label={say(stopped ? "site.release-reason" : "site.stop-reason")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
        minRows={1}
      />
      <Group>
        <Button
          color={stopped ? "candela" : "red"}
          disabled={reason.trim() === ""}
          loading={act.isPending}
          onClick={() => act.mutate()}
        >
          {say(stopped ? "site.release" : "site.stop")}
        </Button>
        <Text size="sm" c="dimmed">
          {say(stopped ? "site.release-note" : "site.stop-note")}
        </Text>
      </Group>
      {act.error ? <Failure error={act.error} /> : undefined}
      {act.data ? (
        <div role="status">
          <Text size="sm">{say(`site.made-safe.${act.data.by}`)}</Text>
          <Issues issues={act.data.issues} />
        </div>
      ) : undefined}
    </Stack>
  );
}

/** The plan as it was made, and the decision that it waits for. */
function PlanSheet({ site }: { readonly site: SiteAnswer }): ReactNode {
  const { say, moment, decimal } = useTexts();
  const nameOf = useNames();
  const may = useMay();
  const client = useQueryClient();
  const { plan } = site;
  const decide = useMutation({
    mutationFn: (decision: "approved" | "rejected") =>
      call("decidePlan", { params: { plan: plan?.id ?? "" }, body: { decision } }),
    onSettled: () => client.invalidateQueries(),
  });
  if (plan === null)
    return (
      <Sheet title={say("site.plan")}>
        <Text size="sm">{say("site.no-plan")}</Text>
      </Sheet>
    );
  const against = (value: number, without: number, unit: string, per = 1): string =>
    say("site.against", {
      value: `${decimal((value / per).toFixed(0))} ${unit}`,
      without: decimal((without / per).toFixed(0)),
    });
  const waiting = plan.proposed && plan.decision === "undecided";
  return (
    <Sheet title={say("site.plan")} flush>
      <div className="sheet-body">
        <Facts
          facts={[
            [say("site.plan-id"), plan.id],
            [say("site.plan-span"), say("coordination.span", { from: moment(plan.from), to: moment(plan.to) })],
            [say("site.plan-by"), nameOf(plan.by)],
            [say("column.state"), say(plan.proposed ? `site.decision.${plan.decision}` : "site.acted-on")],
            ...(plan.cost
              ? ([
                  [say("site.plan-cost"), against(plan.cost.plan.totalCny, plan.cost.doNothing.totalCny, "CNY")],
                  [say("site.plan-carbon"), against(plan.cost.plan.carbonKg, plan.cost.doNothing.carbonKg, "t", 1000)],
                  [say("site.plan-peak"), against(plan.cost.plan.peakKw, plan.cost.doNothing.peakKw, "kW")],
                ] as const)
              : []),
          ]}
        />
        {waiting && may("plan.approve") ? (
          <Group gap="xs" mt="sm">
            <Button loading={decide.isPending} onClick={() => decide.mutate("approved")}>
              {say("site.approve")}
            </Button>
            <Button variant="default" loading={decide.isPending} onClick={() => decide.mutate("rejected")}>
              {say("site.reject")}
            </Button>
          </Group>
        ) : undefined}
        {decide.error ? <Failure error={decide.error} /> : undefined}
      </div>
      {plan.cost ? <PlanActions actions={plan.actions} timeZone={site.timeZone} /> : undefined}
    </Sheet>
  );
}

/** A site that is run: how it stands, what it will do and why, and the switch that stops it. */
export default function CoordinatedSite(): ReactNode {
  const { say, pick, moment, has, language } = useTexts();
  const nameOf = useNames();
  const { site: id = "" } = useParams({ strict: false });
  const found = useQuery({
    ...reading("readCoordinatedSite", { params: { site: id } }),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const kw = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} kW`);
  return (
    <Page
      title={found.data ? pick(found.data.name) : id}
      lead={
        <Link to="/coordination" className="plain">
          {say("page.coordination")}
        </Link>
      }
    >
      <Asked query={found}>
        {(site) => {
          const clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
            timeZone: site.timeZone,
            ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
          });
          return (
            <>
              {site.stopped === null ? undefined : (
                <Alert color="red" variant="light" title={say("site.is-stopped")}>
                  {site.stopped}
                </Alert>
              )}
              <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
                <Sheet title={say("site.now")}>
                  {site.step === null ? (
                    <Text size="sm">{say(site.runnable ? "site.never-run" : "site.not-runnable")}</Text>
                  ) : (
                    <>
                      <Facts
                        facts={[
                          [say("site.step-at"), moment(site.step.at)],
                          [say("site.mode"), say(`site.mode.${site.step.mode}`)],
                          [
                            say("site.acts-on"),
                            site.step.safe === null ? site.step.plan : say(`site.safe.${site.step.safe}`),
                          ],
                          [say("site.grid"), kw(site.step.gridKw)],
                          [say("site.without"), site.step.without.join(say("list.comma"))],
                          [say("site.trouble"), site.step.issues.join(say("list.comma"))],
                        ]}
                      />
                      <table className="table" aria-label={say("site.devices")}>
                        <thead>
                          <tr>
                            <th scope="col">{say("site.device")}</th>
                            <th scope="col" className="number">
                              {say("site.power")}
                            </th>
                            <th scope="col" className="number">
                              {say("site.set-point")}
                            </th>
                            <th scope="col" className="number">
                              {say("site.stored")}
                            </th>
                            <th scope="col">{say("site.device-mode")}</th>
                          </tr>
                        </thead>
                        <tbody>
                          {site.step.devices.map((one) => (
                            <tr key={one.device}>
                              <th scope="row">{one.device}</th>
                              <td className="number">{kw(one.powerKw)}</td>
                              <td className="number">{kw(one.setPointKw)}</td>
                              <td className="number">
                                {one.storedKwh === null ? "–" : `${one.storedKwh.toFixed(1)} kWh`}
                              </td>
                              <td>{one.mode ?? "–"}</td>
                            </tr>
                          ))}
                        </tbody>
                      </table>
                    </>
                  )}
                </Sheet>
                {site.runnable ? (
                  <Sheet title={say("site.switch")}>
                    <Switch site={site} />
                  </Sheet>
                ) : undefined}
              </SimpleGrid>
              {site.trail.length > 1 ? (
                <Sheet title={say("site.trail")}>
                  <TimeChart
                    label={say("site.trail")}
                    times={site.trail.map(({ at }) => clock.format(new Date(at)))}
                    rows={[
                      {
                        title: say("site.grid"),
                        unit: "kW",
                        digits: 1,
                        lines: [{ name: say("site.grid"), values: site.trail.map(({ gridKw }) => gridKw) }],
                      },
                      {
                        title: say("simulation.battery"),
                        unit: "kW",
                        digits: 1,
                        lines: [
                          {
                            name: say("simulation.battery"),
                            steps: true,
                            values: site.trail.map(({ batteryKw }) => batteryKw),
                          },
                        ],
                      },
                    ]}
                  />
                </Sheet>
              ) : undefined}
              <PlanSheet site={site} />
              {site.events.length > 0 ? (
                <Sheet title={say("site.events")} flush>
                  <div className="table-wide" tabIndex={0} role="region" aria-label={say("site.events")}>
                    <table className="table">
                      <tbody>
                        {site.events.map((event, index) => (
                          <tr key={index}>
                            <th scope="row">{moment(event.at)}</th>
                            <td>{has(`site.event.${event.kind}`) ? say(`site.event.${event.kind}`) : event.kind}</td>
                            <td>{nameOf(event.actor)}</td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </div>
                </Sheet>
              ) : undefined}
            </>
          );
        }}
      </Asked>
    </Page>
  );
}
