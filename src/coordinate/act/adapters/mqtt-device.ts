import type { MqttClient } from "mqtt";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import { type DeviceMessage, holds, readMessage, setMessage } from "../mqtt-messages.ts";
import type { AllowedSetPoint } from "../order.ts";
import type { DevicePort } from "../ports.ts";
import type { DeviceState } from "../state.ts";

export interface MqttDeviceOptions {
  readonly device: string;
  readonly host: string;
  readonly port: number;
  readonly topic: string;
  /** True when the device itself counts down to its safe value: then it must say so when it takes a set-point. */
  readonly revertsItself: boolean;
  readonly now: () => number;
  /** Milliseconds until an answer is given up; 3,000 by default. */
  readonly timeoutMs?: number;
}

interface Seen {
  readonly message: DeviceMessage;
  readonly state: DeviceState;
}

/**
 * A device on an MQTT broker. Its state is what it last published; a set-point is retained by the broker with an expiry,
 * so that a device which comes back later finds no order that nobody stands behind any more.
 * @source MQTT 5.0, 3.3.2.3.3 message expiry interval
 */
export function mqttDevice(options: MqttDeviceOptions): DevicePort {
  const { device, host, port, topic, revertsItself, now, timeoutMs = 3000 } = options;
  let client: Promise<MqttClient> | undefined;
  let seen: Seen | undefined;
  const watchers = new Set<() => void>();
  const issue = (code: string, actual: string, expected?: string): Issue => ({
    code,
    severity: "error",
    at: { path: device, file: `mqtt://${host}:${port}/${topic}` },
    actual,
    ...(expected === undefined ? {} : { expected }),
    values: { device },
  });

  const start = (): Promise<MqttClient> => (client ??= open());
  const open = async (): Promise<MqttClient> => {
    const { default: mqtt } = await import("mqtt");
    const fresh = mqtt.connect({
      host,
      port,
      protocol: "mqtt",
      protocolVersion: 5,
      reconnectPeriod: 500,
      connectTimeout: timeoutMs,
    });
    fresh.on("error", () => {});
    fresh.on("connect", () => {
      fresh.subscribe(`${topic}/state`, { qos: 1 }, () => {});
      for (const wake of [...watchers]) wake();
    });
    fresh.on("message", (_topic, payload) => {
      const read = readMessage(payload.toString("utf8"));
      if (read) seen = read;
      for (const wake of [...watchers]) wake();
    });
    return fresh;
  };

  /** Waits until something is so, woken by messages. */
  const until = (isSo: () => boolean): Promise<boolean> =>
    new Promise((resolve) => {
      const end = (answer: boolean): void => {
        clearTimeout(giveUp);
        watchers.delete(look);
        resolve(answer);
      };
      const look = (): void => {
        if (isSo()) end(true);
      };
      const giveUp = setTimeout(() => end(isSo()), timeoutMs);
      watchers.add(look);
      look();
    });

  return {
    async read(): Promise<Result<DeviceState>> {
      const broker = await start();
      const there = await until(() => broker.connected && seen !== undefined);
      return there && seen
        ? ok(seen.state)
        : fail(issue("ACT-020", broker.connected ? `no message on ${topic}/state` : "broker"));
    },
    async write(setPoint: AllowedSetPoint): Promise<Result<void>> {
      const broker = await start();
      if (!(await until(() => broker.connected))) return fail(issue("ACT-020", "broker"));
      const before = seen;
      const payload = JSON.stringify(setMessage(setPoint, now()));
      const published = await new Promise<boolean>((resolve) => {
        const giveUp = setTimeout(() => resolve(false), timeoutMs);
        broker.publish(
          `${topic}/set`,
          payload,
          { qos: 1, retain: true, properties: { messageExpiryInterval: Math.ceil(setPoint.revertAfterS) } },
          (error) => {
            clearTimeout(giveUp);
            resolve(!error);
          },
        );
      });
      if (!published) return fail(issue("ACT-020", "broker"));
      const took = await until(() => seen !== before && seen !== undefined && holds(seen.message, setPoint));
      if (!took) return fail(issue("ACT-021", JSON.stringify(seen?.message ?? null), payload));
      return revertsItself && !((seen?.message.revertsInS ?? 0) > 0)
        ? fail(issue("ACT-021", `revertsInS: ${seen?.message.revertsInS ?? "–"}`, "revertsInS > 0"))
        : ok(undefined);
    },
    async close() {
      await (await client)?.endAsync(true);
    },
  };
}
