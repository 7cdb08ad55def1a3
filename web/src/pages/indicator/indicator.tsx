import { Code, SimpleGrid } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { useAddress } from "../../frame/address.ts";
import { AsAt, AsAtNote } from "../../parts/as-at.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Page } from "../../parts/page.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";
import { Breakdown } from "./breakdown.tsx";
import { Printed } from "./printed.tsx";
import { Trend } from "./trend.tsx";

/** One indicator: how it went, what it consists of, how it is reckoned, and what others printed of it. */
export default function IndicatorPage(): ReactNode {
  const { say, pick } = useTexts();
  const { indicator: id = "" } = useParams({ strict: false });
  const { asked } = useAddress();
  const catalogue = useRead("listIndicators");
  const known = useRead("listValues", { query: { indicators: id, asAt: asked.asAt } });
  const definition = catalogue.data?.items.find((one) => one.id === id);
  return (
    <Page
      title={definition ? pick(definition.title) : id}
      lead={
        <Link to="/indicators" className="plain">
          {say("page.indicators")}
        </Link>
      }
      actions={<AsAt />}
    >
      <AsAtNote />
      <Asked query={known}>
        {({ values, periods }) => (
          <>
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
              <Sheet title={say("indicator.trend")}>
                <Trend values={values} />
              </Sheet>
              <Breakdown indicator={id} dimensions={definition?.dimensions ?? []} periods={periods} asAt={asked.asAt} />
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
              {definition ? (
                <Sheet title={say("indicator.definition")}>
                  <Facts
                    facts={[
                      [say("indicator.id"), <Code key="id">{id}</Code>],
                      [
                        say("indicator.formula"),
                        <Code key="formula" className="formula">
                          {definition.formula}
                        </Code>,
                      ],
                      [say("column.unit"), pick(definition.symbol)],
                      [say("indicator.precision"), String(definition.precision)],
                      [say("indicator.methods"), definition.methods.join(say("list.separator"))],
                      [say("indicator.standards"), definition.standards.join(say("list.separator"))],
                      [say("indicator.note"), definition.note ? pick(definition.note) : undefined],
                    ]}
                  />
                </Sheet>
              ) : undefined}
              <Printed indicator={id} periods={periods} asAt={asked.asAt} />
            </SimpleGrid>
          </>
        )}
      </Asked>
    </Page>
  );
}
