/** What a lever saved on a day, and what it could have saved had all been known. */
export interface DaySaving {
  /** Local date. */
  readonly date: string;
  readonly savedCny: number;
  readonly perfectCny: number;
}

/** Saved ÷ perfect, by day and over all days from their sums; undefined where nothing could be saved. */
export interface CapturedShare {
  readonly days: readonly { readonly date: string; readonly share: number | undefined }[];
  readonly share: number | undefined;
}

/** Below this nothing could be saved: a share of it would say nothing. */
const NOTHING_CNY = 0.005;

/** Decision accuracy. @source docs/concepts, decision accuracy: never the share of hours that agree with hindsight */
export function capturedShare(days: readonly DaySaving[]): CapturedShare {
  const share = (saved: number, perfect: number): number | undefined =>
    perfect > NOTHING_CNY ? saved / perfect : undefined;
  const sum = (of: (day: DaySaving) => number): number => days.reduce((total, day) => total + of(day), 0);
  return {
    days: days.map(({ date, savedCny, perfectCny }) => ({ date, share: share(savedCny, perfectCny) })),
    share: share(
      sum(({ savedCny }) => savedCny),
      sum(({ perfectCny }) => perfectCny),
    ),
  };
}

/** One step of a forecast beside what came. */
export interface ForecastPoint {
  readonly date: string;
  readonly forecast: number;
  readonly naive: number;
  readonly actual: number;
}

export interface DaySkill {
  readonly date: string;
  /** Σ|forecast − actual| ÷ Σ|actual|. */
  readonly wape: number | undefined;
  /** 1 − error ÷ error of the naive forecast; 0 = no better than it. */
  readonly skill: number | undefined;
}

/** Skill of a forecast by day, and over all of it, from sums. */
export function forecastSkill(points: readonly ForecastPoint[]): {
  readonly days: readonly DaySkill[];
  readonly total: DaySkill;
} {
  const byDay = new Map<string, ForecastPoint[]>();
  for (const point of points) byDay.set(point.date, [...(byDay.get(point.date) ?? []), point]);
  const score = (date: string, some: readonly ForecastPoint[]): DaySkill => {
    const sum = (of: (point: ForecastPoint) => number): number => some.reduce((total, one) => total + of(one), 0);
    const error = sum(({ forecast, actual }) => Math.abs(forecast - actual));
    const naive = sum(({ naive: guess, actual }) => Math.abs(guess - actual));
    const size = sum(({ actual }) => Math.abs(actual));
    return { date, wape: size > 0 ? error / size : undefined, skill: naive > 0 ? 1 - error / naive : undefined };
  };
  return { days: [...byDay].map(([date, some]) => score(date, some)), total: score("", points) };
}
