import type { ReactNode } from "react";
import { Decimal } from "../../../src/ground/quantity/index.ts";
import { useTexts } from "../texts/texts.tsx";

/** How much a figure changed, in percent of the one before; nothing where there is no share to tell. */
export function changeOf(now: string | null, before: string | null | undefined): Decimal | undefined {
  if (now === null || before === null || before === undefined) return undefined;
  const base = new Decimal(before);
  return base.isZero() ? undefined : new Decimal(now).minus(base).div(base.abs()).times(100);
}

export function Change({
  now,
  before,
}: {
  readonly now: string | null;
  readonly before: string | null | undefined;
}): ReactNode {
  const { decimal } = useTexts();
  const change = changeOf(now, before);
  if (!change) return <span className="soft">–</span>;
  const text = change.toFixed(1);
  return (
    <span>{text === "0.0" || text === "-0.0" ? "0.0%" : `${change.isPositive() ? "+" : ""}${decimal(text)}%`}</span>
  );
}
