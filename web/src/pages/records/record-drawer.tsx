import { Drawer, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { useMay } from "../../frame/session.tsx";
import { Asked } from "../../parts/asked.tsx";
import { EvidenceOf } from "../../parts/evidence.tsx";
import { Facts } from "../../parts/facts.tsx";
import { useWords } from "../../parts/words.ts";
import { useTexts } from "../../texts/texts.tsx";
import { CorrectionForm } from "./correction-form.tsx";

/** The figures that rest on a record: the way back up. */
function Touched({ batch, row }: { readonly batch: string; readonly row: string }): ReactNode {
  const { say, pick, decimal } = useTexts();
  const touched = useRead("listTouched", { params: { batch, row } as never });
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        {say("data.touched")}
      </Title>
      <Asked query={touched}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">{say("data.touches-nothing")}</Text>
          ) : (
            <table className="table">
              <tbody>
                {items.map(({ indicator, title, period, value, unit }) => (
                  <tr key={`${indicator} ${period}`}>
                    <th scope="row">
                      <Link
                        className="plain"
                        to="/indicators/$indicator/lineage"
                        params={{ indicator } as never}
                        search={{ period } as never}
                      >
                        {pick(title)}
                      </Link>
                    </th>
                    <td>{period}</td>
                    <td className="number">{value === null ? say("status.missing") : decimal(value)}</td>
                    <td className="soft">{unit}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </section>
  );
}

function Record({ id, onDone }: { readonly id: string; readonly onDone: () => void }): ReactNode {
  const { say } = useTexts();
  const words = useWords();
  const may = useMay();
  const [batch = "", row = ""] = id.split("#");
  const record = useRead("readRecord", { params: { batch, row } as never });
  return (
    <Stack gap="lg">
      <Asked query={record}>
        {(one) => (
          <>
            <Facts
              facts={[
                [say("column.activity"), words.activity(one.activity)],
                [say("column.site"), words.site(one.site)],
                [say("column.dims"), words.members(one.dims)],
                [say("data.entered"), `${one.entered} ${words.unit(one.activity, one.enteredUnit)}`],
                [say("column.period"), words.daysAt(one.site, one.start, one.end)],
                [say("column.basis"), say(`basis.${one.basis}`)],
                [say("data.evidence"), <EvidenceOf key="evidence" evidence={one.evidence} />],
                [say("data.note"), one.note],
                [say("data.record"), id],
              ]}
            />
            {may("lineage.read") ? <Touched batch={batch} row={row} /> : undefined}
            {may("batch.correct") ? (
              <CorrectionForm batch={batch} row={row} unit={one.enteredUnit} onDone={onDone} />
            ) : undefined}
          </>
        )}
      </Asked>
    </Stack>
  );
}

/** One record from the side: what it rests on, what rests on it, and its correction. */
export function RecordDrawer({
  id,
  onClose,
}: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const { say } = useTexts();
  return (
    <Drawer
      opened={id !== undefined && id !== ""}
      onClose={onClose}
      position="right"
      size="lg"
      title={say("data.one-record")}
      closeButtonProps={{ "aria-label": say("close") }}
    >
      {id ? <Record id={id} onDone={onClose} /> : undefined}
    </Drawer>
  );
}
