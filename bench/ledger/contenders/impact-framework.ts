import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Phases } from "./phases.ts";
import { taskOf } from "./task.ts";

interface Plugin {
  execute(...given: unknown[]): Promise<unknown>;
}

interface PluginStorage {
  get(name: string): Plugin;
  set(name: string, plugin: Plugin): unknown;
}

/** The tree as this manifest makes it: one component, regrouped into a child a day. */
interface Tree {
  readonly children: {
    readonly readings: {
      readonly children: Readonly<Record<string, { readonly aggregated: { readonly carbon: number } }>>;
    };
  };
}

interface Manifest {
  readonly tree: object;
  readonly aggregation: object;
}

/*
 * The Impact Framework: a manifest through the framework's own steps in the order of its `if-run`. `csv-import` reads the rows,
 * `regroup` puts them under their days, `csv-lookup` gives each the factor of its region, `multiply` multiplies, and the
 * aggregation over time gives each day's sum. Component aggregation would add the days up too, but it takes children of unequal
 * length for an error; so the total is the sum of the days. The time that `csv-import` takes is kept apart, so that reading a
 * file is not counted as computing.
 */
const { rows, bench } = taskOf();
const require = createRequire(join(bench, "package.json"));
const build = join(dirname(require.resolve("@grnsft/if/package.json")), "build");
const step = <T>(path: string): T => require(join(build, path)) as T;
const { debugLogger } = step<{ debugLogger: { overrideConsoleMethods(debug: boolean): void } }>(
  "common/util/debug-logger.js",
);
const { validateManifest } = step<{ validateManifest(manifest: object): Manifest }>("common/util/validations.js");
const { initialize } = step<{ initialize(context: object): Promise<PluginStorage> }>("if-run/lib/initialize.js");
const { compute } = step<{ compute(tree: object, params: object): Promise<object> }>("if-run/lib/compute.js");
const { aggregate } = step<{ aggregate(tree: object, aggregation: object): Tree }>("if-run/lib/aggregate.js");

const phases = new Phases();
debugLogger.overrideConsoleMethods(false);

const builtin = (method: string, config: object, outputs?: object): object => ({
  path: "builtin",
  method,
  config,
  ...(outputs ? { "parameter-metadata": { outputs } } : {}),
});
const summed = { "aggregation-method": { time: "sum", component: "sum" } };

const { tree, ...context } = validateManifest({
  name: "readings",
  initialize: {
    plugins: {
      readings: builtin("CSVImport", { filepath: join(rows, "if.csv"), output: "*" }),
      factor: builtin("CSVLookup", {
        filepath: join(rows, "factors.csv"),
        query: { region: "region" },
        output: "factor",
      }),
      carbon: builtin(
        "Multiply",
        { "input-parameters": ["energy", "factor"], "output-parameter": "carbon" },
        { carbon: { unit: "kgCO2", description: "emissions of the reading", ...summed } },
      ),
    },
  },
  aggregation: { metrics: ["carbon"], type: "time" },
  tree: {
    children: {
      readings: { pipeline: { observe: ["readings"], regroup: ["day"], compute: ["factor", "carbon"] } },
    },
  },
});
const pluginStorage = await initialize(context);
const reader = pluginStorage.get("readings");
pluginStorage.set("readings", {
  ...reader,
  execute: (...given) => phases.time("read", () => reader.execute(...given)),
});

const aggregated = await phases.time("compute", async () =>
  aggregate(await compute(tree, { context, pluginStorage }), context.aggregation),
);
phases.takeOff("compute", "read");

const days = Object.entries(aggregated.children.readings.children);
const byDay = Object.fromEntries(days.map(([day, node]) => [day, node.aggregated.carbon]));
phases.report({ total: Object.values(byDay).reduce((sum, kg) => sum + kg, 0), byDay });
