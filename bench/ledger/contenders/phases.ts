import { performance } from "node:perf_hooks";

/** Takes the time of the phases of one contender, in its own process, and hands them to the process that asked. */
export class Phases {
  readonly #seconds: Record<string, number> = {};
  readonly #cpuSeconds: Record<string, number> = {};

  async time<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const result = await work();
    this.#seconds[name] = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    this.#cpuSeconds[name] = (user + system) / 1e6;
    return result;
  }

  /** A phase that ran inside another counts once. */
  takeOff(outer: string, inner: string): void {
    for (const taken of [this.#seconds, this.#cpuSeconds]) taken[outer] = (taken[outer] ?? 0) - (taken[inner] ?? 0);
  }

  /** Tells seconds by phase (of the clock, and of this process's threads), the result in kg and the process's largest resident size; the process ends by itself. */
  report(result: object): void {
    const peakMb = process.resourceUsage().maxRSS / 1024;
    if (!process.send) console.log(JSON.stringify({ seconds: this.#seconds, cpuSeconds: this.#cpuSeconds, peakMb }));
    process.send?.({ seconds: this.#seconds, cpuSeconds: this.#cpuSeconds, peakMb, ...result });
    process.disconnect?.();
  }
}
