import type { MqttClient } from "mqtt";
import { fail, type Issue, ok } from "../../../ground/issue/index.ts";
import { readPayload } from "../message.ts";
import type { Reading } from "../reading.ts";
import { type AskedSeries, silent, type SourceAccess, type SourcePort, unanswered } from "../source.ts";

/**
 * Topics of an MQTT broker, with quality of service 1: listens until every series was heard, at most for the time given;
 * a connection that breaks meanwhile is made anew. What a broker delivers twice counts once. A message that the broker
 * had kept and that names no instant is of nobody knows when, and is no reading.
 * @issues SENSE-031 (no broker); of one series SENSE-033 (not heard), SENSE-034 (a message that is no reading)
 * @source MQTT 3.1.1, 4.3.2 (at least once), 3.3.1.3 (retained)
 */
export function mqttSource(access: SourceAccess, now: () => number): SourcePort {
  const { address, user, secret, timeoutMs } = access;
  const name = `mqtt ${address}`;
  return {
    name,
    async pull(series) {
      const readings = new Map<string, Reading>();
      const issues: Issue[] = [];
      const heard = new Set<string>();
      const byTopic = new Map<string, AskedSeries[]>();
      for (const one of series) byTopic.set(one.query, [...(byTopic.get(one.query) ?? []), one]);
      let wasConnected = false;
      let why = `> ${timeoutMs} ms`;
      const { default: mqtt } = await import("mqtt");
      const client: MqttClient = mqtt.connect(address, {
        reconnectPeriod: 500,
        connectTimeout: timeoutMs,
        ...(user === undefined ? {} : { username: user }),
        ...(secret === undefined ? {} : { password: secret }),
      });
      await new Promise<void>((resolve) => {
        const giveUp = setTimeout(resolve, timeoutMs);
        const end = (): void => {
          clearTimeout(giveUp);
          resolve();
        };
        client.on("error", (error) => {
          why = error.message;
          // A broker that refuses us refuses us again.
          if ("code" in error && typeof error.code === "number") end();
        });
        client.on("connect", () => {
          wasConnected = true;
          client.subscribe([...byTopic.keys()], { qos: 1 }, (error) => {
            if (error) why = error.message;
          });
        });
        client.on("message", (topic, payload, packet) => {
          for (const one of byTopic.get(topic) ?? []) {
            if (one.instantField === undefined && (packet.retain || (packet.dup && heard.has(one.id)))) continue;
            const text = payload.toString("utf8");
            const reading = readPayload(text, one, now());
            heard.add(one.id);
            if (reading) readings.set(`${one.id} ${reading.atMs} ${reading.value}`, reading);
            else
              issues.push({
                code: "SENSE-034",
                severity: "error",
                at: { file: `${name}/${topic}` },
                actual: text.slice(0, 80),
                values: { series: one.id },
              });
          }
          if (heard.size === series.length) end();
        });
      });
      await client.endAsync(true);
      if (!wasConnected) return fail(unanswered(name, why));
      issues.push(...series.filter(({ id }) => !heard.has(id)).map((one) => silent(name, one)));
      return ok({ readings: [...readings.values()], issues });
    },
  };
}
