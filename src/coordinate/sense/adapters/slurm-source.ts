import { z } from "zod";
import { fail, ok } from "../../../ground/issue/index.ts";
import { type SourceAccess, type SourcePort, unanswered } from "../source.ts";
import { getJson } from "./http-json.ts";

/** Of the answers of slurmrestd v0.0.38 (Slurm 22.05), what is used. */
const jobsSchema = z.object({
  jobs: z.array(z.object({ job_state: z.string(), tres_alloc_str: z.string().nullish() })),
});
const nodesSchema = z.object({ nodes: z.array(z.object({ state: z.string() })) });

const gpusOf = (tres: string): number => Number(/(?:^|,)gres\/gpu=(\d+)/.exec(tres)?.[1] ?? 0);

/**
 * Counts of a Slurm cluster, now, from its REST server: nodes and accelerators in use, jobs that run and that wait.
 * @issues SENSE-031
 */
export function slurmSource(access: SourceAccess, now: () => number): SourcePort {
  const { address, user, secret } = access;
  const name = `slurm ${address}`;
  const headers = {
    ...(user === undefined ? {} : { "x-slurm-user-name": user }),
    ...(secret === undefined ? {} : { "x-slurm-user-token": secret }),
  };
  const get = (what: string) =>
    getJson(new URL(`${address.replace(/\/$/, "")}/slurm/v0.0.38/${what}`), headers, access);
  return {
    name,
    async pull(series) {
      const [jobsAnswer, nodesAnswer] = [await get("jobs"), await get("nodes")];
      if (!jobsAnswer.ok) return jobsAnswer;
      if (!nodesAnswer.ok) return nodesAnswer;
      const jobs = jobsSchema.safeParse(jobsAnswer.value);
      const nodes = nodesSchema.safeParse(nodesAnswer.value);
      if (!jobs.success) return fail(unanswered(name, jobs.error.issues[0]?.message ?? ""));
      if (!nodes.success) return fail(unanswered(name, nodes.error.issues[0]?.message ?? ""));
      const running = jobs.data.jobs.filter((job) => job.job_state === "RUNNING");
      const counts: Readonly<Record<string, number>> = {
        "nodes-allocated": nodes.data.nodes.filter(({ state }) => /^(allocated|mixed)/i.test(state)).length,
        "gpus-allocated": running.reduce((sum, job) => sum + gpusOf(job.tres_alloc_str ?? ""), 0),
        "jobs-running": running.length,
        "jobs-pending": jobs.data.jobs.filter((job) => job.job_state === "PENDING").length,
      };
      const atMs = now();
      return ok({
        readings: series.map(({ id, query }) => ({
          series: id,
          atMs,
          value: counts[query],
          quality: counts[query] === undefined ? ("missing" as const) : ("measured" as const),
        })),
        issues: [],
      });
    },
  };
}
