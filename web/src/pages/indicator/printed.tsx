import type { ReactNode } from "react";
import { useRead } from "../../api/client.ts";
import { Sheet } from "../../parts/sheet.tsx";
import { useTexts } from "../../texts/texts.tsx";

/** What sources printed of the indicator, place by place; nothing where none did. */
export function Printed({
  indicator,
  periods,
  asAt,
}: {
  readonly indicator: string;
  readonly periods: readonly string[];
  readonly asAt: string | undefined;
}): ReactNode {
  const { say, decimal } = useTexts();
  const found = useRead(
    "listReported",
    { query: { indicator, periods: periods.join(","), asAt } },
    { enabled: periods.length > 0 },
  );
  const items = found.data?.items ?? [];
  if (items.length === 0) return undefined;
  const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
  return (
    <Sheet title={say("indicator.printed")} flush>
      <div className="table-wide" tabIndex={0} role="region" aria-label={say("indicator.printed")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{say("period")}</th>
              <th scope="col" className="number">
                {say("indicator.printed-value")}
              </th>
              <th scope="col">{say("column.unit")}</th>
              <th scope="col">{say("indicator.place")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item, index) => (
              <tr key={index}>
                <td>{item.period}</td>
                <td className="number">{item.value === null ? "—" : decimal(item.value)}</td>
                <td className="soft">{textOf(item.unit)}</td>
                <td className="soft">{[textOf(item.place), textOf(item.row)].filter(Boolean).join(" · ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Sheet>
  );
}
