import type { Issue } from "../../ground/issue/index.ts";
import type { AllowedJobOrder, AllowedSetPoint } from "./order.ts";
import { targetOf } from "./order.ts";
import type { DevicePort, JobsPort } from "./ports.ts";

/** Whether an order was taken by what it is for. */
export interface Taken {
  readonly target: string;
  readonly ok: boolean;
}

/**
 * Sends orders: each device on its own, jobs one after the other.
 * @issues those of the ports
 */
export async function sendOrders(
  ports: { readonly devices: ReadonlyMap<string, DevicePort>; readonly jobs: JobsPort | undefined },
  orders: { readonly setPoints: readonly AllowedSetPoint[]; readonly jobs: readonly AllowedJobOrder[] },
): Promise<{ readonly taken: readonly Taken[]; readonly issues: readonly Issue[] }> {
  const issues: Issue[] = [];
  const taken = await Promise.all(
    orders.setPoints.map(async (setPoint): Promise<Taken> => {
      const written = await ports.devices.get(setPoint.device)?.write(setPoint);
      if (written && !written.ok) issues.push(...written.issues);
      return { target: setPoint.device, ok: written?.ok === true };
    }),
  );
  const ordered: Taken[] = [];
  for (const order of orders.jobs) {
    const written = await ports.jobs?.write(order);
    if (written && !written.ok) issues.push(...written.issues);
    ordered.push({ target: targetOf(order), ok: written?.ok === true });
  }
  return { taken: [...taken, ...ordered], issues };
}
