import { describe, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import {
  type CoverageFacts,
  combineStates,
  coverage,
  type CoverageState,
  type IndicatorStatus,
  type NarrativeAnswer,
} from "./coverage.ts";
import { type Requirement, standardSchema } from "./standard.ts";
import { createStandardTree } from "./tree.ts";

const title = (words: string): Requirement["title"] => ({ "zh-Hant": words, "zh-Hans": words, en: words });
const standard = (...requirements: (Partial<Requirement> & { id: string })[]) =>
  standardSchema.parse({
    id: "demo",
    title: title("demo"),
    requirements: requirements.map((requirement) => ({ title: title(requirement.id), kind: "figure", ...requirement })),
  });
const INDICATORS = new Set(["a", "b"]);

function stateOf(
  requirement: Partial<Requirement>,
  statuses: Record<string, IndicatorStatus>,
  narrative?: NarrativeAnswer,
  periodStart?: string,
): CoverageState | undefined {
  const tree = expectOk(createStandardTree(standard({ id: "X", ...requirement }), INDICATORS));
  const facts: CoverageFacts = {
    indicatorStatus: (id) => statuses[id],
    narrativeAnswered: () => narrative,
    ...(periodStart ? { periodStart } : {}),
  };
  return coverage(tree, facts).requirements[0]?.state;
}

const answered: NarrativeAnswer = { state: "answered" };
const explained: NarrativeAnswer = { state: "explained", why: title("not applicable") };
const figure: Partial<Requirement> = { kind: "figure", answeredBy: ["a", "b"] };
const plain: Partial<Requirement> = { kind: "figure" };
const words: Partial<Requirement> = { kind: "narrative" };
const both: Partial<Requirement> = { kind: "narrative", answeredBy: ["a"] };

describe("the state of a requirement", () => {
  it.each<[string, Partial<Requirement>, Record<string, IndicatorStatus>, NarrativeAnswer | undefined, CoverageState]>([
    ["all figures complete", figure, { a: "complete", b: "complete" }, undefined, "met"],
    ["figures as the source printed them", figure, { a: "complete", b: "reported-only" }, undefined, "met"],
    ["one figure missing", figure, { a: "complete", b: "missing" }, undefined, "partly"],
    ["one figure unknown", figure, { a: "complete" }, undefined, "partly"],
    ["one figure not approved", figure, { a: "complete", b: "preliminary" }, undefined, "partly"],
    ["one figure partial, one missing", figure, { a: "partial" }, undefined, "partly"],
    ["no figure at all", figure, {}, undefined, "open"],
    ["no figure, but an explanation", figure, {}, explained, "explained"],
    ["no figure, but words", figure, {}, answered, "partly"],
    ["a figure that no indicator answers", plain, {}, undefined, "open"],
    ["the same, explained", plain, {}, explained, "explained"],
    ["the same, answered in words", plain, {}, answered, "met"],
    ["words that are there", words, {}, answered, "met"],
    ["words left out with a reason", words, {}, explained, "explained"],
    ["no words", words, {}, undefined, "open"],
    ["words and their figure", both, { a: "complete" }, answered, "met"],
    ["words without their figure", both, {}, answered, "partly"],
    ["a figure without its words", both, { a: "complete" }, undefined, "partly"],
    ["neither", both, {}, undefined, "open"],
    ["left out with a reason, figure or not", both, { a: "complete" }, explained, "explained"],
  ])("%s", (_, requirement, statuses, narrative, expected) => {
    expect(stateOf(requirement, statuses, narrative)).toBe(expected);
  });

  it("waits for the period in which a requirement takes effect", () => {
    expect(stateOf({ effective: "2025-01-01" }, {}, undefined, "2024-01-01")).toBe("not-in-force");
    expect(stateOf({ effective: "2025-01-01" }, {}, undefined, "2025-01-01")).toBe("open");
    expect(stateOf({ effective: "2025-01-01" }, {})).toBe("open");
  });
});

it.each<[CoverageState[], CoverageState | undefined]>([
  [[], undefined],
  [["met", "met"], "met"],
  [["open", "open"], "open"],
  [["met", "explained"], "explained"],
  [["met", "open"], "partly"],
  [["explained", "open"], "partly"],
  [["met", "not-in-force"], "met"],
  [["not-in-force"], "not-in-force"],
])("a heading over %j is %s", (states, expected) => {
  expect(combineStates(states)).toBe(expected);
});

it("counts requirements, not headings, and says why", () => {
  const tree = expectOk(
    createStandardTree(
      standard(
        { id: "A", kind: "heading" },
        { id: "A.1", parent: "A", answeredBy: ["a"] },
        { id: "A.2", parent: "A", kind: "narrative" },
        { id: "Z", kind: "heading" },
      ),
      INDICATORS,
    ),
  );
  const found = coverage(tree, { indicatorStatus: () => "complete", narrativeAnswered: () => undefined });
  expect(found.totals).toEqual({ met: 1, partly: 0, explained: 0, open: 1, "not-in-force": 0 });
  expect(
    found.requirements.map(({ requirement, path, state, why }) => [requirement.id, path.join("/"), state, why]),
  ).toEqual([
    ["A", "", "partly", []],
    ["A.1", "A", "met", [{ kind: "indicator", indicator: "a", status: "complete" }]],
    ["A.2", "A", "open", [{ kind: "narrative-missing" }]],
    ["Z", "", undefined, []],
  ]);
});

describe("a tree that does not hold", () => {
  it.each([
    ["an unknown parent", [{ id: "A", parent: "B" }], ["STANDARD-001 B"]],
    [
      "parents in a circle",
      [
        { id: "A", parent: "B" },
        { id: "B", parent: "A" },
      ],
      ["STANDARD-002 A → B → A", "STANDARD-002 B → A → B"],
    ],
    ["a requirement that is its own parent", [{ id: "A", parent: "A" }], ["STANDARD-002 A → A"]],
    ["an id given twice", [{ id: "A" }, { id: "A" }], ["STANDARD-003 A"]],
    ["an indicator that does not exist", [{ id: "A", answeredBy: ["a", "nothing"] }], ["STANDARD-004 nothing"]],
  ])("%s", (_, requirements, expected) => {
    const result = createStandardTree(standard(...requirements), INDICATORS);
    expect(result.ok ? [] : result.issues.map((issue) => `${issue.code} ${issue.actual ?? ""}`)).toEqual(expected);
  });
});
