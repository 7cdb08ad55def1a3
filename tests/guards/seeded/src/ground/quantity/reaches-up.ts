// A seeded violation: the ground floor imports a wing, and reads a file where a browser could not.
import { readFileSync } from "node:fs";
import { ledger } from "../../measure/ledger/ledger.ts";

export const wrong = [ledger, readFileSync];
