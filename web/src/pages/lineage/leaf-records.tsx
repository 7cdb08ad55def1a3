import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { useMay } from "../../frame/session.tsx";
import { Asked } from "../../parts/asked.tsx";
import { EvidenceOf } from "../../parts/evidence.tsx";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";
import type { LineageView } from "./lineage-view.ts";

const SHOWN = 20;

/** The document under one record. */
function Document({ record }: { readonly record: string }): ReactNode {
  const [batch = "", row = ""] = record.split("#");
  const one = useRead("readRecord", { params: { batch, row } as never });
  return one.data ? <EvidenceOf evidence={one.data.evidence} /> : "…";
}

/** The records behind a leaf, each with its document. */
export function LeafRecords({
  node,
  indicator,
  view,
}: {
  readonly node: string;
  readonly indicator: string;
  readonly view: LineageView;
}): ReactNode {
  const { say, decimal } = useTexts();
  const words = useWords();
  const may = useMay();
  const found = useRead(
    "listLeafRecords",
    { params: { indicator } as never, query: { ...view, node, limit: SHOWN } },
    { enabled: may("record.read") },
  );
  if (!may("record.read")) return <Text size="sm">{say("failure.forbidden")}</Text>;
  return (
    <Asked query={found}>
      {({ items, next }) => (
        <>
          <table className="table">
            <tbody>
              {items.map((item) => (
                <tr key={item.record}>
                  <td>
                    <Anchor component={Link} to="/data" search={{ record: item.record } as never} inherit>
                      {item.record}
                    </Anchor>
                  </td>
                  <td>{words.site(item.site)}</td>
                  <td>{item.period}</td>
                  <td className="number">
                    {decimal(item.amount)} {item.unit}
                  </td>
                  <td>
                    <Document record={item.record} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {next ? <Text size="xs">{say("lineage.more-records")}</Text> : undefined}
        </>
      )}
    </Asked>
  );
}
