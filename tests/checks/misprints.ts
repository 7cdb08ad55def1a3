import { Decimal } from "../../src/ground/quantity/index.ts";
import { type CheckInput, check, type Figure, type Finding } from "../../src/measure/index.ts";

/** Ways in which a number is misprinted; undefined where a number cannot be misprinted so. */
const MISPRINTS: Readonly<Record<string, (figure: Figure) => Figure | undefined>> = {
  "first two digits exchanged": (figure) =>
    withDigits(figure, ([a = "", b = "", ...rest]) => (a === b || b === "0" ? undefined : [b, a, ...rest])),
  "middle digits exchanged": (figure) =>
    withDigits(figure, (digits) => {
      const at = Math.floor(digits.length / 2);
      const [a, b] = [digits[at - 1], digits[at]];
      return digits.length < 4 || a === b ? undefined : digits.with(at - 1, b ?? "").with(at, a ?? "");
    }),
  "a digit left out": (figure) =>
    withDigits(figure, (digits) => (digits.length < 3 ? undefined : digits.toSpliced(1, 1))),
  "ten times": (figure) => scaled(figure, 1),
  "a thousand times": (figure) => scaled(figure, 3),
};

export const KINDS = Object.keys(MISPRINTS);

function withDigits(figure: Figure, change: (digits: string[]) => string[] | undefined): Figure | undefined {
  const whole = figure.value?.times(new Decimal(10).pow(figure.decimals)).toFixed(0);
  const changed = whole && !whole.startsWith("-") ? change([...whole]) : undefined;
  return changed && { ...figure, value: new Decimal(changed.join("")).div(new Decimal(10).pow(figure.decimals)) };
}

function scaled(figure: Figure, power: number): Figure | undefined {
  return figure.value?.gt(0) ? { ...figure, value: figure.value.times(new Decimal(10).pow(power)) } : undefined;
}

const gist = ({ code, indicators, periods, message }: Finding): string =>
  JSON.stringify([code, indicators, periods, message.en]);

/**
 * Misprints one figure at a time, every `stride`-th of the tables, and asks whether a finding tells.
 * @returns how many misprints of each kind were made and how many were told
 */
export function misprintsTold(input: CheckInput, stride: number): Map<string, { made: number; told: number }> {
  const before = new Set(check(input).findings.map(gist));
  const scores = new Map(KINDS.map((kind) => [kind, { made: 0, told: 0 }]));
  const candidates = [...input.figures.entries()].filter(
    ([, figure]) => figure.origin === "reported" && figure.value?.gt(0) && figure.qualifier === "exact",
  );
  for (const [order, [index, figure]] of candidates.entries()) {
    if (order % stride !== 0) continue;
    const kind = KINDS[Math.floor(order / stride) % KINDS.length] ?? "";
    const misprinted = MISPRINTS[kind]?.(figure);
    const score = scores.get(kind);
    if (!misprinted || !score) continue;
    score.made += 1;
    const { findings } = check({ ...input, figures: input.figures.with(index, misprinted) });
    if (findings.some((finding) => !before.has(gist(finding)))) score.told += 1;
  }
  return scores;
}

export function misprintTable(name: string, scores: ReadonlyMap<string, { made: number; told: number }>): string {
  const row = (label: string, made: number, told: number): string =>
    `${label.padEnd(30)}${String(made).padStart(6)}${String(told).padStart(6)}${(made === 0 ? "–" : `${Math.round((100 * told) / made)} %`).padStart(8)}`;
  const all = [...scores.values()].reduce(
    (sum, score) => ({ made: sum.made + score.made, told: sum.told + score.told }),
    { made: 0, told: 0 },
  );
  return [
    `${name.padEnd(30)}  made  told  recall`,
    ...[...scores].map(([kind, { made, told }]) => row(kind, made, told)),
    row("all", all.made, all.told),
  ].join("\n");
}
