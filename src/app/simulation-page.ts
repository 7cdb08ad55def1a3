import { type Language, LANGUAGES } from "../ground/issue/index.ts";
import { fillText, type InterfaceTexts } from "./interface-texts.ts";
import type { SimulatedRun, Simulation } from "./simulate-site.ts";

const STYLE = `body{font-family:"Noto Sans","Noto Sans TC","Noto Sans SC",system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem;color:#1d2327}
nav a{margin-right:1rem}section{margin-bottom:4rem}table{border-collapse:collapse;margin:1rem 0}th,td{padding:.3rem .7rem;border-bottom:1px solid #d5d9dd;text-align:right}
th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto}`;
const NAMES = { "zh-Hant": "繁體中文", "zh-Hans": "简体中文", en: "English" } as const;

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** Rows of a summary, the head first: what each lever saves against doing nothing. */
export function summaryRows({ runs }: Pick<Simulation, "runs">, say: (id: string) => string): string[][] {
  const nothing = runs[0];
  const head = ["levers", "cost", "demand", "saving", "carbon"].map((column) => say(`simulate.column.${column}`));
  const more = ["peak", "loss", "free", "late", "wait"].map((column) => say(`simulate.column.${column}`));
  return [[...head, nothing?.summary.pueName ?? "PUE", ...more], ...runs.map((run) => row(run, nothing, runs, say))];
}

function row(
  { levers, summary, jobs }: SimulatedRun,
  nothing: SimulatedRun | undefined,
  runs: readonly SimulatedRun[],
  say: (id: string) => string,
): string[] {
  const base = nothing?.summary.costCny ?? 0;
  const [only] = levers;
  const together = levers.length > 1 && levers.length === runs.length - 2;
  const name =
    only === undefined ? say("simulate.nothing") : together ? say("simulate.together") : say(`simulate.lever.${only}`);
  return [
    name,
    summary.costCny.toFixed(0),
    summary.demandCostCny.toFixed(0),
    base > 0 ? `${((100 * (base - summary.costCny)) / base).toFixed(2)} %` : "–",
    (summary.carbonKg / 1000).toFixed(0),
    summary.pue?.toFixed(4) ?? "–",
    (summary.peakKw / 1000).toFixed(2),
    (summary.storage.lossKwh / 1000).toFixed(1),
    summary.freeCoolingHours.toFixed(0),
    String(jobs.late),
    jobs.meanWaitH.toFixed(1),
  ];
}

/** A page that needs nothing else: the summary and the picture of all levers together, in three languages. */
export function simulationPage(
  simulation: Simulation,
  charts: ReadonlyMap<string, string>,
  words: InterfaceTexts,
): string {
  const { site, request } = simulation;
  const section = (language: Language): string => {
    const say = (id: string, values: Readonly<Record<string, string>> = {}): string =>
      escaped(fillText(words, id, values)[language]);
    const cells = (list: readonly string[], tag: "th" | "td"): string =>
      `<tr>${list.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
    const [head, ...rows] = summaryRows(simulation, say);
    return `<section id="${language}" lang="${language}"><h1>${say("simulate.title", { site: site.name })}</h1>
<p>${say("simulate.span", { from: request.from, to: request.to, seed: String(request.seed) })}</p>
<table>${cells(head ?? [], "th")}${rows.map((one) => cells(one, "td")).join("")}</table>
<p>${say("simulate.note")}</p>
${charts.get(language) ?? ""}</section>`;
  };
  const links = LANGUAGES.map((language) => `<a href="#${language}">${NAMES[language]}</a>`).join("");
  return `<!doctype html><html lang="zh-Hant"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(site.name)}</title><style>${STYLE}</style><nav>${links}</nav>${LANGUAGES.map(section).join("\n")}</html>\n`;
}
