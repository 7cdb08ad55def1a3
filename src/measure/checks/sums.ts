import { combineDimensions, type Dimensions, equalDimensions } from "../../ground/quantity/index.ts";
import type { Dims, Figure, Ref } from "./figure.ts";
import type { FigureSet, Reading } from "./figure-set.ts";
import type { Subject } from "./finding.ts";
import { type Interval, sum } from "./interval.ts";

/** Figures of one period added up. */
export interface Sum {
  /** Of the parts that have a value; a dash counts as nothing. */
  readonly interval: Interval;
  readonly readings: readonly Reading[];
  /** Rows that print a dash. */
  readonly dashes: readonly Ref[];
  /** Rows that are not there. */
  readonly absent: readonly Ref[];
}

/** Adds figures up; undefined when none has a value or their units do not add. */
export function sumOf(figures: FigureSet, refs: readonly Ref[], period: string): Sum | undefined {
  const readings: Reading[] = [];
  const dashes: Ref[] = [];
  const absent: Ref[] = [];
  for (const ref of refs) {
    const reading = figures.at(ref, period);
    if (reading) readings.push(reading);
    else (figures.presence(ref, period) === "dash" ? dashes : absent).push(ref);
  }
  const [first] = readings;
  if (!first || readings.some((reading) => !equalDimensions(dimensionsOf(reading), dimensionsOf(first))))
    return undefined;
  return { interval: sum(readings.map(({ interval }) => interval)), readings, dashes, absent };
}

export const dimensionsOf = (reading: Reading): Dimensions => reading.figure.unit.dimensions;

/** Whether a ratio of these two is of the third's kind: tonnes by cubic metres is not a share. */
export function ratioFits(ratio: Reading, numerator: Sum, denominator: Sum): boolean {
  const [above, below] = [numerator.readings[0], denominator.readings[0]];
  if (!above || !below) return false;
  return equalDimensions(combineDimensions(dimensionsOf(above), dimensionsOf(below), -1), dimensionsOf(ratio));
}

/** The figure under further members; its own members stay. */
export const narrowed = (ref: Ref, dims: Dims): Ref => ({ indicator: ref.indicator, dims: { ...dims, ...ref.dims } });

export const subject = (ref: Ref, period: string): Subject => ({ indicator: ref.indicator, dims: ref.dims, period });

/** The subjects of readings, in their own periods. */
export const subjectsOf = (readings: readonly Reading[]): Subject[] =>
  readings.map(({ figure }) => subject(figure, figure.period));

export const figuresOf = (readings: readonly Reading[]): Figure[] => readings.flatMap(({ figures }) => figures);
