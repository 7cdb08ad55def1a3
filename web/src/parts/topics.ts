/** Topics of a sustainability report, each with the first words of the ids of its indicators. */
const TOPICS = [
  ["emissions", ["ghg", "climate"]],
  ["energy", ["energy", "datacentre", "compute"]],
  ["resources", ["water", "wastewater", "waste", "packaging"]],
  ["people", ["people", "labour", "training"]],
  ["conduct", ["governance", "conduct", "corruption", "compliance", "organisation"]],
  ["society", ["suppliers", "product", "customers", "donations", "innovation"]],
] as const;

export type Topic = (typeof TOPICS)[number][0] | "other";

export const ALL_TOPICS: readonly Topic[] = [...TOPICS.map(([topic]) => topic), "other"];

/** The topic of an indicator; `other` for those of a user's own. */
export function topicOf(indicator: string): Topic {
  const [first = ""] = indicator.split(".");
  return TOPICS.find(([, words]) => (words as readonly string[]).includes(first))?.[0] ?? "other";
}

/** Things by their topic, in the order of the topics; topics without any are left out. */
export function byTopic<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
): readonly (readonly [Topic, readonly T[]])[] {
  return ALL_TOPICS.map((topic) => [topic, things.filter((thing) => topicOf(idOf(thing)) === topic)] as const).filter(
    ([, some]) => some.length > 0,
  );
}
