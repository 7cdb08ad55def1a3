import type { Issue } from "../../ground/issue/index.ts";

/** A meter with what it counted in a period. */
export interface MeterReading {
  readonly id: string;
  /** The meter that counts this one's energy too. */
  readonly parent: string | undefined;
  /** Undefined where the period has no reading: never zero. */
  readonly kwh: number | undefined;
  /** Share of the reading, from its class. */
  readonly accuracy: number;
}

/** How the meters below one add up to it. */
export interface Closure {
  readonly meter: string;
  readonly kwh: number | undefined;
  readonly belowKwh: number | undefined;
  /** Counted above and not below; undefined where a reading is missing. */
  readonly restKwh: number | undefined;
  /** What the accuracies of the meters allow, and what may be lost between them. */
  readonly allowedKwh: number | undefined;
  readonly missing: readonly string[];
}

/**
 * Energy balance of a tree of meters: what a meter counts must be counted again below it, apart from the share that cables
 * and transformers between them may lose. Less than nothing may never be lost.
 * @param lossShare most that may be lost between a meter and those below it
 * @issues VERIFY-001 (does not close), VERIFY-002 (a reading is missing), VERIFY-003 (no such parent, or a circle)
 */
export function meterClosure(
  meters: readonly MeterReading[],
  lossShare: number,
): { readonly closures: readonly Closure[]; readonly issues: readonly Issue[] } {
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const issues: Issue[] = [];
  for (const meter of meters) {
    const seen = new Set<string>();
    let above: MeterReading | undefined = meter;
    while (above?.parent !== undefined && !seen.has(above.id)) {
      seen.add(above.id);
      const parent: MeterReading | undefined = byId.get(above.parent);
      if (!parent && above === meter)
        issues.push(treeIssue("VERIFY-003", meter.id, [...byId.keys()].join(", "), above.parent));
      above = parent;
    }
    if (above?.parent !== undefined)
      issues.push(treeIssue("VERIFY-003", meter.id, "–", [...seen, above.id].join(" → ")));
  }
  if (issues.length > 0) return { closures: [], issues };

  const closures = meters.flatMap((meter): Closure[] => {
    const below = meters.filter(({ parent }) => parent === meter.id);
    if (below.length === 0) return [];
    const missing = [meter, ...below].filter(({ kwh }) => kwh === undefined).map(({ id }) => id);
    if (missing.length > 0) {
      issues.push(...missing.map((id) => treeIssue("VERIFY-002", id)));
      return [
        { meter: meter.id, kwh: meter.kwh, belowKwh: undefined, restKwh: undefined, allowedKwh: undefined, missing },
      ];
    }
    const kwh = meter.kwh ?? 0;
    const belowKwh = below.reduce((sum, one) => sum + (one.kwh ?? 0), 0);
    const allowedKwh = Math.hypot(...[meter, ...below].map((one) => one.accuracy * (one.kwh ?? 0)));
    const restKwh = kwh - belowKwh;
    if (restKwh < -allowedKwh || restKwh > allowedKwh + lossShare * Math.abs(kwh))
      issues.push(
        treeIssue(
          "VERIFY-001",
          meter.id,
          `${(-allowedKwh).toFixed(0)} … ${(allowedKwh + lossShare * Math.abs(kwh)).toFixed(0)} kWh`,
          `${restKwh.toFixed(0)} kWh`,
        ),
      );
    return [{ meter: meter.id, kwh, belowKwh, restKwh, allowedKwh, missing }];
  });
  return { closures, issues };
}

function treeIssue(code: string, meter: string, expected?: string, actual?: string): Issue {
  return {
    code,
    severity: code === "VERIFY-003" ? "error" : "warning",
    at: { path: meter },
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    values: { meter },
  };
}

/** What a supplier's bill says of a period. */
export interface Invoice {
  readonly kwh: number;
  readonly peakKw: number | undefined;
  readonly costCny: number;
}

export interface InvoiceCheck {
  readonly energyDifferenceKwh: number;
  readonly peakDifferenceKw: number | undefined;
  readonly costDifferenceCny: number;
}

/**
 * A bill against what the meter counted and the tariff makes of it; bill − own.
 * @param accuracy of our meter; the supplier's is taken to be as good
 * @issues VERIFY-004 (they differ by more than two meters may)
 */
export function invoiceAgainstMeter(
  invoice: Invoice,
  own: { readonly kwh: number; readonly peakKw: number; readonly costCny: number },
  accuracy: number,
): { readonly check: InvoiceCheck; readonly issues: readonly Issue[] } {
  const both = Math.SQRT2 * accuracy;
  const compare = (what: string, unit: string, billed: number, counted: number): Issue[] =>
    Math.abs(billed - counted) <= both * Math.abs(counted) + 0.5
      ? []
      : [
          {
            code: "VERIFY-004",
            severity: "warning",
            at: { path: what },
            expected: `${counted.toFixed(0)} ${unit} ± ${(100 * both).toFixed(2)} %`,
            actual: `${billed.toFixed(0)} ${unit}`,
            values: { what },
          },
        ];
  return {
    check: {
      energyDifferenceKwh: invoice.kwh - own.kwh,
      peakDifferenceKw: invoice.peakKw === undefined ? undefined : invoice.peakKw - own.peakKw,
      costDifferenceCny: invoice.costCny - own.costCny,
    },
    issues: [
      ...compare("energy", "kWh", invoice.kwh, own.kwh),
      ...(invoice.peakKw === undefined ? [] : compare("peak", "kW", invoice.peakKw, own.peakKw)),
      ...compare("cost", "CNY", invoice.costCny, own.costCny),
    ],
  };
}
