import type { Period } from "../../ground/quantity/index.ts";
import { regionChain } from "../boundary/index.ts";
import type { Factor, Pins } from "./factor.ts";

/** What a factor is wanted for. */
export interface FactorRequest {
  readonly kind: string;
  readonly activity?: string;
  readonly dims: Readonly<Record<string, string>>;
  /** ISO region of the site. */
  readonly region: string;
  readonly period: Period;
}

/** The factor that serves a request, with why: the set that was pinned, and whether its own years cover the period. */
export interface ChosenFactor {
  readonly factor: Factor;
  readonly pinned: boolean;
  /** False when the factor describes other years than the period (grid factors appear two years late): visible, never silent. */
  readonly coversPeriod: boolean;
}

const specificity = (factor: Factor, regions: readonly string[]): number =>
  Object.keys(factor.match).length * 100 + (factor.activity ? 50 : 0) + (10 - regions.indexOf(factor.region));

const byKind = new WeakMap<readonly Factor[], ReadonlyMap<string, readonly Factor[]>>();

/** The factors of a kind among many, which never change. */
function ofKind(factors: readonly Factor[], kind: string): readonly Factor[] {
  let kinds = byKind.get(factors);
  if (!kinds) {
    const made = new Map<string, Factor[]>();
    for (const factor of factors) made.set(factor.kind, [...(made.get(factor.kind) ?? []), factor]);
    kinds = made;
    byKind.set(factors, kinds);
  }
  return kinds.get(kind) ?? [];
}

/** The set pinned for a kind at a place and time; the last pin that fits wins. */
function pinnedSet(pins: Pins, request: FactorRequest, regions: readonly string[]): string | undefined {
  const fitting = pins.factors.filter(
    (pin) =>
      pin.kind === request.kind &&
      (pin.region === undefined || regions.includes(pin.region)) &&
      (pin.from ?? "0000") <= request.period.start &&
      request.period.end <= (pin.to ?? "9999"),
  );
  return fitting.at(-1)?.set;
}

/** Whether a factor describes the records that are asked for, whatever set it belongs to and whenever they are. */
function fits(factor: Factor, request: FactorRequest, regions: readonly string[]): boolean {
  return (
    factor.kind === request.kind &&
    (factor.activity === undefined || factor.activity === request.activity) &&
    regions.includes(factor.region) &&
    Object.entries(factor.match).every(([dimension, value]) => request.dims[dimension] === value)
  );
}

/** Whether the years that a factor describes have begun before the period ends. */
const hasBegun = (factor: Factor, { period }: FactorRequest): boolean => (factor.valid?.from ?? "0000") < period.end;

/** The most specific first, then the latest year. */
function inOrder(factors: readonly Factor[], regions: readonly string[]): Factor[] {
  return [...factors].sort(
    (a, b) =>
      specificity(b, regions) - specificity(a, regions) ||
      (b.valid?.from ?? "").localeCompare(a.valid?.from ?? "") ||
      a.id.localeCompare(b.id),
  );
}

const MOST_REMEMBERED = 10_000;
const fitting = new WeakMap<readonly Factor[], Map<string, readonly Factor[]>>();

/** The factors that fit a request, in order: the same for all periods, so they are looked for once. */
function fittingInOrder(
  factors: readonly Factor[],
  request: FactorRequest,
  regions: readonly string[],
): readonly Factor[] {
  const { kind, activity, dims, region } = request;
  const remembered = fitting.get(factors) ?? new Map<string, readonly Factor[]>();
  fitting.set(factors, remembered);
  const key = JSON.stringify([kind, activity, region, dims]);
  let found = remembered.get(key);
  if (!found) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    found = inOrder(
      ofKind(factors, kind).filter((factor) => fits(factor, request, regions)),
      regions,
    );
    remembered.set(key, found);
  }
  return found;
}

/**
 * Chooses the factor for a group of records: of the pinned set if there is one, else a verified factor; the most
 * specific match first, then the latest year that has begun before the period ends. Unverified factors serve only when
 * they are pinned.
 * @returns undefined when none fits: the value is missing then, and says so
 */
export function chooseFactor(factors: readonly Factor[], pins: Pins, request: FactorRequest): ChosenFactor | undefined {
  const regions = regionChain(request.region);
  const set = pinnedSet(pins, request, regions);
  const factor = fittingInOrder(factors, request, regions).find(
    (one) => (set === undefined ? one.status === "verified" : one.set === set) && hasBegun(one, request),
  );
  if (!factor) return undefined;
  const coversPeriod = factor.valid?.to === undefined || request.period.start < factor.valid.to;
  return { factor, pinned: set !== undefined, coversPeriod };
}

/** Sets that would serve a request if they were pinned, the nearest first: nobody has read their publication yet. */
export function unverifiedSets(factors: readonly Factor[], request: FactorRequest): string[] {
  const regions = regionChain(request.region);
  const unverified = fittingInOrder(factors, request, regions).filter(
    (factor) => factor.status === "unverified" && hasBegun(factor, request),
  );
  return [...new Set(unverified.map(({ set }) => set))];
}
