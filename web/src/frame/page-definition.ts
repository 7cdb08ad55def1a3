import type { ComponentType } from "react";

/** The parts of the navigation, in their order. */
export const AREAS = ["measure", "disclose", "coordinate", "administer"] as const;

/** One page: a folder of `pages/` whose `index.ts` gives this, and one line in `pages/index.ts`. */
export interface PageDefinition {
  /** Its title is the text `page.<id>`, in the `texts.yaml` of its folder. */
  readonly id: string;
  /** Path with its parameters, `/indicators/$indicator`. */
  readonly path: string;
  /** Where its link stands; a page without an area is opened from another. */
  readonly area?: (typeof AREAS)[number];
  /** The page in the navigation under which this one counts, for pages without a link. */
  readonly below?: string;
  /** The right that a reader needs, as the server names it. */
  readonly action: string;
  /** Lines of a picture of 20 × 20, beside its link. */
  readonly icon?: string;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}
