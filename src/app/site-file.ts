import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import {
  createSiteContent,
  generatedYear,
  readSite,
  readWeather,
  type Site,
  type SiteContent,
  type WeatherHour,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { createModel } from "./model.ts";
import { shippedPack } from "./package-folder.ts";

/** A site that was read, with the content that it refers to. */
export interface LoadedSite {
  readonly site: Site;
  readonly warnings: readonly Issue[];
  readonly content: SiteContent;
}

async function textOf(file: string): Promise<Result<string>> {
  try {
    const bytes = await readFile(file);
    return ok((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8"));
  } catch (problem) {
    const actual = (problem as NodeJS.ErrnoException).code ?? String(problem);
    return fail({ code: "FILE-001", severity: "error", at: { file }, actual });
  }
}

/** The table of attributes, the equipment curves and the climates that ship. */
export async function shippedSiteContent(): Promise<Result<SiteContent>> {
  const pack = await shippedPack();
  const model = createModel([pack]);
  if (!model.ok) return model;
  const text = (name: string): string => pack.files.get(`sites/${name}.yaml`) ?? "";
  return createSiteContent(
    { components: text("components"), curves: text("curves"), climates: text("climates") },
    model.value.units,
  );
}

/**
 * Reads a site file.
 * @issues FILE-001 (it cannot be read), and those of `readSite`
 */
export async function loadSite(file: string): Promise<Result<LoadedSite>> {
  const [text, content] = await Promise.all([textOf(file), shippedSiteContent()]);
  if (!text.ok) return text;
  if (!content.ok) return content;
  const read = readSite(text.value, file, content.value);
  return read.ok ? ok({ ...read.value, content: content.value }) : read;
}

/**
 * Hours of weather of a site: a file's, or a year that its climate's statistics give.
 * @issues FILE-001, SITE-018 (no file and no climate), SITE-020 … SITE-022
 */
export async function weatherOf(
  { site, content }: LoadedSite,
  siteFile: string,
  weatherFile: string | undefined,
): Promise<Result<WeatherHour[]>> {
  if (weatherFile !== undefined) {
    const text = await textOf(weatherFile);
    return text.ok ? readWeather(text.value, weatherFile) : text;
  }
  const climate = content.climates.get(site.climate ?? "");
  return climate
    ? ok(generatedYear(climate))
    : fail({
        code: "SITE-018",
        severity: "error",
        at: { file: siteFile },
        expected: [...content.climates.keys()].join(", "),
      });
}
