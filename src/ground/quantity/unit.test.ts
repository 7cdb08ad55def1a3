import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineDimensions, dimensionsText, parseDimensions } from "./dimensions.ts";
import { convertValue } from "./quantity.ts";
import { Decimal } from "./decimal.ts";
import { productUnit, quotientUnit, RATIO, sameDimension, sameUnit, type Unit } from "./unit.ts";
import { unitTableForTests } from "./unit-table-for-tests.ts";

const units = unitTableForTests();
const simple = fc.constantFrom(...units.all());
const composed: fc.Arbitrary<Unit> = fc
  .tuple(simple, simple, fc.constantFrom("only", "product", "quotient"))
  .map(([a, b, how]) => (how === "only" ? a : how === "product" ? productUnit(a, b) : quotientUnit(a, b)));
const amount = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(9))
  .map(([digits, places]) => new Decimal(`${digits}e-${places}`));

describe("unit algebra", () => {
  it("(a·b)·c is a·(b·c), and a·b is b·a, by id and by factor", () => {
    fc.assert(
      fc.property(simple, simple, simple, (a, b, c) => {
        const [left, right] = [productUnit(productUnit(a, b), c), productUnit(a, productUnit(b, c))];
        expect([left.id, sameUnit(left, right)]).toEqual([right.id, true]);
        expect(productUnit(a, b).id).toBe(productUnit(b, a).id);
      }),
    );
  });

  it("(a·b)/b is a, and a/b·b is a", () => {
    fc.assert(
      fc.property(composed, composed, (a, b) => {
        for (const again of [quotientUnit(productUnit(a, b), b), productUnit(quotientUnit(a, b), b)]) {
          expect([again.id, sameUnit(again, a), sameDimension(again, a)]).toEqual([a.id, true, true]);
          expect(again.numerator.eq(a.numerator) && again.denominator.eq(a.denominator)).toBe(true);
        }
        expect(quotientUnit(b, b).id).toBe("ratio");
      }),
    );
  });

  it("an id is a spelling of its unit", () => {
    fc.assert(
      fc.property(composed, composed, (a, b) => {
        const unit = quotientUnit(a, b);
        const read = units.parse(unit.id);
        expect(read.ok && sameUnit(read.value, unit)).toBe(true);
      }),
    );
  });

  it("an id of many powers is a spelling too: a power binds closer than a product, above the line and below", () => {
    // Areas and volumes are dimensions of their own, and m^2 is what people write for an area; nobody multiplies lengths.
    const factor = fc.constantFrom(...units.all().filter(({ dimensions }) => !("length" in dimensions)));
    const powers = fc.array(fc.tuple(factor, fc.integer({ min: -3, max: 3 })), { minLength: 1, maxLength: 4 });
    const power = (unit: Unit, exponent: number): Unit[] => Array<Unit>(Math.abs(exponent)).fill(unit);
    const product = (parts: readonly (readonly [Unit, number])[]): Unit =>
      parts.reduce(
        (whole, [unit, exponent]) =>
          power(unit, exponent).reduce((a, b) => (exponent > 0 ? productUnit(a, b) : quotientUnit(a, b)), whole),
        RATIO,
      );
    const check = (unit: Unit): void => {
      // What is too long for a spelling, or has more digits than are kept exactly, is not read at all.
      const read = units.parse(unit.id);
      if (!read.ok)
        expect(unit.id.length > 200 || unit.numerator.precision() + unit.denominator.precision() > 20).toBe(true);
      else expect([unit.id, sameUnit(read.value, unit)]).toEqual([unit.id, true]);
    };
    const [mj, permille, gw, h] = ["MJ", "permille", "GW", "h"].map((id) => units.unit(id)) as [Unit, Unit, Unit, Unit];
    check(quotientUnit(productUnit(mj, permille), quotientUnit(gw, permille)));
    check(
      product([
        [mj, 1],
        [h, 12],
        [gw, -1],
      ]),
    );
    fc.assert(
      fc.property(powers, (parts) => check(product(parts))),
      { numRuns: 500 },
    );
    expect(units.parse("MJ*h^2/GW").ok && units.unit("MJ*h^2/GW").dimensions).toEqual({ time: 3 });
  });

  it.each([
    ["MJ*permille^2/GW", "MJ*permille*permille/GW"],
    ["t/(MJ*h^2)", "t/(MJ*h*h)"],
    ["kW*h^2", "h*h*kW"],
    ["(kW*h)^2", "kW*h*kW*h"],
  ])("%s is %s: an exponent belongs to its own factor", (written, meant) => {
    const [one, other] = [units.parse(written), units.parse(meant)];
    expect(one.ok && other.ok && sameUnit(one.value, other.value)).toBe(true);
  });

  it("dimensions add up, and their text reads back", () => {
    fc.assert(
      fc.property(composed, composed, (a, b) => {
        const sum = combineDimensions(a.dimensions, b.dimensions, 1);
        expect(productUnit(a, b).dimensions).toEqual(sum);
        expect(combineDimensions(sum, b.dimensions, -1)).toEqual({ ...a.dimensions });
        expect(parseDimensions(dimensionsText(sum))).toEqual(sum);
      }),
    );
  });
});

describe("conversion", () => {
  const sameKind = simple.chain((a) =>
    fc.tuple(fc.constant(a), fc.constantFrom(...units.all().filter((b) => sameDimension(a, b)))),
  );

  it("there and back is the same amount: exactly where the quotient ends, to the 55th digit where it never does", () => {
    let exact = 0;
    fc.assert(
      fc.property(amount, sameKind, (value, [a, b]) => {
        const there = convertValue(value, a, b);
        const back = convertValue(there, b, a);
        if (there.precision() < 55) {
          exact += 1;
          expect(back.eq(value)).toBe(true);
        } else expect(back.toSignificantDigits(55).eq(value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(exact).toBeGreaterThan(300);
  });

  it("by way of a third unit is the same as straight", () => {
    fc.assert(
      fc.property(amount, sameKind, simple, (value, [a, b], other) => {
        const by = sameDimension(other, a) ? other : a;
        const detour = convertValue(convertValue(value, a, by), by, b);
        expect(detour.toSignificantDigits(50).eq(convertValue(value, a, b).toSignificantDigits(50))).toBe(true);
      }),
    );
  });

  it("of a ratio is the ratio of the conversions", () => {
    fc.assert(
      fc.property(amount, sameKind, sameKind, (value, [a, b], [c, d]) => {
        const straight = convertValue(value, quotientUnit(a, c), quotientUnit(b, d));
        const apart = convertValue(value, a, b).div(convertValue(new Decimal(1), c, d));
        expect(straight.toSignificantDigits(50).eq(apart.toSignificantDigits(50))).toBe(true);
      }),
    );
  });
});

describe("parse", () => {
  const pieces = fc.array(
    fc.constantFrom(
      ..."MkmGtWhJ度萬百億元人每/·*()^-0123456789 ,.'$₂個",
      "tCO2e",
      "兆瓦時",
      "RMB",
      "million",
      "per ",
      "10000",
    ),
    { maxLength: 30 },
  );
  it("never throws, and every failure names what it read", () => {
    let read = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((parts) => parts.join("")),
          fc.string(),
          fc.string({ unit: "binary", maxLength: 300 }),
        ),
        (text) => {
          const unit = units.parse(text);
          if (unit.ok) read += 1;
          else
            expect(unit.issues.every((issue) => /^UNIT-00[139]$/.test(issue.code) && issue.actual !== undefined)).toBe(
              true,
            );
        },
      ),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(0);
  });

  it("does not drown in powers", () => {
    for (const text of [
      "((kWh^9)^9)^9",
      "(".repeat(100) + "t" + ")".repeat(100),
      Array(30).fill("tce^9").join("*"),
      `${"1.23456789*".repeat(18)}t`,
      "每".repeat(190),
    ])
      expect(units.parse(text).ok).toBe(false);
    expect(units.parse(Array(30).fill("h^9").join("*")).ok).toBe(true);
  });
});
