import mqtt, { type MqttClient } from "mqtt";

/**
 * A UPS on a broker: it does what it is told on `plant/ups/set` and says on `plant/ups/state` what it does, several times
 * a second. Unless it has a timer, it does for ever what it was told last.
 */
export class UpsDevice {
  readonly #client: MqttClient;
  readonly #beat: NodeJS.Timeout;
  mode = "online";
  #since = Date.now() - 3_600_000;
  readonly told: string[] = [];
  readonly #timed: boolean;
  #revertAt: number | undefined;

  private constructor(client: MqttClient, timed: boolean) {
    this.#client = client;
    this.#timed = timed;
    this.#beat = setInterval(() => this.#say(), 200);
  }

  /** @param timed whether it goes back by itself when the time of a set-point is over */
  static async start(port: number, timed = false): Promise<UpsDevice> {
    const client = await mqtt.connectAsync({ host: "127.0.0.1", port, protocol: "mqtt", protocolVersion: 5 });
    const device = new UpsDevice(client, timed);
    client.on("message", (_topic, payload) => {
      const { mode, revertAfterS } = JSON.parse(payload.toString()) as { mode?: string; revertAfterS?: number };
      if (mode === undefined) return;
      if (timed) device.#revertAt = Date.now() + (revertAfterS ?? 0) * 1000;
      device.told.push(mode);
      if (mode !== device.mode) device.#since = Date.now();
      device.mode = mode;
      device.#say();
    });
    client.on("error", () => {});
    await client.subscribeAsync("plant/ups/set", { qos: 1 });
    device.#say();
    return device;
  }

  #say(): void {
    const leftMs = (this.#revertAt ?? 0) - Date.now();
    if (this.#timed && this.#revertAt !== undefined && leftMs <= 0) {
      this.#revertAt = undefined;
      if (this.mode !== "online") this.#since = Date.now();
      this.mode = "online";
    }
    const counts = this.#revertAt === undefined ? {} : { revertsInS: Math.max(0, leftMs) / 1000 };
    const state = { at: Date.now(), mode: this.mode, since: this.#since, powerKw: 600, ...counts };
    if (!this.#client.connected) return;
    this.#client.publish("plant/ups/state", JSON.stringify(state), { qos: 1, retain: true });
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat);
    await this.#client.endAsync();
  }
}
