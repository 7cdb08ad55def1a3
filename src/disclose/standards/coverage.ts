import type { Text } from "../../ground/issue/index.ts";
import type { Requirement, Standard } from "./standard.ts";
import type { RequirementNode, StandardTree } from "./tree.ts";

export type CoverageState = "met" | "partly" | "explained" | "open" | "not-in-force";

/** What the narrative side knows of a requirement: answered in words (where), or left out with a reason. */
export type NarrativeAnswer =
  | { readonly state: "answered"; readonly place?: Text }
  | { readonly state: "explained"; readonly why: Text };

export type IndicatorStatus = "complete" | "reported-only" | "partial" | "preliminary" | "missing";

export interface CoverageFacts {
  /** Status of an indicator in the reporting period; undefined when nothing is known of it. */
  readonly indicatorStatus: (indicator: string) => IndicatorStatus | undefined;
  readonly narrativeAnswered: (requirement: string) => NarrativeAnswer | undefined;
  /** First day of the reporting period; requirements that take effect later are not in force yet. */
  readonly periodStart?: string;
}

/** One fact that led to a state; `describeReason` says it in words. */
export type Reason =
  | { readonly kind: "indicator"; readonly indicator: string; readonly status: IndicatorStatus }
  | { readonly kind: "narrative-answered"; readonly place?: Text }
  | { readonly kind: "narrative-missing" }
  | { readonly kind: "explained"; readonly why: Text }
  | { readonly kind: "no-indicator" }
  | { readonly kind: "effective"; readonly from: string };

export interface RequirementCoverage {
  readonly requirement: Requirement;
  /** Ids above it, outermost first. */
  readonly path: readonly string[];
  /** Undefined for a heading under which nothing asks for anything. */
  readonly state?: CoverageState;
  readonly why: readonly Reason[];
}

export interface StandardCoverage {
  readonly standard: Standard;
  /** In the standard's order, headings before what they head. */
  readonly requirements: readonly RequirementCoverage[];
  /** Counts of requirements that ask for something; headings are not counted. */
  readonly totals: Readonly<Record<CoverageState, number>>;
}

const ANSWERED = new Set<IndicatorStatus>(["complete", "reported-only"]);

function judgeFigure(requirement: Requirement, facts: CoverageFacts): { state: CoverageState; why: Reason[] } {
  const narrative = facts.narrativeAnswered(requirement.id);
  const statuses = requirement.answeredBy.map(
    (indicator) => ({ kind: "indicator", indicator, status: facts.indicatorStatus(indicator) ?? "missing" }) as const,
  );
  const words: Reason[] =
    narrative === undefined
      ? []
      : narrative.state === "explained"
        ? [{ kind: "explained", why: narrative.why }]
        : [{ kind: "narrative-answered", ...(narrative.place ? { place: narrative.place } : {}) }];
  if (statuses.length === 0) {
    if (!narrative) return { state: "open", why: [{ kind: "no-indicator" }] };
    return { state: narrative.state === "explained" ? "explained" : "met", why: words };
  }
  const why = [...statuses, ...words];
  if (statuses.every(({ status }) => ANSWERED.has(status))) return { state: "met", why };
  if (statuses.some(({ status }) => status !== "missing")) return { state: "partly", why };
  if (narrative?.state === "explained") return { state: "explained", why };
  return { state: narrative ? "partly" : "open", why };
}

function judge(requirement: Requirement, facts: CoverageFacts): { state: CoverageState; why: Reason[] } {
  const { effective } = requirement;
  if (effective !== undefined && facts.periodStart !== undefined && effective > facts.periodStart) {
    return { state: "not-in-force", why: [{ kind: "effective", from: effective }] };
  }
  if (requirement.kind === "figure") return judgeFigure(requirement, facts);
  const narrative = facts.narrativeAnswered(requirement.id);
  // A narrative may rest on figures too; words alone do not answer it then.
  if (requirement.answeredBy.length > 0 && narrative?.state !== "explained") {
    const figures = judgeFigure(requirement, { ...facts, narrativeAnswered: () => undefined });
    const words: Reason = narrative
      ? { kind: "narrative-answered", ...(narrative.place ? { place: narrative.place } : {}) }
      : { kind: "narrative-missing" };
    const why = [...figures.why, words];
    if (figures.state === "met" && narrative) return { state: "met", why };
    return { state: figures.state === "open" && !narrative ? "open" : "partly", why };
  }
  if (!narrative) return { state: "open", why: [{ kind: "narrative-missing" }] };
  if (narrative.state === "explained") return { state: "explained", why: [{ kind: "explained", why: narrative.why }] };
  return {
    state: "met",
    why: [{ kind: "narrative-answered", ...(narrative.place ? { place: narrative.place } : {}) }],
  };
}

/** The state of a heading from the states below it; what is not yet in force does not weigh. */
export function combineStates(states: readonly CoverageState[]): CoverageState | undefined {
  const weighing = states.filter((state) => state !== "not-in-force");
  if (weighing.length === 0) return states.length > 0 ? "not-in-force" : undefined;
  if (weighing.every((state) => state === "met")) return "met";
  if (weighing.every((state) => state === "open")) return "open";
  if (weighing.every((state) => state === "met" || state === "explained")) return "explained";
  return "partly";
}

/** Whether each requirement of a standard is met, partly met, explained or open, with why, and the totals. */
export function coverage(tree: StandardTree, facts: CoverageFacts): StandardCoverage {
  const totals: Record<CoverageState, number> = { met: 0, partly: 0, explained: 0, open: 0, "not-in-force": 0 };
  const visit = (
    node: RequirementNode,
    path: readonly string[],
  ): { entries: RequirementCoverage[]; states: CoverageState[] } => {
    const { requirement } = node;
    const below = node.children.map((child) => visit(child, [...path, requirement.id]));
    const entries = below.flatMap((part) => part.entries);
    const states = below.flatMap((part) => part.states);
    if (requirement.kind === "heading") {
      const state = combineStates(states);
      return { entries: [{ requirement, path, ...(state ? { state } : {}), why: [] }, ...entries], states };
    }
    const own = judge(requirement, facts);
    totals[own.state] += 1;
    return { entries: [{ requirement, path, ...own }, ...entries], states: [own.state, ...states] };
  };
  const requirements = tree.roots.flatMap((root) => visit(root, []).entries);
  return { standard: tree.standard, requirements, totals };
}
