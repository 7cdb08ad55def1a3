import type { SitePlan } from "../../coordinate/index.ts";

const WIDTH = 960;
const LEFT = 48;
const RIGHT = 12;
const PANELS = [
  { top: 16, height: 120 },
  { top: 164, height: 64 },
  { top: 256, height: 64 },
] as const;
const HEIGHT = 344;
/** A tick of the axis of time for so many hours, by how long the plan is. */
const TICKS_H = [1, 2, 3, 6, 12, 24];
const MOST_TICKS = 13;
/** Room that a day with its time, and half a time, take. */
const DAY_WIDTH = 90;
const TIME_WIDTH = 16;

/** Words of the picture, in one language. */
export interface PlanChartWords {
  readonly grid: string;
  readonly price: string;
  readonly battery: string;
  readonly title: string;
  readonly clock: (ms: number) => string;
}

/** A round number at or above a value. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return ([1, 2, 2.5, 5, 10].find((one) => one * power >= value * 0.999) ?? 10) * power;
}

/** Power from the grid, battery and price of a plan over time, drawn in the colours of the page (`currentColor` and its variables). */
export function planChart({ steps, stepMinutes, from }: SitePlan, shiftSteps: number, words: PlanChartWords): string {
  const width = WIDTH - LEFT - RIGHT;
  const x = (step: number): number => LEFT + (width * step) / steps.length;
  const gridMw = steps.map(({ gridKw }) => gridKw / 1000);
  const batteryMw = steps.map(({ batteryKw }) => Object.values(batteryKw).reduce((sum, kw) => sum + kw, 0) / 1000);
  const price = steps.map(({ priceCnyPerKwh }) => priceCnyPerKwh);
  const [top, middle, bottom] = PANELS;
  const line = (values: readonly number[], y: (value: number) => number): string =>
    values
      .map((value, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)},${y(value).toFixed(1)}H${x(i + 1).toFixed(1)}`)
      .join("");
  const scale =
    (panel: { top: number; height: number }, low: number, high: number) =>
    (value: number): number =>
      panel.top + panel.height * (1 - (value - low) / Math.max(1e-9, high - low));
  const gridTop = roundUp(Math.max(...gridMw, 1));
  const batteryTop = roundUp(Math.max(...batteryMw.map(Math.abs), 0.1));
  const priceTop = roundUp(Math.max(...price, 0.1));
  const priceLow = Math.min(0, ...price);
  const yGrid = scale(top, 0, gridTop);
  const yBattery = scale(middle, -batteryTop, batteryTop);
  const yPrice = scale(bottom, priceLow, priceTop);
  const axis = (panel: { top: number; height: number }, label: string, ticks: readonly [number, number][]): string =>
    `<text class="label" x="${LEFT}" y="${panel.top - 5}">${label}</text>` +
    ticks
      .map(
        ([value, y]) =>
          `<path class="rule" d="M${LEFT},${y.toFixed(1)}H${WIDTH - RIGHT}"/><text class="tick" x="${LEFT - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${Number(value.toFixed(2))}</text>`,
      )
      .join("");
  const hours = (steps.length * stepMinutes) / 60;
  const tickH = TICKS_H.find((one) => hours / one <= MOST_TICKS) ?? 24;
  const ticks = Array.from({ length: Math.floor(hours / tickH) + 1 }, (_, i) => i * tickH);
  const times = ticks.map((hour) => {
    const at = x((hour * 60) / stepMinutes);
    // The day stands at the first tick and at midnight; beside the first one there is no room for another.
    if (hour > 0 && at - LEFT < DAY_WIDTH) return "";
    const day = words.clock(from + hour * 3_600_000);
    const text = day.endsWith("00:00") || hour === 0 ? day : day.slice(6);
    const anchor = hour === 0 ? "start" : at > WIDTH - RIGHT - TIME_WIDTH ? "end" : "middle";
    return `<text class="tick" x="${at.toFixed(1)}" y="${HEIGHT - 4}" text-anchor="${anchor}">${text}</text>`;
  });
  const bars = batteryMw
    .map((mw, i) => {
      const [a, b] = [yBattery(Math.max(0, mw)), yBattery(Math.min(0, mw))];
      return Math.abs(mw) < 1e-3
        ? ""
        : `<rect class="${mw > 0 ? "charge" : "discharge"}" x="${x(i).toFixed(1)}" y="${a.toFixed(1)}" width="${(x(i + 1) - x(i)).toFixed(1)}" height="${(b - a).toFixed(1)}"/>`;
    })
    .join("");
  const shift = `<rect class="shift" x="${LEFT}" y="${top.top}" width="${(x(shiftSteps) - LEFT).toFixed(1)}" height="${bottom.top + bottom.height - top.top}"/>`;
  return `<svg role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}"><title>${words.title}</title>${shift}${axis(
    top,
    words.grid,
    [
      [0, yGrid(0)],
      [gridTop / 2, yGrid(gridTop / 2)],
      [gridTop, yGrid(gridTop)],
    ],
  )}<path class="grid" d="${line(gridMw, yGrid)}"/>${axis(middle, words.battery, [
    [-batteryTop, yBattery(-batteryTop)],
    [0, yBattery(0)],
    [batteryTop, yBattery(batteryTop)],
  ])}${bars}${axis(bottom, words.price, [
    [priceLow, yPrice(priceLow)],
    [priceTop, yPrice(priceTop)],
  ])}<path class="price" d="${line(price, yPrice)}"/>${times.join("")}</svg>`;
}
