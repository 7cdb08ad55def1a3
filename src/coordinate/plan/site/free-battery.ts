import { type Dispatch, dispatchBattery } from "./battery-dispatch.ts";
import type { BatteryPlan, Prepared } from "./prepare.ts";

/** A battery with the best efficiency that it has at any power: it never does worse than the real one. */
function bestOf(plan: BatteryPlan): BatteryPlan {
  const best = (y: readonly number[]) => ({ x: [1], y: [Math.max(...y)] });
  const { battery } = plan;
  return {
    ...plan,
    battery: {
      ...battery,
      chargeEfficiency: best(battery.chargeEfficiency.y),
      dischargeEfficiency: best(battery.dischargeEfficiency.y),
    },
  };
}

/** Cheapest uses of the batteries at a price alone, as if nothing limited what is drawn and given back. */
export class FreeBatteries {
  readonly #prepared: Pick<Prepared, "steps" | "stepH" | "weight" | "request">;
  readonly #plans: readonly BatteryPlan[];
  readonly #free: Float64Array;
  readonly #none: Float64Array;

  constructor(prepared: Pick<Prepared, "steps" | "stepH" | "weight" | "request" | "batteries">) {
    this.#prepared = prepared;
    this.#plans = prepared.batteries.map(bestOf);
    this.#free = new Float64Array(prepared.steps).fill(1e9);
    this.#none = new Float64Array(prepared.steps);
  }

  /**
   * @param stepCny [T] CNY per kW drawn in the step
   * @param drawnKw [T] the batteries' power is added to it
   * @returns       CNY, wear included; never more than any use of the real batteries costs
   */
  answer(stepCny: Float64Array, drawnKw?: Float64Array): number {
    const { steps, stepH, weight, request } = this.#prepared;
    let costCny = 0;
    for (const plan of this.#plans) {
      const { powerKw }: Dispatch = dispatchBattery(this.#prepared, plan, {
        price: stepCny.map((cny) => cny / stepH),
        leastKw: this.#free,
        mostKw: this.#none,
        capKw: this.#free,
      });
      const wear = weight.wear * request.objective.wearWeight * plan.battery.wearCnyPerKwh * stepH;
      for (let step = 0; step < steps; step++) {
        const kw = powerKw[step] as number;
        costCny += kw * (stepCny[step] as number) + (kw < 0 ? -wear * kw : 0);
        if (drawnKw) drawnKw[step] = (drawnKw[step] as number) + kw;
      }
    }
    return costCny;
  }
}
