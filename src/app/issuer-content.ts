import { z } from "zod";
import { type ContentPack, filesUnder, idSchema, readItems, readYaml, textSchema } from "../ground/content/index.ts";
import { type Issue, ok, type Result, type Text } from "../ground/issue/index.ts";
import type { NarrativeAnswer } from "../disclose/index.ts";
import { type Claim, claimSchema, type Relation, relationSchema, type Target, targetSchema } from "../measure/index.ts";

/** What an issuer says beside its figures: claims and targets in its texts, relations of its tables, where it answers a standard. */
export interface IssuerContent {
  readonly claims: readonly Claim[];
  readonly targets: readonly Target[];
  readonly relations: readonly Relation[];
  /** Standard → requirement → answer. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, NarrativeAnswer>>;
  /** What would explain figures that do not follow from what was listed: hypotheses with evidence, never facts. */
  readonly hypotheses: readonly Hypothesis[];
  /** Titles of the places that evidence names. */
  readonly places: ReadonlyMap<string, Text>;
}

const hypothesisSchema = z.object({
  id: idSchema,
  title: textSchema,
  status: z.enum(["supported", "open", "rejected"]),
  indicators: z.array(idSchema),
  periods: z.array(z.string()),
  /** Codes of the findings that it would explain; all about its figures when absent. */
  findings: z.array(z.string()).optional(),
  statement: textSchema,
  evidence: z.array(textSchema).min(1),
  against: z.array(textSchema),
});

export type Hypothesis = z.output<typeof hypothesisSchema>;

const claimsSchema = z.object({ claims: z.array(claimSchema).default([]), targets: z.array(targetSchema).default([]) });

const indexSchema = z.object({
  sections: z.record(z.string(), textSchema),
  standards: z.record(
    idSchema,
    z.array(
      z.object({
        requirement: z.string(),
        answer: z.enum(["answered", "not-answered", "statement"]),
        sections: z.array(z.string()).default([]),
        note: textSchema.optional(),
      }),
    ),
  ),
});

const sourcesSchema = z.array(
  z.object({ id: z.string(), places: z.array(z.object({ id: z.string(), title: textSchema })).default([]) }),
);

type Index = z.output<typeof indexSchema>;

function joined(texts: readonly Text[]): Text {
  const join = (language: keyof Text, separator: string): string => texts.map((text) => text[language]).join(separator);
  return { "zh-Hant": join("zh-Hant", "；"), "zh-Hans": join("zh-Hans", "；"), en: join("en", "; ") };
}

function answersOf(index: Index): Map<string, Map<string, NarrativeAnswer>> {
  const answers = new Map<string, Map<string, NarrativeAnswer>>();
  for (const [standard, entries] of Object.entries(index.standards)) {
    const byRequirement = new Map<string, NarrativeAnswer>();
    for (const entry of entries) {
      if (entry.answer === "not-answered") continue;
      const places = entry.sections.flatMap((id) => index.sections[id] ?? []);
      if (entry.answer === "statement" && entry.note)
        byRequirement.set(entry.requirement, { state: "explained", why: entry.note });
      else
        byRequirement.set(
          entry.requirement,
          places.length > 0 ? { state: "answered", place: joined(places) } : { state: "answered" },
        );
    }
    answers.set(standard, byRequirement);
  }
  return answers;
}

/**
 * Reads what the adopted packs say for the issuer, and the general relations of `checks/`; all issues at once.
 * @issues CONTENT-003, CONTENT-004
 */
export function readIssuerContent(packs: readonly ContentPack[]): Result<IssuerContent> {
  const issues: Issue[] = [];
  const one = <T>(name: string, schema: z.ZodType<T>): T[] =>
    filesUnder(packs, "issuer")
      .filter(({ path }) => path === `issuer/${name}.yaml`)
      .flatMap(({ pack, path, text }) => {
        const parsed = readYaml(text, `${pack.id}/${path}`, schema);
        if (parsed.ok) return [parsed.value];
        issues.push(...parsed.issues);
        return [];
      });
  const claims = one("claims", claimsSchema);
  const own = one("relations", z.array(relationSchema));
  const indexes = one("index", indexSchema);
  const hypotheses = one("hypotheses", z.array(hypothesisSchema));
  const sources = one("sources", sourcesSchema);
  const general = readItems(packs, "checks", z.array(relationSchema));
  if (!general.ok) issues.push(...general.issues);
  if (issues.length > 0 || !general.ok) return { ok: false, issues };
  return ok({
    claims: claims.flatMap((file) => file.claims),
    targets: claims.flatMap((file) => file.targets),
    relations: [...general.value.map(({ item }) => item), ...own.flat()],
    hypotheses: hypotheses.flat(),
    answers: new Map(indexes.flatMap((index) => [...answersOf(index)])),
    places: new Map(sources.flat().flatMap((source) => source.places.map((place) => [place.id, place.title] as const))),
  });
}
