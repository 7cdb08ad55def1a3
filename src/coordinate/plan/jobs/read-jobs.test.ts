import { describe, expect, it } from "vitest";
import { expectOk } from "../../../ground/issue/index.ts";
import { readJobs } from "./read-jobs.ts";

const file = (text: string) => ({ name: "jobs.csv", text });

describe("reading jobs", () => {
  it("takes the first by arrival, counted from the first", () => {
    const read = expectOk(readJobs(file("arrival_time,length,cpus\n9,1.5,2\n5,30,1\n7,70,1\n"), 2));
    expect(read).toEqual({
      jobs: [
        { arrivalH: 0, lengthH: 30, cpus: 1 },
        { arrivalH: 2, lengthH: 70, cpus: 1 },
      ],
      unit: "h",
      inFile: 3,
    });
  });

  it("knows seconds by no job being shorter than a minute", () => {
    const read = expectOk(readJobs(file("arrival_time,length,cpus\n0,3600,1\n1800,300.0,1\n"), 10));
    expect(read.unit).toBe("s");
    expect(read.jobs[1]).toEqual({ arrivalH: 0.5, lengthH: 300 / 3600, cpus: 1 });
  });

  it.each([
    ["", ["JOBS-002", "JOBS-002", "JOBS-002"]],
    ["arrival_time,length,cpus\n", ["JOBS-001"]],
    ["arrival_time,length\n1,2\n", ["JOBS-002"]],
    ["arrival_time,length,cpus\n1,,1\n1,0,1\n1,1,0\n1,1,1.5\nx,1,1\n", Array.from({ length: 5 }, () => "JOBS-003")],
    [
      `arrival_time,length,cpus\n${"a,b,c\n".repeat(30)}`,
      [...Array.from({ length: 20 }, () => "JOBS-003"), "JOBS-004"],
    ],
  ])("says all that is wrong with %j", (text, codes) => {
    const read = readJobs(file(text), 10);
    expect(read.ok ? [] : read.issues.map(({ code }) => code)).toEqual(codes);
  });
});
