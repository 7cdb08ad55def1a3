import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { Asked } from "../../parts/asked.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { savedShare } from "../../parts/saved-share.ts";
import { useTexts } from "../../texts/texts.tsx";

/** What was simulated before. */
export function Simulations(): ReactNode {
  const { say, date } = useTexts();
  const found = useRead("listSimulations");
  return (
    <Sheet title={say("coordination.simulations")} flush>
      <Asked query={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" p="md">
              {say("coordination.no-simulations")}
            </Text>
          ) : (
            <div className="table-wide" tabIndex={0} role="region" aria-label={say("coordination.simulations")}>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{say("coordination.days")}</th>
                    <th scope="col">{say("coordination.site")}</th>
                    <th scope="col">{say("coordination.levers")}</th>
                    <th scope="col" className="number">
                      {say("coordination.saved")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((one) => (
                    <tr key={one.id}>
                      <th scope="row">
                        <Link className="plain" to={`/coordination/simulations/${one.id}`}>
                          {say("coordination.span", { from: date(one.from), to: date(one.to) })}
                        </Link>
                      </th>
                      <td>{one.site}</td>
                      <td>
                        {(one.runs.at(-1)?.levers ?? []).map((lever) => say(`lever.${lever}`)).join(say("list.comma"))}
                      </td>
                      <td className="number">{savedShare(one.runs.at(-1)?.costCny, one.runs[0]?.costCny)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Asked>
    </Sheet>
  );
}
