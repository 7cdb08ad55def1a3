import { fileURLToPath } from "node:url";

/** Debian packages that a suite needs, and a file by which each is known to be there. */
export const SYSTEM_PACKAGES = {
  chromium: "/usr/bin/chromium",
  postgresql: "/usr/lib/postgresql/15/bin/postgres",
  "coinor-cbc": "/usr/bin/cbc",
  mosquitto: "/usr/sbin/mosquitto",
  prometheus: "/usr/bin/prometheus",
  "slurm-wlm": "/usr/sbin/slurmctld",
  "slurm-wlm-jwt-plugin": "/usr/lib/x86_64-linux-gnu/slurm-wlm/auth_jwt.so",
  "slurm-wlm-mysql-plugin": "/usr/lib/x86_64-linux-gnu/slurm-wlm/accounting_storage_mysql.so",
  slurmdbd: "/usr/sbin/slurmdbd",
  slurmrestd: "/usr/sbin/slurmrestd",
  munge: "/usr/sbin/munged",
  "mariadb-server": "/usr/sbin/mariadbd",
};

/** Those that the services' own suite starts. */
const SERVICES = Object.keys(SYSTEM_PACKAGES).filter((name) => name !== "chromium");

/** Public series of prices, carbon and jobs, which are not part of the repository: docs/guides/battery-benchmark.md says where they come from. */
export const SERIES_FOLDER =
  process.env.CANDELA_BENCH_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));

const vitest = (name, paths, budgetSeconds, needs = []) => ({ name, budgetSeconds, needs, vitest: paths });
const tool = (name, command, budgetSeconds) => ({ name, budgetSeconds, needs: [], command });

/** Every suite that gates, cheapest first, with its time budget in seconds. */
export const SUITES = [
  tool("format", ["biome", "format", "."], 10),
  tool("lint", ["oxlint", "--type-aware", "--deny-warnings", "src", "scripts", "tests", "examples", "web"], 30),
  tool("types", ["tsc", "-p", "."], 60),
  tool("types-web", ["tsc", "-p", "web"], 60),
  tool("unused", ["knip"], 60),
  vitest("guards", ["tests/guards", "tests/content"], 60),
  vitest(
    "unit",
    [
      "src/ground/issue",
      "src/ground/quantity",
      "src/ground/content",
      "src/ground/actor",
      "src/measure/boundary",
      "src/measure/factors",
      "src/measure/indicators",
      "src/measure/checks",
      "src/disclose",
    ],
    120,
  ),
  vitest("import", ["src/measure/ledger/import", "tests/import"], 120),
  vitest("store", ["src/ground/store", "src/ground/journal", "src/measure/ledger/", "src/app"], 240),
  vitest("checks", ["tests/checks"], 60),
  vitest("oracle", ["tests/oracle", "examples"], 240),
  vitest("disclose", ["tests/disclose", "tests/golden"], 120),
  vitest("cli", ["tests/cli"], 240),
  vitest("coordinate", ["src/coordinate", "tests/coordinate"], 120),
  vitest("docs", ["tests/docs"], 240),
  vitest("services", ["tests/services", "tests/replay"], 500, SERVICES),
  vitest("web", ["tests/web"], 240, ["chromium"]),
  vitest("series", ["tests/series"], 240, ["series"]),
];
