import type { AnyOperation } from "../operation.ts";
import { batchOperations } from "./batches.ts";
import { catalogueOperations } from "./catalogue.ts";
import { coordinationOperations } from "./coordination.ts";
import { disclosureOperations } from "./disclosure.ts";
import { evidenceOperations } from "./evidence.ts";
import { findingOperations } from "./findings.ts";
import { importOperations } from "./imports.ts";
import { jobOperations } from "./jobs.ts";
import { journalOperations } from "./journal.ts";
import { overviewOperations } from "./overview.ts";
import { peopleOperations } from "./people.ts";
import { providerOperations } from "./provider.ts";
import { recordOperations } from "./records.ts";
import { sessionOperations, setActions } from "./session.ts";
import { settingsOperations } from "./settings.ts";
import { simulationOperations } from "./simulations.ts";
import { systemOperations } from "./system.ts";
import { valueOperations } from "./values.ts";

/** Every operation of the API. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...sessionOperations,
  ...providerOperations,
  ...overviewOperations,
  ...recordOperations,
  ...importOperations,
  ...batchOperations,
  ...evidenceOperations,
  ...valueOperations,
  ...catalogueOperations,
  ...findingOperations,
  ...disclosureOperations,
  ...coordinationOperations,
  ...simulationOperations,
  ...settingsOperations,
  ...journalOperations,
  ...jobOperations,
  ...peopleOperations,
  ...systemOperations,
];

setActions([...new Set(OPERATIONS.map(({ action }) => action))].filter((action) => action.includes(".")).sort());
