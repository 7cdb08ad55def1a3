import type { SiteState } from "../coordinate/index.ts";
import { renderIssue, type RenderedIssue } from "../ground/issue/index.ts";
import { type LastShift, lastShift, type RecordedState, type Trouble } from "./last-shift.ts";
import { shippedIssueTexts } from "./package-folder.ts";
import type { MadePlan } from "./plan-site.ts";
import type { Workspace } from "./workspace.ts";

/** Something that the next shift has to do or decide; the gravest first. */
export type Duty =
  | { readonly what: "stopped"; readonly detail: string }
  | { readonly what: "limit"; readonly index: number }
  | { readonly what: "lost"; readonly detail: string }
  | { readonly what: "approve"; readonly detail: string }
  | { readonly what: "offer"; readonly index: number }
  | { readonly what: "maintenance"; readonly index: number }
  | { readonly what: "alarm"; readonly index: number };

/** A trouble with its texts. */
export interface ToldTrouble extends Omit<Trouble, "issue"> {
  readonly issue: RenderedIssue;
}

/** All that one shift tells the next. */
export interface HandOver extends MadePlan {
  readonly shiftHours: number;
  /** Steps of the plan that lie in the next shift, from 0. */
  readonly shiftSteps: number;
  /** Nothing where there is no journal. */
  readonly last: Omit<LastShift, "troubles"> | undefined;
  readonly troubles: readonly ToldTrouble[];
  readonly present: RecordedState | undefined;
  readonly duties: readonly Duty[];
  readonly told: readonly RenderedIssue[];
}

/** Devices and scheduler as they were read for the plan. */
function presentOf({ at, gridKw, devices, jobs }: SiteState): RecordedState {
  return {
    ...{ at, gridKw: gridKw?.value, monthPeakKw: undefined, jobs: jobs?.size },
    devices: [...devices].map(([id, one]) => ({
      ...{ id, powerKw: one.powerKw?.value, storedKwh: one.storedKwh?.value, mode: one.mode?.mode },
    })),
  };
}

/** What one shift tells the next: how things stand, what happened, what the plan will do and what needs a person. */
export async function handOver(
  made: MadePlan,
  workspace: Workspace | undefined,
  shiftHours: number,
  now: number,
): Promise<HandOver> {
  const { plan, state, maintenance, warnings } = made;
  const to = Math.min(now, plan.from);
  const last = workspace && (await lastShift(workspace, plan.site, { from: to - shiftHours * 3_600_000, to }));
  const texts = await shippedIssueTexts();
  const shiftSteps = Math.min(plan.steps.length, Math.round((shiftHours * 60) / plan.stepMinutes));
  const inShift = (step: number): boolean => step < shiftSteps;
  const indices = <T>(list: readonly T[], holds: (one: T) => boolean): number[] =>
    list.flatMap((one, index) => (holds(one) ? [index] : []));
  const duties: Duty[] = [
    ...(last?.stopped ? [{ what: "stopped" as const, detail: last.stopped.reason }] : []),
    ...plan.conflicts.map((_, index) => ({ what: "limit" as const, index })),
    ...(last?.lost ?? []).flatMap((one) =>
      one.to === undefined ? [{ what: "lost" as const, detail: one.device }] : [],
    ),
    ...(last?.undecided ? [{ what: "approve" as const, detail: last.undecided.plan }] : []),
    ...indices(plan.offers, ({ accepted }) => accepted).map((index) => ({ what: "offer" as const, index })),
    ...indices(maintenance, ({ fromStep }) => inShift(fromStep)).map((index) => ({
      ...{ what: "maintenance" as const, index },
    })),
    ...indices(plan.alarms, ({ severity }) => severity === "warning").map((index) => ({
      ...{ what: "alarm" as const, index },
    })),
  ];
  const { troubles = [], ...rest } = last ?? {};
  return {
    ...made,
    ...{ shiftHours, shiftSteps, duties },
    last: last ? (rest as Omit<LastShift, "troubles">) : undefined,
    troubles: troubles.map((one) => ({ ...one, issue: renderIssue(one.issue, texts) })),
    present: state ? presentOf(state) : last?.state,
    told: warnings.map((issue) => renderIssue(issue, texts)),
  };
}
