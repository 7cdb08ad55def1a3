import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseYaml } from "../ground/content/index.ts";
import type { Text } from "../ground/issue/index.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";

type Dimensions = Readonly<Record<string, { readonly title: Text; readonly members: Readonly<Record<string, Text>> }>>;

/** Name of a dimension, or of one of its members; undefined where none is set down. */
export type Term = (dimension: string, member?: string) => Text | undefined;

/** Reads the names of dimensions and members. */
export async function readTerms(): Promise<Term> {
  const dimensions = parseYaml(
    await readFile(join(PACKAGE_FOLDER, "content/locales/terms/dimensions.yaml"), "utf8"),
  ) as Dimensions;
  return (dimension, member) =>
    member === undefined ? dimensions[dimension]?.title : dimensions[dimension]?.members[member];
}
