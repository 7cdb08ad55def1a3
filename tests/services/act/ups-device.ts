import mqtt, { type MqttClient } from "mqtt";

/**
 * A UPS on a broker: it does what it is told on `plant/ups/set` and says on `plant/ups/state` what it does, several times
 * a second. It has no timer: what it was told last, it does for ever.
 */
export class UpsDevice {
  readonly #client: MqttClient;
  readonly #beat: NodeJS.Timeout;
  mode = "online";
  #since = Date.now() - 3_600_000;
  readonly told: string[] = [];

  private constructor(client: MqttClient) {
    this.#client = client;
    this.#beat = setInterval(() => this.#say(), 200);
  }

  static async start(port: number): Promise<UpsDevice> {
    const client = await mqtt.connectAsync({ host: "127.0.0.1", port, protocol: "mqtt", protocolVersion: 5 });
    const device = new UpsDevice(client);
    client.on("message", (_topic, payload) => {
      const { mode } = JSON.parse(payload.toString()) as { mode?: string };
      if (mode === undefined) return;
      device.told.push(mode);
      if (mode !== device.mode) device.#since = Date.now();
      device.mode = mode;
      device.#say();
    });
    await client.subscribeAsync("plant/ups/set", { qos: 1 });
    device.#say();
    return device;
  }

  #say(): void {
    const state = { at: Date.now(), mode: this.mode, since: this.#since, powerKw: 600 };
    this.#client.publish("plant/ups/state", JSON.stringify(state), { qos: 1, retain: true });
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat);
    await this.#client.endAsync();
  }
}
