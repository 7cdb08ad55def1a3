import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { PlanAction } from "../api/operations.ts";
import { useTexts } from "../texts/texts.tsx";

/** What a plan does and why, one line an action. */
export function PlanActions({
  actions,
  timeZone,
}: {
  readonly actions: readonly PlanAction[];
  readonly timeZone: string;
}): ReactNode {
  const { say, pick, decimal, clock } = useTexts();
  if (actions.length === 0)
    return (
      <Text size="sm" p="md">
        {say("plan-actions.none")}
      </Text>
    );
  return (
    <div className="table-wide" tabIndex={0} role="region" aria-label={say("plan-actions.title")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("plan-actions.when")}</th>
            <th scope="col">{say("plan-actions.component")}</th>
            <th scope="col">{say("plan-actions.why")}</th>
            <th scope="col" className="number">
              {say("plan-actions.saving")}
            </th>
            <th scope="col" className="number">
              {say("plan-actions.carbon")}
            </th>
          </tr>
        </thead>
        <tbody>
          {actions.map((one, index) => (
            <tr key={index}>
              <th scope="row">{`${clock(one.from, timeZone)} – ${clock(one.to, timeZone)}`}</th>
              <td>{one.component}</td>
              <td>{pick(one.words)}</td>
              <td className="number">{decimal(one.savingCny.toFixed(0))}</td>
              <td className="number">{decimal(one.addedCarbonKg.toFixed(0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
