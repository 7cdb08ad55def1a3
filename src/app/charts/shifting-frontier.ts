import type { EChartsOption } from "echarts";
import type { ZoneShifting } from "../../coordinate/index.ts";
import { chartSvg } from "./chart-svg.ts";

const WIDTH = 960;
const ROW = 330;

/** Saving against waiting, zone by zone: our frontiers as lines, each rival as a point. */
export async function shiftingFrontier(zones: readonly ZoneShifting[]): Promise<string> {
  const rows = Math.ceil(zones.length / 2);
  const height = rows * ROW + 50;
  const left = (index: number): number => (index % 2) * (WIDTH / 2) + 55;
  const top = (index: number): number => Math.floor(index / 2) * ROW + 75;
  const percent = (share: number): number => Math.round(share * 1000) / 10;
  const hours = (wait: number): number => Math.round(wait * 100) / 100;
  const option: EChartsOption = {
    legend: { top: 8, itemWidth: 18, itemGap: 16, textStyle: { width: 105 } },
    color: ["#0b6e4f", "#08415c", "#b0413e", "#d98e04", "#7a5c9e", "#8a8d91", "#3d3d3d"],
    title: zones.map(({ zone }, index) => ({
      text: `${zone}: carbon saved, %`,
      left: left(index),
      top: top(index) - 32,
      textStyle: { fontSize: 14 },
    })),
    grid: zones.map((_, index) => ({ left: left(index), top: top(index), width: WIDTH / 2 - 90, height: ROW - 95 })),
    xAxis: zones.map((_, gridIndex) => ({
      gridIndex,
      type: "value",
      name: "mean wait, h",
      nameLocation: "middle",
      nameGap: 24,
    })),
    yAxis: zones.map((_, gridIndex) => ({ gridIndex, type: "value" })),
    series: zones.flatMap(({ frontiers, limited }, index) => {
      const axes = { xAxisIndex: index, yAxisIndex: index };
      const line = (name: string, points: ZoneShifting["frontiers"]["starts"]) => ({
        ...axes,
        name,
        type: "line" as const,
        symbolSize: 5,
        data: points.map((point) => [hours(point.meanWaitH), percent(point.saved)]),
      });
      return [
        line("Candela, starts", frontiers.starts),
        line("Candela, suspends", frontiers.suspends),
        ...limited.map((one) => ({
          ...axes,
          name: one.policy,
          type: "scatter" as const,
          symbolSize: 11,
          data: [[hours(one.meanWaitH), percent(one.saved)]],
        })),
      ];
    }),
  };
  return chartSvg(option, WIDTH, height);
}
