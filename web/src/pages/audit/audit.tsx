import { Button, Code } from "@mantine/core";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { useAddress } from "../../frame/address.ts";
import { Asked } from "../../parts/asked.tsx";
import { useNames } from "../../parts/names.ts";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";

/** Who did what and when, with what was before and after. */
export default function Audit(): ReactNode {
  const { say, moment } = useTexts();
  const nameOf = useNames();
  const { asked, ask } = useAddress();
  const found = useRead("listEvents", { query: { cursor: asked.before, limit: 50 } });
  return (
    <Page title={say("page.audit")} lead={say("audit.lead")}>
      <Asked query={found}>
        {({ items, next }) => (
          <>
            <Sheet flush>
              <div className="table-wide" tabIndex={0} role="region" aria-label={say("page.audit")}>
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col" className="number">
                        {say("system.position")}
                      </th>
                      <th scope="col">{say("audit.when")}</th>
                      <th scope="col">{say("audit.who")}</th>
                      <th scope="col">{say("audit.what")}</th>
                      <th scope="col">{say("audit.detail")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((event) => (
                      <tr key={event.position}>
                        <td className="number">{event.position}</td>
                        <td>{moment(event.at)}</td>
                        <td>{nameOf(event.actor)}</td>
                        <td>
                          {event.kind} <span className="mark">{event.stream}</span>
                        </td>
                        <td>
                          <details>
                            <summary>{say("audit.show")}</summary>
                            {event.before === undefined ? undefined : (
                              <Code
                                block
                                className="formula"
                              >{`${say("audit.before")}\n${JSON.stringify(event.before, undefined, 2)}`}</Code>
                            )}
                            <Code block className="formula">
                              {JSON.stringify(event.body, undefined, 2)}
                            </Code>
                          </details>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </Sheet>
            {next ? (
              <div>
                <Button variant="default" onClick={() => ask({ before: next })}>
                  {say("audit.older")}
                </Button>
              </div>
            ) : undefined}
          </>
        )}
      </Asked>
    </Page>
  );
}
