import type { PageDefinition } from "../frame/page-definition.ts";
import { overview } from "./overview/index.ts";

/** Every page, in the order of the navigation: one line each. */
export const PAGES: readonly PageDefinition[] = [overview];
