import type { EChartsOption } from "echarts";
import { energyPriceAt, type Site, type SimulatedStep } from "../../coordinate/index.ts";
import type { Language } from "../../ground/issue/index.ts";
import { chartSvg } from "./chart-svg.ts";

const WIDTH = 1080;
const ROW = 120;
const TOP = 60;

/** More points than pixels say nothing more. */
const MOST_POINTS = 1500;

const COLOURS = ["#0b6e4f", "#b0413e", "#08415c", "#d98e04", "#7a5c9e", "#3d8b99", "#5b5f63"];

const WORDS = {
  load: { "zh-Hant": "用電 MW", "zh-Hans": "用电 MW", en: "load, MW" },
  facility: { "zh-Hant": "站點用電", "zh-Hans": "站点用电", en: "site" },
  grid: { "zh-Hant": "電網用電", "zh-Hans": "电网用电", en: "grid" },
  price: { "zh-Hant": "電價 元/kWh", "zh-Hans": "电价 元/kWh", en: "price, CNY/kWh" },
  carbon: { "zh-Hant": "碳 kg/kWh", "zh-Hans": "碳 kg/kWh", en: "carbon, kg/kWh" },
  pv: { "zh-Hant": "光伏 MW", "zh-Hans": "光伏 MW", en: "PV, MW" },
  battery: { "zh-Hant": "電池充電 MW", "zh-Hans": "电池充电 MW", en: "battery, MW, charging +" },
  stored: { "zh-Hant": "儲能 MWh", "zh-Hans": "储能 MWh", en: "stored, MWh" },
  cooling: { "zh-Hant": "製冷模式", "zh-Hans": "制冷模式", en: "cooling mode" },
  pue: { "zh-Hant": "PUE", "zh-Hans": "PUE", en: "PUE" },
} as const;

/** Load, price, carbon, PV, battery, cooling mode and PUE of a run on one axis of time. */
export async function simulationChart(
  site: Site,
  steps: readonly SimulatedStep[],
  language: Language,
): Promise<string> {
  const every = Math.max(1, Math.ceil(steps.length / MOST_POINTS));
  const shown = steps.filter((_, i) => i % every === 0);
  const say = (word: keyof typeof WORDS): string => WORDS[word][language];
  const times = shown.map(({ date, at }) => `${date} ${clockOf(at, site.timeZone)}`);
  const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
  const itKw = (step: SimulatedStep): number => Object.values(step.itKw).reduce((sum, kw) => sum + kw, 0);
  const modes = site.plants.flatMap((plant) => plant.modes.map((mode) => ({ plant: plant.id, mode: mode.id })));
  const rows: { name: string; lines: { name: string; data: (number | null)[]; step?: boolean }[]; names?: string[] }[] =
    [
      {
        name: say("load"),
        lines: [
          { name: say("facility"), data: shown.map(({ facilityKw }) => round(facilityKw / 1000)) },
          { name: say("grid"), data: shown.map(({ gridKw }) => round(gridKw / 1000)) },
        ],
      },
      {
        name: say("price"),
        lines: [
          { name: say("price"), step: true, data: shown.map((step) => round(energyPriceAt(site.grid.tariff, step))) },
        ],
      },
      {
        name: say("carbon"),
        lines: [{ name: say("carbon"), step: true, data: shown.map(() => site.grid.carbon.factorKgPerKwh) }],
      },
      ...(site.pv.length > 0
        ? [{ name: say("pv"), lines: [{ name: say("pv"), data: shown.map(({ pvKw }) => round(pvKw / 1000)) }] }]
        : []),
      {
        name: say("battery"),
        lines: [{ name: say("battery"), step: true, data: shown.map(({ batteryKw }) => round(batteryKw / 1000)) }],
      },
      {
        name: say("stored"),
        lines: [{ name: say("stored"), data: shown.map(({ storedKwh }) => round(storedKwh / 1000)) }],
      },
      {
        name: say("cooling"),
        names: modes.map(({ plant, mode }) => `${plant}: ${mode}`),
        lines: site.plants.map((plant) => ({
          name: plant.id,
          step: true,
          data: shown.map((step) =>
            modes.findIndex((one) => one.plant === plant.id && one.mode === step.cooling[plant.id]),
          ),
        })),
      },
      {
        name: say("pue"),
        lines: [
          {
            name: say("pue"),
            data: shown.map((step) => (itKw(step) > 0 ? round(step.facilityKw / itKw(step)) : null)),
          },
        ],
      },
    ];
  const option: EChartsOption = {
    color: COLOURS,
    title: rows.map(({ name }, i) => ({ text: name, left: 150, top: TOP + i * ROW - 20, textStyle: { fontSize: 12 } })),
    grid: rows.map((_, i) => ({ left: 150, right: 20, top: TOP + i * ROW, height: ROW - 38 })),
    xAxis: rows.map((_, gridIndex) => ({
      gridIndex,
      type: "category",
      data: times,
      axisLabel: { show: gridIndex === rows.length - 1, hideOverlap: true },
      axisTick: { show: false },
    })),
    yAxis: rows.map(({ names }, gridIndex) => ({
      gridIndex,
      scale: true,
      splitNumber: 3,
      ...(names
        ? { type: "category" as const, data: names, axisLabel: { fontSize: 9, interval: 0 } }
        : { type: "value" as const }),
    })),
    legend: { top: 6, data: [say("facility"), say("grid")] },
    series: rows.flatMap(({ lines }, index) =>
      lines.map(({ name, data, step }) => ({
        type: "line" as const,
        name,
        data,
        ...(step ? { step: "end" as const } : {}),
        xAxisIndex: index,
        yAxisIndex: index,
        showSymbol: false,
        lineStyle: { width: 1.2 },
      })),
    ),
  };
  return chartSvg(option, WIDTH, TOP + rows.length * ROW + 20);
}

function clockOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(at);
}
