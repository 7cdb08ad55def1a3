import type { ReactNode } from "react";

interface Bar {
  readonly id: string;
  readonly name: ReactNode;
  readonly value: ReactNode;
  /** Undefined where the figure is missing: there is no bar then, not one of no length. */
  readonly amount: string | null;
  /** Not complete or not approved: drawn lighter. */
  readonly faint?: boolean;
}

/** Figures as bars in a table: picture and figures in one, for whoever looks and whoever listens. */
export function BarTable({
  label,
  head,
  bars,
  foot,
}: {
  readonly label: string;
  readonly head: readonly [string, string];
  readonly bars: readonly Bar[];
  /** A last row, which is no part of the rest: the whole. */
  readonly foot?: readonly [string, ReactNode];
}): ReactNode {
  const most = Math.max(0, ...bars.map(({ amount }) => Math.abs(Number(amount ?? 0))));
  const lengthOf = (amount: string): string => `${most === 0 ? 0 : (Math.abs(Number(amount)) / most) * 100}%`;
  return (
    <table className="table bar-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{head[0]}</th>
          <th scope="col" colSpan={2} className="number">
            {head[1]}
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ id, name, value, amount, faint }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td className="bar-place" aria-hidden>
              {amount === null ? undefined : (
                <div
                  className="bar"
                  data-faint={faint}
                  data-negative={amount.startsWith("-")}
                  style={{ width: lengthOf(amount) }}
                />
              )}
            </td>
            <td className="number">{value}</td>
          </tr>
        ))}
      </tbody>
      {foot ? (
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {foot[0]}
            </th>
            <td className="number">{foot[1]}</td>
          </tr>
        </tfoot>
      ) : undefined}
    </table>
  );
}
