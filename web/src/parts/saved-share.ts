/** What is saved of a bill, in percent; a dash where there is nothing to compare with. */
export function savedShare(cost: number | undefined, without: number | undefined): string {
  if (cost === undefined || without === undefined || !(without > 0)) return "–";
  return `${((100 * (without - cost)) / without).toFixed(2)} %`;
}
