import { default as highsModule, type Highs, type InitOptions, type Model } from "highs";
import type { LinearModel } from "./linear-model.ts";
import type { Solution, SolveOptions, Solver, SolveStatus } from "./solver.ts";

// The package types itself as CommonJS, while Node loads its ES module, whose default export is the loader.
const loadHighs = highsModule as unknown as (options?: InitOptions) => Promise<Highs>;

const NO_LIMIT = 2_147_483_647;

function statusOf(highs: Highs, code: number, options: SolveOptions): SolveStatus {
  const known = highs.constants.modelStatus;
  if (code === known.optimal || code === known.empty) return "optimal";
  if (code === known.infeasible) return "infeasible";
  if (code === known.unbounded || code === known.unboundedOrInfeasible) return "unbounded";
  if (code === known.timeLimit) return "time-limit";
  if (code === known.iterationLimit || (code === known.solutionLimit && options.workLimit !== undefined))
    return "work-limit";
  return "failed";
}

function conflictOf(model: Model, names: readonly string[]): string[] {
  // 2: from the linear relaxation, 4: irreducible; the default strategy looks at bounds alone.
  model.options.set("iis_strategy", 6);
  return [...model.getIis().rowIndex].map((row) => names[row] ?? String(row));
}

function solveWith(highs: Highs, source: LinearModel, options: SolveOptions): Solution {
  const hasWhole = source.whole.some((one) => one === 1);
  const { variableType, modelStatus } = highs.constants;
  return highs.withModel((model) => {
    model.options.set({
      output_flag: false,
      random_seed: 0,
      mip_rel_gap: options.gap ?? 1e-4,
      mip_max_nodes: options.workLimit ?? NO_LIMIT,
      simplex_iteration_limit: options.workLimit ?? NO_LIMIT,
      ...(options.timeLimitSeconds === undefined ? {} : { time_limit: options.timeLimitSeconds }),
    });
    model.passModel({
      numCols: source.columns,
      numRows: source.rows,
      colCost: source.cost,
      colLower: source.columnLower,
      colUpper: source.columnUpper,
      rowLower: source.rowLower,
      rowUpper: source.rowUpper,
      matrix: {
        format: "csr",
        numRows: source.rows,
        numCols: source.columns,
        starts: source.starts,
        indices: source.indices,
        values: source.values,
      },
      ...(hasWhole
        ? { integrality: Array.from(source.whole, (one) => (one ? variableType.integer : variableType.continuous)) }
        : {}),
    });
    const { modelStatus: code } = model.run();
    const status = statusOf(highs, code, options);
    const answered = status === "optimal" || model.info.get("primal_solution_status") === 2;
    const objective = answered ? model.getObjectiveValue() : undefined;
    const bound = objective === undefined ? undefined : hasWhole ? Number(model.info.get("mip_dual_bound")) : objective;
    return {
      status,
      objective,
      bound: status === "optimal" || hasWhole ? bound : undefined,
      gap:
        objective === undefined || bound === undefined || (status !== "optimal" && !hasWhole)
          ? undefined
          : Math.abs(objective - bound) / Math.max(1e-9, Math.abs(objective)),
      columns: answered ? Float64Array.from(model.getSolution().colValue) : new Float64Array(0),
      iterations: Number(model.info.get("simplex_iteration_count")),
      conflict: code === modelStatus.infeasible ? conflictOf(model, source.rowNames) : [],
    };
  });
}

/**
 * HiGHS compiled to WebAssembly, in the calling thread: a live controller runs it in a worker of its own.
 * @source decision 0012
 */
export async function highsSolver(): Promise<Solver> {
  const highs = await loadHighs();
  return { name: `HiGHS ${highs.version.string}`, solve: (model, options = {}) => solveWith(highs, model, options) };
}
