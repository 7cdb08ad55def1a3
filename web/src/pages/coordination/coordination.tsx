import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { Issues } from "../../frame/failure.tsx";
import { useMay } from "../../frame/session.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";
import { NewSimulation } from "./new-simulation.tsx";
import { Simulations } from "./simulations.tsx";

/** Sites that are run or can be simulated, and the simulations made of them. */
export default function Coordination(): ReactNode {
  const { say, moment } = useTexts();
  const may = useMay();
  const sites = useRead("listCoordinatedSites");
  return (
    <Page title={say("page.coordination")} lead={say("coordination.lead")}>
      <Asked query={sites}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say("coordination.none")}>{say("coordination.none-next")}</Empty>
          ) : (
            <>
              <Sheet title={say("coordination.sites")} flush>
                <div className="table-wide" tabIndex={0} role="region" aria-label={say("coordination.sites")}>
                  <table className="table">
                    <thead>
                      <tr>
                        <th scope="col">{say("coordination.site")}</th>
                        <th scope="col">{say("column.state")}</th>
                        <th scope="col">{say("coordination.last-step")}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {items.map((site) => (
                        <tr key={site.id}>
                          <th scope="row">
                            {site.issues.length > 0 ? (
                              site.name
                            ) : (
                              <Link className="plain" to={`/coordination/sites/${encodeURIComponent(site.id)}`}>
                                {site.name}
                              </Link>
                            )}
                          </th>
                          <td>
                            {site.issues.length > 0 ? (
                              <Issues issues={site.issues} />
                            ) : site.stopped === null ? (
                              say(site.lastStepAt === null ? "coordination.not-run" : "coordination.run")
                            ) : (
                              say("coordination.stopped", { reason: site.stopped })
                            )}
                          </td>
                          <td>{site.lastStepAt === null ? "–" : moment(site.lastStepAt)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </Sheet>
              {may("simulation.run") ? (
                <NewSimulation sites={items.filter(({ issues }) => issues.length === 0)} />
              ) : (
                <Text size="sm" c="dimmed">
                  {say("coordination.no-simulation")}
                </Text>
              )}
              <Simulations />
            </>
          )
        }
      </Asked>
    </Page>
  );
}
