import { NativeSelect } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import type { Operations } from "../../api/operations.ts";
import { useAddress } from "../../frame/address.ts";
import { Asked } from "../../parts/asked.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Page } from "../../parts/page.tsx";
import { PlanActions } from "../../parts/plan-actions.tsx";
import { savedShare } from "../../parts/saved-share.ts";
import { Sheet } from "../../parts/sheet.tsx";
import { type ChartRow, TimeChart } from "../../parts/time-chart.tsx";
import { useTexts } from "../../texts/texts.tsx";

type Answer = Operations["readSimulation"]["answer"];
type Run = Answer["simulation"]["runs"][number];

const DAY_MS = 86_400_000;

/** Local days of a simulation. */
function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += DAY_MS) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/** What each lever saves, alone and together, against doing nothing. */
function Savings({ runs }: { readonly runs: readonly Run[] }): ReactNode {
  const { say, decimal } = useTexts();
  const nothing = runs[0]?.costCny;
  const nameOf = ({ levers }: Run): string =>
    levers.length === 0 ? say("simulation.nothing") : levers.map((lever) => say(`lever.${lever}`)).join(" + ");
  const head = ["cost", "saved", "carbon", "peak", "loss", "free", "late"].map((id) => say(`simulation.${id}`));
  return (
    <div className="table-wide" tabIndex={0} role="region" aria-label={say("simulation.savings")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("coordination.levers")}</th>
            {[...head.slice(0, 3), runs[0]?.pueName ?? "PUE", ...head.slice(3)].map((text) => (
              <th key={text} scope="col" className="number">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.levers.join()}>
              <th scope="row">{nameOf(run)}</th>
              <td className="number">{decimal(run.costCny.toFixed(0))}</td>
              <td className="number">{run.levers.length === 0 ? "–" : savedShare(run.costCny, nothing)}</td>
              <td className="number">{decimal((run.carbonKg / 1000).toFixed(1))}</td>
              <td className="number">{run.pue?.toFixed(3) ?? "–"}</td>
              <td className="number">{(run.peakKw / 1000).toFixed(2)}</td>
              <td className="number">{(run.lossKwh / 1000).toFixed(1)}</td>
              <td className="number">{run.freeCoolingHours.toFixed(0)}</td>
              <td className="number">{run.late}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How the site was taken to differ from its file, where it was. */
function Supposed({ whatIf }: { readonly whatIf: Answer["simulation"]["whatIf"] }): ReactNode {
  const { say } = useTexts();
  const { batteryScale, carbonCnyPerKg, jobShare } = whatIf;
  const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
  const facts = [
    ...(batteryScale === 1 ? [] : [[say("what-if.battery"), percent(batteryScale)] as const]),
    ...(carbonCnyPerKg === 0 ? [] : [[say("what-if.carbon"), String(carbonCnyPerKg)] as const]),
    ...(jobShare === USUAL_JOB_SHARE ? [] : [[say("what-if.jobs"), percent(jobShare)] as const]),
  ];
  if (facts.length === 0) return undefined;
  return (
    <div className="sheet-body">
      <Facts facts={facts} />
    </div>
  );
}

/** As the server takes it when nothing is said. */
const USUAL_JOB_SHARE = 0.2;

const worth = ({ actions }: Answer["plans"][number]): number => actions.reduce((sum, one) => sum + one.savingCny, 0);

/** Why a plan of the day did what it did; first the one that saves most. */
function Reasons({ plans, timeZone }: Pick<Answer, "plans" | "timeZone">): ReactNode {
  const { say, clock } = useTexts();
  const { asked, ask } = useAddress();
  const best = plans.reduce<Answer["plans"][number] | undefined>(
    (most, one) => (most && worth(most) >= worth(one) ? most : one),
    undefined,
  );
  const shown = plans.find(({ at }) => at === asked.plan) ?? best;
  if (!shown) return undefined;
  return (
    <Sheet
      title={say("simulation.why")}
      aside={
        <NativeSelect
          size="xs"
          aria-label={say("simulation.plan")}
          value={shown.at}
          data={plans.map(({ at }) => ({ value: at, label: say("simulation.plan-of", { at: clock(at, timeZone) }) }))}
          onChange={(event) => ask({ plan: event.currentTarget.value })}
        />
      }
      flush
    >
      <PlanActions actions={shown.actions} timeZone={timeZone} />
    </Sheet>
  );
}

/** One simulation: what was saved, the days as they went, and why the plan did what it did. */
export default function SimulationPage(): ReactNode {
  const { say, date, clock } = useTexts();
  const { simulation: id = "" } = useParams({ strict: false });
  const { asked, ask } = useAddress();
  const found = useRead("readSimulation", {
    params: { simulation: id },
    query: { run: asked.run, day: asked.day, days: 2 },
  });
  const rowsOf = ({ steps }: Answer): ChartRow[] => {
    const mega = (kw: number | null): number | null => (kw === null ? null : kw / 1000);
    const plants = Object.keys(steps[0]?.cooling ?? {});
    return [
      {
        title: say("simulation.load"),
        unit: "MW",
        digits: 2,
        lines: [
          { name: say("simulation.grid"), values: steps.map((one) => mega(one.gridKw)) },
          { name: say("simulation.planned"), dashed: true, values: steps.map((one) => mega(one.plannedGridKw)) },
          { name: say("simulation.it"), values: steps.map((one) => mega(one.itKw)) },
        ],
      },
      {
        title: say("simulation.price"),
        unit: "CNY/kWh",
        digits: 3,
        lines: [{ name: say("simulation.price"), steps: true, values: steps.map((one) => one.priceCnyPerKwh) }],
      },
      {
        title: say("simulation.carbon-factor"),
        unit: "kg/kWh",
        digits: 3,
        lines: [{ name: say("simulation.carbon-factor"), steps: true, values: steps.map((one) => one.carbonKgPerKwh) }],
      },
      ...(steps.some(({ pvKw }) => pvKw > 0)
        ? [
            {
              title: say("simulation.pv"),
              unit: "MW",
              digits: 2,
              lines: [{ name: say("simulation.pv"), values: steps.map((one) => mega(one.pvKw)) }],
            },
          ]
        : []),
      {
        title: say("simulation.battery"),
        unit: "MW",
        digits: 2,
        lines: [{ name: say("simulation.battery"), steps: true, values: steps.map((one) => mega(one.batteryKw)) }],
      },
      {
        title: say("simulation.stored"),
        unit: "MWh",
        digits: 1,
        lines: [{ name: say("simulation.stored"), values: steps.map((one) => mega(one.storedKwh)) }],
      },
      ...plants.map((plant) => ({
        title: say("simulation.cooling", { plant }),
        states: steps.map(({ cooling }) => cooling[plant] ?? ""),
      })),
      {
        title: "PUE",
        unit: "",
        digits: 3,
        lines: [{ name: "PUE", values: steps.map((one) => (one.itKw > 0 ? one.facilityKw / one.itKw : null)) }],
      },
    ];
  };
  return (
    <Page
      title={say("page.simulation")}
      lead={
        <Link to="/coordination" className="plain">
          {say("page.coordination")}
        </Link>
      }
    >
      <Asked query={found}>
        {(answer) => {
          const { simulation, siteName, timeZone, run, day, steps, plans } = answer;
          return (
            <>
              <Sheet
                title={say("simulation.title", {
                  site: siteName,
                  from: date(simulation.from),
                  to: date(simulation.to),
                })}
                flush
              >
                <Supposed whatIf={simulation.whatIf} />
                <Savings runs={simulation.runs} />
              </Sheet>
              <Sheet title={say("simulation.picture")}>
                <div className="filters">
                  <NativeSelect
                    size="xs"
                    label={say("simulation.run")}
                    value={run.join()}
                    data={simulation.runs.map(({ levers }) => ({
                      value: levers.join(),
                      label:
                        levers.length === 0
                          ? say("simulation.nothing")
                          : levers.map((lever) => say(`lever.${lever}`)).join(" + "),
                    }))}
                    onChange={(event) => ask({ run: event.currentTarget.value })}
                  />
                  <NativeSelect
                    size="xs"
                    label={say("simulation.day")}
                    value={day}
                    data={daysOf(simulation.from, simulation.to).map((one) => ({ value: one, label: date(one) }))}
                    onChange={(event) => ask({ day: event.currentTarget.value })}
                  />
                </div>
                <TimeChart
                  label={say("simulation.picture")}
                  times={steps.map(({ at }) => clock(new Date(at).toISOString(), timeZone))}
                  rows={rowsOf(answer)}
                  tableEvery={4}
                />
              </Sheet>
              <Reasons plans={plans} timeZone={timeZone} />
            </>
          );
        }}
      </Asked>
    </Page>
  );
}
