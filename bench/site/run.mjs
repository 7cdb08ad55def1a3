// Compares the example site's tariff with a file of hourly prices, and prints its year on a file of typical weather.
// Reads CANDELA_BENCH_DATA (tariff/shanghai_two_part_tou_2025_hourly.csv, weather/shanghai_tmyx_hourly_with_wetbulb.csv).
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const data = process.env.CANDELA_BENCH_DATA ?? join(root, "../shared/data");
const files = {
  tariff: join(data, "tariff/shanghai_two_part_tou_2025_hourly.csv"),
  weather: join(data, "weather/shanghai_tmyx_hourly_with_wetbulb.csv"),
};
const missing = Object.values(files).filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.log(`not run: ${missing.join(", ")} is not there (CANDELA_BENCH_DATA)`);
  process.exit(3);
}

const entry = `
  export { energyPriceAt, readWeather, runSite, summarise } from "./src/coordinate/index.ts";
  export { loadSite } from "./src/app/site-file.ts";
  export { expectOk } from "./src/ground/issue/index.ts";`;
const made = join(root, "out/bench-site.mjs");
await build({
  stdin: { contents: entry, resolveDir: root, loader: "ts" },
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  outfile: made,
});
const { energyPriceAt, expectOk, loadSite, readWeather, runSite, summarise } = await import(made);
const { site } = expectOk(await loadSite(join(root, "examples/lingang-aidc/site.yaml")));

const rows = readFileSync(files.tariff, "utf8").trim().split("\n").slice(1);
const wrong = rows.filter((row) => {
  const [time, , price] = row.split(",");
  const here = energyPriceAt(site.grid.tariff, { date: time.slice(0, 10), hour: Number(time.slice(11, 13)) });
  return Math.abs(here - Number(price)) > 0.00005001;
});
console.log(
  `tariff: ${rows.length} hours compared, ${wrong.length} differ${wrong.length > 0 ? `, first ${wrong[0]}` : ""}`,
);

const weather = expectOk(readWeather(readFileSync(files.weather, "utf8"), files.weather));
const begun = performance.now();
const hours = runSite(site, weather);
const year = summarise(site, hours);
const ms = performance.now() - begun;
for (let month = 1; month <= 12; month++) {
  const one = summarise(site, hours, month);
  console.log(
    `${month}: ${one.pueName} ${one.pue.toFixed(3)}, WUE ${one.wueLPerKwh.toFixed(2)}, free ${one.freeCoolingHours} h`,
  );
}
console.log(
  `year: ${year.pueName} ${year.pue.toFixed(3)}, WUE ${year.wueLPerKwh.toFixed(2)} L/kWh, CUE ${year.cueKgPerKwh.toFixed(3)} kg/kWh, ` +
    `free cooling ${year.freeCoolingHours} h, below 9.9 °C wet bulb ${weather.filter((one) => one.wetBulbC < 9.9).length} h; ${ms.toFixed(0)} ms`,
);
process.exitCode = wrong.length > 0 || rows.length === 0 ? 1 : 0;
