import { dateNumber } from "../../ground/quantity/index.ts";
import { DAY_KINDS, type DayKind } from "./ranges.ts";
import type { Tariff, TariffPeriod } from "./site.ts";

/** What a tariff calls a local date: a holiday, a weekend that is not worked, or a working day. */
export function dayKindOf(tariff: Tariff, date: string): DayKind {
  if (tariff.holidays.has(date)) return "holiday";
  const day = new Date(dateNumber(date) ?? Number.NaN).getUTCDay();
  return (day === 0 || day === 6) && !tariff.workingWeekends.has(date) ? "weekend" : "workday";
}

/** The period at an hour of a kind of day; undefined for a tariff without periods. */
export function tariffPeriod(tariff: Tariff, month: number, kind: DayKind, hour: number): TariffPeriod | undefined {
  return tariff.periods.find(
    (one) => one.months.includes(month) && one.days.includes(kind) && one.hours.includes(hour),
  );
}

/** A local hour in a tariff's eyes. */
export interface LocalHour {
  /** Local date, YYYY-MM-DD. */
  readonly date: string;
  /** 0–23 of the local clock. */
  readonly hour: number;
}

/**
 * Price of a kWh at a local hour, without the demand charge; of a real-time tariff its stand-in.
 * @returns CNY/kWh
 */
export function energyPriceAt(tariff: Tariff, { date, hour }: LocalHour): number {
  const period = tariffPeriod(tariff, Number(date.slice(5, 7)), dayKindOf(tariff, date), hour);
  return tariff.fixedPartCnyPerKwh + (period?.multiplier ?? 1) * tariff.energyPriceCnyPerKwh;
}

/** Hours of months and kinds of day that no period holds, or more than one. */
export function uncoveredHours(tariff: Tariff): { month: number; kind: DayKind; hour: number; periods: string[] }[] {
  const wrong = [];
  for (let month = 1; month <= 12; month++)
    for (const kind of DAY_KINDS)
      for (let hour = 0; hour < 24; hour++) {
        const periods = tariff.periods
          .filter((one) => one.months.includes(month) && one.days.includes(kind) && one.hours.includes(hour))
          .map(({ id }) => id);
        if (periods.length !== 1) wrong.push({ month, kind, hour, periods });
      }
  return wrong;
}
