import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../daemon.ts";
import { type SlurmLab, startSlurmLab } from "./lab.ts";

let lab: SlurmLab;
beforeAll(async () => {
  lab = await startSlurmLab();
});
afterAll(() => lab?.stop());

it("runs jobs, keeps their accounts and answers over REST", async () => {
  const id = await lab.submit("true", "--gres=gpu:1");
  await until("job", async () =>
    (await lab.command("sacct", "-n", "-X", "-j", String(id), "-o", "State")).includes("COMPLETED"),
  );
  const answer = await fetch(`${lab.restUrl}/slurm/v0.0.38/jobs`, {
    headers: { "X-SLURM-USER-NAME": lab.user, "X-SLURM-USER-TOKEN": await lab.token() },
  });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(`"job_id": ${id}`);
});
