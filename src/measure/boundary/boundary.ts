import { z } from "zod";
import { dateSchema, decimalSchema, idSchema, textSchema } from "../../ground/content/index.ts";
import type { Period } from "../../ground/quantity/index.ts";

/** The GHG Protocol's consolidation approaches. */
export const APPROACHES = ["operational-control", "financial-control", "equity-share"] as const;

const siteSchema = z.strictObject({
  id: idSchema,
  name: textSchema,
  /** Grid and factor region, ISO 3166 with an optional subdivision: `CN`, `CN-SH`, `HK`. */
  region: z.string().regex(/^([A-Z]{2}(-[A-Z0-9]{1,3})?|GLOBAL)$/),
  timeZone: z
    .string()
    .refine((zone) => Intl.supportedValuesOf("timeZone").includes(zone) || zone === "UTC", "an IANA time zone"),
  /** Share that is consolidated, 0–1. */
  share: decimalSchema.default("1"),
  /** In the boundary from this day on, up to but not including `to`. */
  from: dateSchema.optional(),
  to: dateSchema.optional(),
});

/** What counts: an entity, its consolidation approach and its sites, with dates. */
export const boundarySchema = z
  .strictObject({
    entity: z.strictObject({
      id: idSchema,
      name: textSchema,
      approach: z.enum(APPROACHES),
      fiscalYearStartMonth: z.number().int().min(1).max(12).default(1),
    }),
    sites: z.array(siteSchema).min(1),
  })
  .superRefine((boundary, context) => {
    const seen = new Set<string>();
    boundary.sites.forEach((site, index) => {
      if (seen.has(site.id))
        context.addIssue({ code: "custom", path: ["sites", index, "id"], message: `the site ${site.id} stands twice` });
      seen.add(site.id);
    });
  });

export type Boundary = z.infer<typeof boundarySchema>;
export type Site = Boundary["sites"][number];

/** The sites that are in the boundary on every day of the period. */
export function sitesIn(boundary: Boundary, period: Period): Site[] {
  return boundary.sites.filter((site) => (site.from ?? "0000") <= period.start && period.end <= (site.to ?? "9999"));
}

/** The sites that entered or left the boundary inside the period: their figures need a statement. */
export function sitesChangingIn(boundary: Boundary, period: Period): Site[] {
  const inside = (day: string | undefined): boolean => day !== undefined && period.start < day && day < period.end;
  return boundary.sites.filter((site) => inside(site.from) || inside(site.to));
}

/** The regions whose factors may serve a region, the most specific first: `CN-SH` → `CN-SH`, `CN`, `GLOBAL`. */
export function regionChain(region: string): string[] {
  const country = region.split("-")[0] ?? region;
  return [...new Set([region, country, "GLOBAL"])];
}
