import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import type { Operations } from "../../api/operations.ts";
import { useAddress } from "../../frame/address.ts";
import { Asked } from "../../parts/asked.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Page } from "../../parts/page.tsx";
import { PeriodChoice } from "../../parts/period-choice.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { usePeriods } from "../../parts/use-periods.ts";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";

type Months = Operations["readCompleteness"]["answer"];

interface Line {
  readonly activity: string;
  readonly site: string;
  readonly months: ReadonlyMap<string, "inside" | "across" | "missing">;
}

/** One line an activity and site, with the state of each month. */
function linesOf({ months, missing }: Months): { readonly lines: readonly Line[]; readonly months: readonly string[] } {
  const lines = new Map<
    string,
    { activity: string; site: string; months: Map<string, "inside" | "across" | "missing"> }
  >();
  const at = ({ activity, site }: { activity: string; site: string }) => {
    const key = JSON.stringify([activity, site]);
    const found = lines.get(key) ?? { activity, site, months: new Map() };
    lines.set(key, found);
    return found.months;
  };
  for (const one of months) at(one).set(one.month, one.inside > 0 ? "inside" : "across");
  for (const one of missing) at(one).set(one.month, "missing");
  const labels = [...new Set([...months, ...missing].map(({ month }) => month))].sort();
  return { lines: [...lines.values()].sort((a, b) => (a.activity < b.activity ? -1 : 1)), months: labels };
}

const SIGNS = { inside: "●", across: "–", missing: "○" } as const;

/** Which months have records, at which sites: gaps are seen before anybody adds them up. */
export default function Completeness(): ReactNode {
  const { say, month } = useTexts();
  const words = useWords();
  const { asked, ask } = useAddress();
  const periods = usePeriods();
  const period = asked.period ?? periods[0] ?? "";
  const map = useRead("readCompleteness", { query: { period } }, { enabled: period !== "" });
  return (
    <Page
      title={say("page.completeness")}
      lead={say("completeness.lead")}
      actions={<PeriodChoice periods={periods} value={period} onChange={(wanted) => ask({ period: wanted })} />}
    >
      {period === "" ? (
        <Empty title={say("completeness.none")}>{say("completeness.none-next")}</Empty>
      ) : (
        <Asked query={map}>
          {(data) => {
            const { lines, months } = linesOf(data);
            return lines.length === 0 ? (
              <Empty title={say("completeness.none")}>{say("completeness.none-next")}</Empty>
            ) : (
              <Sheet flush>
                <div className="table-wide" tabIndex={0} role="region" aria-label={say("page.completeness")}>
                  <table className="table months">
                    <thead>
                      <tr>
                        <th scope="col">{say("column.activity")}</th>
                        <th scope="col">{say("column.site")}</th>
                        {months.map((one) => (
                          <th key={one} scope="col" abbr={month(one)}>
                            {one.slice(5)}
                          </th>
                        ))}
                      </tr>
                    </thead>
                    <tbody>
                      {lines.map((line) => (
                        <tr key={`${line.activity} ${line.site}`}>
                          <th scope="row">
                            <Link
                              className="plain"
                              to="/data"
                              search={{ activity: line.activity, site: line.site, period } as never}
                            >
                              {words.activity(line.activity)}
                            </Link>
                          </th>
                          <td>{words.site(line.site)}</td>
                          {months.map((one) => {
                            const state = line.months.get(one);
                            return (
                              <td key={one} data-state={state}>
                                {state ? (
                                  <span
                                    role="img"
                                    aria-label={say(`completeness.${state}`)}
                                    title={say(`completeness.${state}`)}
                                  >
                                    {SIGNS[state]}
                                  </span>
                                ) : undefined}
                              </td>
                            );
                          })}
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
                <Text size="xs" c="dimmed" p="sm">
                  {(["inside", "across", "missing"] as const)
                    .map((state) => `${SIGNS[state]} ${say(`completeness.${state}`)}`)
                    .join("　")}
                </Text>
              </Sheet>
            );
          }}
        </Asked>
      )}
    </Page>
  );
}
