import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expectOk } from "../issue/index.ts";
import type { UnitDefinition } from "./unit-definition.ts";
import { createUnitTable, type UnitTable } from "./unit-table.ts";

let table: UnitTable | undefined;

/** The definitions of `content/units/units.yaml`. */
export function unitDefinitionsForTests(): readonly UnitDefinition[] {
  return parse(readFileSync(new URL("../../../content/units/units.yaml", import.meta.url), "utf8")) as UnitDefinition[];
}

/** The table that the shipped units make; for tests only, programs get their units from packs. */
export function unitTableForTests(): UnitTable {
  table ??= expectOk(createUnitTable(unitDefinitionsForTests()));
  return table;
}
