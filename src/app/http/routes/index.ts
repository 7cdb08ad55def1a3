import type { AnyOperation } from "../operation.ts";
import { catalogueOperations } from "./catalogue.ts";
import { peopleOperations } from "./people.ts";
import { sessionOperations, setActions } from "./session.ts";
import { valueOperations } from "./values.ts";

/** Every operation of the API. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...sessionOperations,
  ...valueOperations,
  ...catalogueOperations,
  ...peopleOperations,
];

setActions([...new Set(OPERATIONS.map(({ action }) => action))].filter((action) => action.includes(".")).sort());
