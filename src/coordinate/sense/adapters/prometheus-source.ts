import { z } from "zod";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { Reading } from "../reading.ts";
import { type AskedSeries, silent, type SourceAccess, type SourcePort, unanswered } from "../source.ts";
import { getJson } from "./http-json.ts";

/** Prometheus refuses more than 11,000 points of a time series at once. */
const PAGE_POINTS = 10_000;

const rangeSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

const NOT_A_NUMBER: Readonly<Record<string, number>> = {
  "+Inf": Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
};

/**
 * Series of a Prometheus-compatible server by range queries, at instants that are whole multiples of the series' interval,
 * so that pulling again gives the same instants. A step without a sample gives no reading; NaN is a missing one.
 * @issues SENSE-031; of one series SENSE-032 (its query gives several time series), SENSE-033 (nothing new)
 * @source Prometheus HTTP API, range queries; a range query looks back five minutes unless the server is set otherwise
 */
export function prometheusSource(access: SourceAccess): SourcePort {
  const { address, user, secret } = access;
  const name = `prometheus ${address}`;
  const headers: Record<string, string> =
    secret === undefined
      ? {}
      : {
          authorization:
            user === undefined
              ? `Bearer ${secret}`
              : `Basic ${Buffer.from(`${user}:${secret}`, "utf8").toString("base64")}`,
        };

  const pullOne = async (one: AskedSeries, toMs: number): Promise<Result<Reading[] | Issue>> => {
    const { id, query, everyMs, fromMs } = one;
    const readings: Reading[] = [];
    const last = Math.floor(toMs / everyMs) * everyMs;
    for (let from = Math.ceil(fromMs / everyMs) * everyMs; from <= last; from += PAGE_POINTS * everyMs) {
      const to = Math.min(last, from + (PAGE_POINTS - 1) * everyMs);
      const url = new URL(`${address.replace(/\/$/, "")}/api/v1/query_range`);
      const asked = { query, start: from / 1000, end: to / 1000, step: everyMs / 1000 };
      for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, String(value));
      const answer = await getJson(url, headers, access);
      if (!answer.ok) return answer;
      const read = rangeSchema.safeParse(answer.value);
      if (!read.success) return fail(unanswered(name, read.error.issues[0]?.message ?? ""));
      const { result } = read.data.data;
      if (result.length > 1)
        return ok({
          code: "SENSE-032",
          severity: "error",
          at: { file: name },
          expected: "1",
          actual: String(result.length),
          values: { series: id, query },
        });
      for (const [at, text] of result[0]?.values ?? []) {
        const value = text === "NaN" ? undefined : (NOT_A_NUMBER[text] ?? Number(text));
        readings.push({
          series: id,
          atMs: Math.round(at * 1000),
          value,
          quality: value === undefined ? "missing" : "measured",
        });
      }
    }
    return ok(readings.length > 0 ? readings : silent(name, one));
  };

  return {
    name,
    async pull(series, toMs) {
      const readings: Reading[] = [];
      const issues: Issue[] = [];
      for (const one of series) {
        const pulled = await pullOne(one, toMs);
        if (!pulled.ok) return pulled;
        if (Array.isArray(pulled.value)) for (const reading of pulled.value) readings.push(reading);
        else issues.push(pulled.value);
      }
      return ok({ readings, issues });
    },
  };
}
