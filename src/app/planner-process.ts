import { type ChildProcess, fork } from "node:child_process";
import {
  type ExpectedSite,
  type ExpectRequest,
  highsSolver,
  type PlanRequest,
  siteForecaster,
  type SitePlan,
} from "../coordinate/index.ts";
import { fail, ok, type Result } from "../ground/issue/index.ts";
import { sitePlanner } from "./site-planner.ts";

/** Forecasts and plans of one site, made beside the process that runs it: what takes too long is ended. */
export interface LivePlanner {
  /** @issues ACT-039 (not ready in time), ACT-040 (it broke) */
  expect(request: ExpectRequest): Promise<Result<ExpectedSite>>;
  /** @issues PLAN-001 … PLAN-004, ACT-039, ACT-040 */
  plan(request: PlanRequest, now: number): Promise<Result<SitePlan>>;
  close(): void;
}

type Question =
  | { readonly kind: "expect"; readonly request: ExpectRequest }
  | { readonly kind: "plan"; readonly request: PlanRequest; readonly now: number };

interface Asked {
  readonly id: number;
  readonly question: Question;
}

interface Answer {
  readonly id: number;
  readonly result: Result<unknown>;
}

export interface PlannerProcessOptions {
  /** The program whose `run planner` answers. */
  readonly program: string;
  /** Time that an answer may take, ms. */
  readonly limitMs: number;
}

/** Starts the process when it is first asked, and anew after it was ended or broke; models are then learned again. */
export function plannerProcess({ program, limitMs }: PlannerProcessOptions): LivePlanner {
  let child: ChildProcess | undefined;
  let last = 0;
  const start = (): ChildProcess => {
    const started = fork(program, ["run", "planner"], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    started.on("exit", () => {
      if (child === started) child = undefined;
    });
    child = started;
    return started;
  };
  const ask = <T>(question: Question): Promise<Result<T>> => {
    const asked = child ?? start();
    const id = (last += 1);
    return new Promise((resolve) => {
      const broke = (actual: string): void => {
        done(fail({ code: "ACT-040", severity: "error", at: {}, actual, values: { what: question.kind } }));
      };
      const onMessage = (answer: unknown): void => {
        if ((answer as Answer).id === id) done((answer as Answer).result as Result<T>);
      };
      const onExit = (code: number | null, signal: string | null): void => broke(signal ?? String(code));
      const onError = (problem: Error): void => broke(problem.message);
      const timer = setTimeout(() => {
        const expected = `${limitMs / 1000} s`;
        done(fail({ code: "ACT-039", severity: "error", at: {}, expected, values: { what: question.kind } }));
        asked.kill("SIGKILL");
        if (child === asked) child = undefined;
      }, limitMs);
      const done = (result: Result<T>): void => {
        clearTimeout(timer);
        asked.off("message", onMessage).off("exit", onExit).off("error", onError);
        resolve(result);
      };
      asked.on("message", onMessage).on("exit", onExit).on("error", onError);
      asked.send({ id, question } satisfies Asked, (problem) => {
        if (problem) broke(problem.message);
      });
    });
  };
  return {
    expect: (request) => ask({ kind: "expect", request }),
    plan: (request, now) => ask({ kind: "plan", request, now }),
    close() {
      child?.kill("SIGKILL");
      child = undefined;
    },
  };
}

/**
 * Answers the process that started this one, until that one ends.
 * @issues ACT-041 (nobody started it to answer)
 */
export async function servePlanner(): Promise<Result<void>> {
  if (!process.send) return fail({ code: "ACT-041", severity: "error", at: {} });
  const expect = siteForecaster();
  const plan = sitePlanner(await highsSolver());
  process.on("message", ({ id, question }: Asked) => {
    const result = question.kind === "expect" ? ok(expect(question.request)) : plan(question.request, question.now);
    process.send?.({ id, result } satisfies Answer);
  });
  await new Promise<void>((resolve) => process.once("disconnect", resolve));
  return ok(undefined);
}
