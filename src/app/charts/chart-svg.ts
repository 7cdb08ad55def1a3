import type { EChartsOption } from "echarts";

/** Fonts that hold the characters of all three languages, wherever the picture is looked at. */
const FONTS = "'Noto Sans TC','Noto Sans SC','Noto Sans',sans-serif";

/**
 * A chart as SVG, the same bytes for the same data.
 * @param option  what the charting library draws
 */
export async function chartSvg(option: EChartsOption, width: number, height: number): Promise<string> {
  const { init } = await import("echarts");
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: "#ffffff", textStyle: { fontFamily: FONTS }, ...option });
    return chart.renderToSVGString();
  } finally {
    // One that is not disposed of keeps the process alive.
    chart.dispose();
  }
}
