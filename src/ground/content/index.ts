export { filesUnder, indexById, readItems, type Sourced } from "./documents.ts";
export { canonicalPack, type ContentPack, createPack, readPack } from "./pack.ts";
export { knowDocuments, parseYaml } from "./parse-yaml.ts";
export { readYaml } from "./read-yaml.ts";
export { dateSchema, decimalSchema, idSchema, textSchema } from "./schemas.ts";
