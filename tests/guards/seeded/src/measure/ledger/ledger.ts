export const ledger = "a room of a wing";
