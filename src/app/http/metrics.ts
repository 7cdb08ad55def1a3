import { monitorEventLoopDelay } from "node:perf_hooks";

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Series {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** What Prometheus reads. */
export interface Metrics {
  answered(route: string, method: string, status: number, seconds: number): void;
  text(gauges: Readonly<Record<string, { readonly help: string; readonly value: number }>>): string;
}

/** Counts requests by route, never by path: a path names people and things, and there are too many of them. */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Series>();
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    answered(route, method, status, seconds) {
      const key = `route="${route}",method="${method}",status="${status}"`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
      const name = `route="${route}",method="${method}"`;
      const series = durations.get(name) ?? { counts: BUCKETS_SECONDS.map(() => 0), sum: 0, count: 0 };
      for (const [index, limit] of BUCKETS_SECONDS.entries())
        if (seconds <= limit) series.counts[index] = (series.counts[index] ?? 0) + 1;
      series.sum += seconds;
      series.count += 1;
      durations.set(name, series);
    },
    text(gauges) {
      const lines = [
        "# HELP candela_http_requests_total Requests answered.",
        "# TYPE candela_http_requests_total counter",
        ...[...requests].map(([key, count]) => `candela_http_requests_total{${key}} ${count}`),
        "# HELP candela_http_request_duration_seconds Time from the first byte of a request to the head of its answer.",
        "# TYPE candela_http_request_duration_seconds histogram",
        ...[...durations].flatMap(([name, { counts, sum, count }]) => [
          ...BUCKETS_SECONDS.map(
            (limit, index) => `candela_http_request_duration_seconds_bucket{${name},le="${limit}"} ${counts[index]}`,
          ),
          `candela_http_request_duration_seconds_bucket{${name},le="+Inf"} ${count}`,
          `candela_http_request_duration_seconds_sum{${name}} ${sum}`,
          `candela_http_request_duration_seconds_count{${name}} ${count}`,
        ]),
      ];
      const all = {
        ...gauges,
        process_resident_memory_bytes: { help: "Memory of this process.", value: process.memoryUsage.rss() },
        candela_event_loop_delay_p99_seconds: {
          help: "How long work waited for its turn, 99th percentile since the last reading.",
          value: Number.isFinite(delay.percentile(99)) ? delay.percentile(99) / 1e9 : 0,
        },
      };
      delay.reset();
      for (const [name, { help, value }] of Object.entries(all))
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`);
      return `${lines.join("\n")}\n`;
    },
  };
}
