import { NativeSelect, Stack, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useRead } from "../../api/client.ts";
import type { Value } from "../../api/operations.ts";
import { useAddress } from "../../frame/address.ts";
import { AsAt, AsAtNote } from "../../parts/as-at.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Figure } from "../../parts/figure.tsx";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { byTopic } from "../../parts/topics.ts";
import { useTexts } from "../../texts/texts.tsx";

const SHOWN = ["all", "known", "missing"] as const;

/** The catalogue: every indicator with its values of the periods that were reported. */
export default function Indicators(): ReactNode {
  const { say, pick } = useTexts();
  const { asked, ask } = useAddress();
  const [text, setText] = useState("");
  const values = useRead("listValues", { query: { asAt: asked.asAt } });
  const shown = asked.shown ?? "all";
  return (
    <Page title={say("page.indicators")} lead={say("indicators.lead")} actions={<AsAt />}>
      <AsAtNote />
      <div className="filters" role="search">
        <TextInput
          label={say("indicators.search")}
          size="xs"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <NativeSelect
          label={say("indicators.shown")}
          size="xs"
          value={shown}
          data={SHOWN.map((id) => ({ value: id, label: say(`indicators.shown.${id}`) }))}
          onChange={(event) => ask({ shown: event.currentTarget.value })}
        />
      </div>
      <Asked query={values}>
        {(data) => {
          const rows = new Map<string, Value[]>();
          for (const value of data.values) rows.set(value.indicator, [...(rows.get(value.indicator) ?? []), value]);
          const wanted = [...rows].filter(([id, row]) => {
            const [first] = row;
            const known = row.some(({ value }) => value !== null);
            const named = `${id} ${Object.values(first?.title ?? {}).join(" ")}`.toLowerCase();
            return named.includes(text.trim().toLowerCase()) && (shown === "all" || known === (shown === "known"));
          });
          return (
            <Stack gap="lg">
              {byTopic(wanted, ([id]) => id).map(([topic, some]) => (
                <Sheet key={topic} flush title={say(`topic.${topic}`)}>
                  <div className="table-wide" tabIndex={0} role="region" aria-label={say(`topic.${topic}`)}>
                    <table className="table table-figures">
                      <thead>
                        <tr>
                          <th scope="col" className="wide">
                            {say("column.indicator")}
                          </th>
                          {data.periods.map((period) => (
                            <th key={period} scope="col" className="number">
                              {period}
                            </th>
                          ))}
                          <th scope="col">{say("column.unit")}</th>
                        </tr>
                      </thead>
                      <tbody>
                        {some.map(([id, row]) => (
                          <tr key={id}>
                            <th scope="row">
                              <Link
                                className="plain"
                                to="/indicators/$indicator"
                                params={{ indicator: id } as never}
                                search={{ asAt: asked.asAt } as never}
                              >
                                {row[0] ? pick(row[0].title) : id}
                              </Link>
                            </th>
                            {row.map((value) => (
                              <td key={value.period} className="number">
                                <Figure value={value} />
                              </td>
                            ))}
                            <td className="soft">{row[0] ? pick(row[0].symbol) : ""}</td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </div>
                </Sheet>
              ))}
            </Stack>
          );
        }}
      </Asked>
    </Page>
  );
}
