import { Alert } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { useAddress } from "../../frame/address.ts";
import { AsAt, AsAtNote } from "../../parts/as-at.tsx";
import { Asked } from "../../parts/asked.tsx";
import { Page } from "../../parts/page.tsx";
import { PeriodChoice } from "../../parts/period-choice.tsx";
import { usePeriods } from "../../parts/use-periods.ts";
import { useTexts } from "../../texts/texts.tsx";
import { Branch } from "./branch.tsx";

/** Deeper than any formula goes. */
const WHOLE_TREE = 50;

/** A value opened as a graph, down to the records, factors and documents that it rests on. */
export default function Lineage(): ReactNode {
  const { say, pick } = useTexts();
  const { indicator = "" } = useParams({ strict: false });
  const { asked, ask } = useAddress();
  const periods = usePeriods();
  const period = asked.period ?? periods[0] ?? "";
  const view = { period, where: asked.where, asAt: asked.asAt };
  const found = useRead(
    "readLineage",
    { params: { indicator } as never, query: { ...view, depth: WHOLE_TREE } },
    { enabled: period !== "" },
  );
  return (
    <Page
      title={found.data ? pick(found.data.value.title) : indicator}
      lead={
        <Link to="/indicators/$indicator" params={{ indicator } as never} className="plain">
          {say("lineage.to-indicator")}
        </Link>
      }
      actions={
        <>
          <PeriodChoice periods={periods} value={period} onChange={(wanted) => ask({ period: wanted })} />
          <AsAt />
        </>
      }
    >
      <AsAtNote />
      <Asked query={found}>
        {({ node, value, position }) => (
          <>
            {value.notes.length > 0 ? (
              <Alert color="yellow" variant="light" title={say("lineage.notes")} role="note">
                <ul className="issues">
                  {value.notes.map((note, index) => (
                    <li key={index}>{pick(note)}</li>
                  ))}
                </ul>
              </Alert>
            ) : undefined}
            <div className="lineage" tabIndex={0} role="region" aria-label={say("page.lineage")}>
              <ul>
                <Branch node={node} depth={0} indicator={indicator} view={view} />
              </ul>
            </div>
            <p className="mark">{say("lineage.position", { position })}</p>
          </>
        )}
      </Asked>
    </Page>
  );
}
