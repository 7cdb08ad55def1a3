// A seeded violation: the web application imports a wing.
import { ledger } from "../../src/measure/ledger/ledger.ts";

export const wrong = ledger;
