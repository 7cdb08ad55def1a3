/**
 * Every indicator of the closing table worked out by hand from the printed parts, in plain arithmetic and apart from the
 * engine and from records.csv. Doubles do: the results are compared at the two decimals that the report prints.
 */
export interface HandFigure {
  readonly indicator: string;
  readonly where?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
}

const GJ_PER_MWH = 3.6;
const scope1 = (gasMwh: number, dieselMwh: number): number => ((gasMwh * 56.1 + dieselMwh * 74.1) * GJ_PER_MWH) / 1000;
const SCOPE1 = { "2025": scope1(425.75, 196.38), "2024": scope1(854.1, 163.8), "2023": scope1(1030.2, 48.0) };
const SCOPE2 = { "2025": (167100.07 + 9615.87) * 0.5306, "2024": 155976.2 * 0.5366, "2023": 131441.2 * 0.5568 };
const DIRECT = { "2025": 425.75 + 196.38 + 9615.87, "2024": 854.1 + 163.8, "2023": 1030.2 + 48.0 };
const INDIRECT = { "2025": 167100.07, "2024": 155976.2, "2023": 131441.2 };
const REVENUE = { "2025": 5014.7, "2024": 3772.1, "2023": 3405.7 };
type Years = Readonly<Record<"2025" | "2024" | "2023", number>>;

const each = (of: (year: keyof Years) => number): Years => ({
  "2025": of("2025"),
  "2024": of("2024"),
  "2023": of("2023"),
});
const perRevenue = (amount: Years, scale = 1): Years => each((year) => (amount[year] * scale) / REVENUE[year]);
const WATER = { "2025": 317522.04, "2024": 290489.5, "2023": 187205.9 };
const WASTEWATER = { "2025": 270956.6, "2024": 261440.5, "2023": 168485.3 };
const PACKAGING = { "2025": 115.9, "2024": 124.0, "2023": 142.0 };
const WASTE = { "2025": 607.0, "2024": 646.8, "2023": 646.8 };

/** Leavers and closing headcount of a row, three years each, 2025 first. */
const LEFT: readonly (readonly [Readonly<Record<string, string>>, readonly number[], readonly number[]])[] = [
  [{}, [390, 543, 564], [2472, 3756, 4531]],
  [{ gender: "male" }, [292, 399, 408], [1684, 2768, 3367]],
  [{ gender: "female" }, [98, 144, 156], [788, 988, 1164]],
  [{ age: "under-30" }, [123, 205, 217], [633, 1121, 1229]],
  [{ age: "30-50" }, [264, 335, 346], [1814, 2610, 3260]],
  [{ age: "over-50" }, [3, 3, 1], [25, 25, 42]],
  [{ region: "china" }, [362, 520, 498], [2330, 3685, 4310]],
  [{ region: "other" }, [28, 23, 66], [142, 71, 221]],
];
const YEARS = ["2025", "2024", "2023"] as const;
const byYear = (values: readonly number[]): Record<string, number> =>
  Object.fromEntries(YEARS.map((year, index) => [year, values[index] ?? Number.NaN]));

export const HAND_FIGURES: readonly HandFigure[] = [
  { indicator: "ghg.scope1", values: SCOPE1 },
  { indicator: "ghg.scope2.location", values: SCOPE2 },
  { indicator: "ghg.scope2.market", values: { "2025": 167100.07 * 0.6096 } },
  { indicator: "ghg.scope1-2", values: each((year) => SCOPE1[year] + SCOPE2[year]) },
  { indicator: "ghg.scope1-2.per-revenue", values: perRevenue(each((year) => SCOPE1[year] + SCOPE2[year])) },
  { indicator: "ghg.scope3", values: { "2025": 31151.85 } },
  { indicator: "energy.natural-gas", values: { "2025": 425.75, "2024": 854.1, "2023": 1030.2 } },
  { indicator: "energy.diesel", values: { "2025": 196.38, "2024": 163.8, "2023": 48.0 } },
  { indicator: "energy.renewable-electricity", values: { "2025": 9615.87, "2024": 0, "2023": 0 } },
  { indicator: "energy.purchased-electricity", values: INDIRECT },
  { indicator: "energy.direct", values: DIRECT },
  { indicator: "energy.indirect", values: INDIRECT },
  { indicator: "energy.total", values: each((year) => DIRECT[year] + INDIRECT[year]) },
  { indicator: "energy.per-revenue", values: perRevenue(each((year) => DIRECT[year] + INDIRECT[year])) },
  { indicator: "water.total", values: WATER },
  { indicator: "water.per-revenue", values: perRevenue(WATER) },
  { indicator: "wastewater.total", values: WASTEWATER },
  { indicator: "wastewater.per-revenue", values: perRevenue(WASTEWATER) },
  { indicator: "packaging.total", values: PACKAGING },
  { indicator: "packaging.per-revenue", values: perRevenue(PACKAGING, 1000) },
  { indicator: "waste.non-hazardous", values: WASTE },
  { indicator: "waste.non-hazardous.per-revenue", values: perRevenue(WASTE) },
  ...LEFT.map(([where, , headcount]) => ({ indicator: "people.headcount", where, values: byYear(headcount) })),
  ...LEFT.map(([where, left, headcount]) => ({
    indicator: "people.turnover-rate",
    where,
    values: byYear(left.map((leavers, index) => (100 * leavers) / (leavers + (headcount[index] ?? 0)))),
  })),
  { indicator: "people.fatalities", values: byYear([0, 0, 0]) },
  { indicator: "people.lost-days", values: byYear([300, 269, 265]) },
  {
    indicator: "training.share-trained",
    values: { "2025": (100 * (1448 + 630)) / 2472, "2024": (100 * (2408 + 741)) / 3756 },
  },
  {
    indicator: "training.share-trained",
    where: { gender: "male" },
    values: { "2025": (100 * 1448) / 1684, "2024": (100 * 2408) / 2768 },
  },
  {
    indicator: "training.share-trained",
    where: { gender: "female" },
    values: { "2025": (100 * 630) / 788, "2024": (100 * 741) / 988 },
  },
  {
    indicator: "training.hours-per-person",
    values: {
      "2025": (1684 * 15.6 + 788 * 11.9) / 2472,
      "2024": (2768 * 17.9 + 988 * 11.8) / 3756,
      "2023": (3367 * 12.8 + 1164 * 12.3) / 4531,
    },
  },
  { indicator: "training.hours-per-person", where: { gender: "male" }, values: byYear([15.6, 17.9, 12.8]) },
  { indicator: "training.hours-per-person", where: { gender: "female" }, values: byYear([11.9, 11.8, 12.3]) },
  { indicator: "suppliers.count", values: byYear([345 + 30, 341 + 22, 353 + 24]) },
  { indicator: "suppliers.count", where: { region: "china" }, values: byYear([345, 341, 353]) },
  { indicator: "suppliers.count", where: { region: "other" }, values: byYear([30, 22, 24]) },
  ...(
    [
      ["conflict-minerals", 30],
      ["safety", 18],
      ["confidentiality", 375],
      ["declaration", 375],
    ] as const
  ).flatMap(([document, count]) => [
    { indicator: "suppliers.signed", where: { document }, values: { "2025": count } },
    { indicator: "suppliers.signature-required", where: { document }, values: { "2025": count } },
    { indicator: "suppliers.signed-share", where: { document }, values: { "2025": 100 } },
  ]),
  ...(
    [
      ["iso-9001", 43],
      ["iso-45001", 20],
      ["iso-14001", 40],
      ["qc-080000", 20],
    ] as const
  ).flatMap(([certificate, count]) => [
    { indicator: "suppliers.certified", where: { certificate }, values: { "2025": count } },
    { indicator: "suppliers.certificate-required", where: { certificate }, values: { "2025": count } },
    { indicator: "suppliers.certified-share", where: { certificate }, values: { "2025": 100 } },
  ]),
  { indicator: "corruption.cases", values: byYear([0, 1, 1]) },
  { indicator: "donations.total", values: byYear([382, 253, 90]) },
];
