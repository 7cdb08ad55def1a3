import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";

/** What the figures are reckoned over and by which factors, as it is in force. */
export default function Settings(): ReactNode {
  const { say, pick, decimal, has } = useTexts();
  const found = useRead("readBoundary");
  const pins = useRead("readPins");
  const factors = useRead("listFactors");
  return (
    <Page title={say("settings.title")} lead={say("settings.lead")}>
      <Asked query={found}>
        {({ boundary }) =>
          boundary === null ? (
            <Empty title={say("settings.none")}>{say("settings.none-next")}</Empty>
          ) : (
            <Stack gap="lg">
              <Sheet title={say("settings.entity")}>
                <Facts
                  facts={[
                    [say("people.name-of"), pick(boundary.entity.name)],
                    [
                      say("settings.approach"),
                      has(`settings.approach.${boundary.entity.approach}`)
                        ? say(`settings.approach.${boundary.entity.approach}`)
                        : boundary.entity.approach,
                    ],
                    [say("settings.fiscal"), String(boundary.entity.fiscalYearStartMonth ?? 1)],
                  ]}
                />
              </Sheet>
              <Sheet title={say("settings.sites")} flush>
                <div className="table-wide" tabIndex={0} role="region" aria-label={say("settings.sites")}>
                  <table className="table">
                    <thead>
                      <tr>
                        <th scope="col">{say("column.site")}</th>
                        <th scope="col">{say("settings.region")}</th>
                        <th scope="col">{say("settings.time-zone")}</th>
                        <th scope="col" className="number">
                          {say("settings.share")}
                        </th>
                        <th scope="col">{say("settings.since")}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {boundary.sites.map((site) => (
                        <tr key={site.id}>
                          <th scope="row">
                            {pick(site.name)} <span className="mark">{site.id}</span>
                          </th>
                          <td>{site.region}</td>
                          <td>{site.timeZone}</td>
                          <td className="number">{site.share ?? "1"}</td>
                          <td>{[site.from, site.to].filter(Boolean).join(" – ") || "–"}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </Sheet>
            </Stack>
          )
        }
      </Asked>
      <Asked query={factors}>
        {({ items }) => (
          <Sheet title={say("settings.factors")} flush>
            <div className="table-wide" tabIndex={0} role="region" aria-label={say("settings.factors")}>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{say("settings.factor")}</th>
                    <th scope="col">{say("settings.set")}</th>
                    <th scope="col" className="number">
                      {say("settings.value")}
                    </th>
                    <th scope="col">{say("column.unit")}</th>
                    <th scope="col">{say("column.state")}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((factor) => {
                    const pinned = pins.data?.pins.factors?.some(
                      ({ kind, set }) => kind === factor.kind && set === factor.set,
                    );
                    return (
                      <tr key={`${factor.set} ${factor.id}`}>
                        <th scope="row">
                          {pick(factor.title)} <span className="mark">{factor.id}</span>
                        </th>
                        <td>{factor.set}</td>
                        <td className="number">{decimal(factor.value)}</td>
                        <td className="soft">{factor.unit}</td>
                        <td>
                          {say(factor.status === "verified" ? "settings.verified" : "settings.unverified")}
                          {pinned ? ` · ${say("settings.pinned")}` : ""}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          </Sheet>
        )}
      </Asked>
    </Page>
  );
}
