import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal, type Unit } from "../../src/ground/quantity/index.ts";
import { ALL_RULES, type CheckInput, check, type Figure, type Finding } from "../../src/measure/index.ts";
import { unitsForTests } from "../../src/measure/checks/figures-for-tests.ts";
import { exampleInput } from "./example-input.ts";
import { secondCompany } from "./second-company/read-second-company.ts";

const inputs: readonly [string, CheckInput][] = [
  ["the example", exampleInput()],
  ["the second company", secondCompany()],
];

/** What a finding says apart from the units in which it says it. */
const gist = (findings: readonly Finding[]) =>
  findings.map(({ code, severity, indicators, periods, causeCode, places }) => ({
    code,
    severity,
    indicators,
    periods,
    causeCode,
    places,
  }));

/** Smaller units: the same amounts with a thousand times the number, rounded at the same digit. */
const SMALLER: Readonly<Record<string, string>> = {
  MWh: "kWh",
  GWh: "MWh",
  t: "kg",
  kg: "g",
  tCO2e: "kgCO2e",
  ktCO2e: "tCO2e",
  kgCO2e: "gCO2e",
  m3: "L",
};

function smaller(figure: Figure): Figure {
  const [above = "", ...below] = figure.unit.id.split("/");
  const id = SMALLER[above];
  if (!id) return figure;
  const unit: Unit = unitsForTests.unit([id, ...below].join("/"));
  return { ...figure, unit, value: figure.value?.times(1000), decimals: figure.decimals - 3 };
}

it.each(inputs)("finds the same in %s when every amount is stated in smaller units", (_, input) => {
  const scaled = { ...input, figures: input.figures.map(smaller) };
  expect(scaled.figures.filter((figure, index) => figure !== input.figures[index]).length).toBeGreaterThan(60);
  expect(gist(check(scaled).findings)).toEqual(gist(check(input).findings));
});

it.each(inputs)("finds the same in %s in whatever order figures are given", (_, input) => {
  const found = check(input);
  const order = fc.shuffledSubarray([...input.figures], { minLength: input.figures.length });
  fc.assert(
    fc.property(order, (figures) => {
      expect(check({ ...input, figures })).toEqual(found);
    }),
    { numRuns: 5 },
  );
});

const amounts = fc.oneof(
  fc.constant(undefined),
  fc.constant(new Decimal(0)),
  fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((value) => new Decimal(value.toString())),
  fc.integer({ min: 0, max: 5000 }).map((value) => new Decimal(value).div(100)),
);

/** Any value, digits, unit, wording, place and origin for a figure that relations and claims speak of. */
const anyFigure = (from: readonly Figure[]): fc.Arbitrary<Figure> =>
  fc
    .record({
      base: fc.constantFrom(...from),
      value: amounts,
      unit: fc
        .constantFrom("MWh", "t", "percent", "person", "tCO2e/MCNY", "ratio", "attendance", "m3", "h/person")
        .map((id) => unitsForTests.unit(id)),
      own: fc.boolean(),
      decimals: fc.integer({ min: -4, max: 6 }),
      qualifier: fc.constantFrom(
        "exact" as const,
        "over" as const,
        "near" as const,
        "at-most" as const,
        "at-least" as const,
      ),
      origin: fc.constantFrom("reported" as const, "reported" as const, "recomputed" as const),
      place: fc.constantFrom("table", "annex", "text"),
      period: fc.constantFrom("2023", "2024", "2025", "FY2024", ""),
    })
    .map(({ base, own, unit, place, ...rest }) => ({
      ...base,
      ...rest,
      unit: own ? base.unit : unit,
      where: { place },
    }));

it.each(inputs)("never throws, whatever the figures of %s", (_, input) => {
  fc.assert(
    fc.property(fc.array(anyFigure(input.figures), { maxLength: 60 }), (figures) => {
      const { checked } = check({ ...input, figures });
      expect(Object.keys(checked)).toHaveLength(ALL_RULES.length);
    }),
    { numRuns: 150 },
  );
});

it("finds nothing in nothing, apart from what is required", () => {
  const [, input] = inputs[0] ?? ["", exampleInput()];
  const codes = check({ ...input, figures: [] }).findings.map(({ code }) => code);
  expect([...new Set(codes)].sort()).toEqual(["CHECK-MEMBERS", "CHECK-REQUIRED", "CHECK-TARGET-NO-RESULT"]);
});
