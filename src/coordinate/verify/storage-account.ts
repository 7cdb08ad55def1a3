/** What a battery did. At its meter, kWh. */
export interface StorageAccount {
  readonly chargedKwh: number;
  readonly dischargedKwh: number;
  /** Energy that went in and will not come out: a battery earns money and loses kWh. */
  readonly lossKwh: number;
  /** Discharged ÷ (charged − what is stored more than before); undefined when nothing was charged. */
  readonly roundTrip: number | undefined;
}

/**
 * Throughput and loss of a battery.
 * @param powerKw [T] at its meter; + charges
 * @param storedChangeKwh in the cells, end − begin
 */
export function storageAccount(powerKw: readonly number[], stepH: number, storedChangeKwh: number): StorageAccount {
  let [chargedKwh, dischargedKwh] = [0, 0];
  for (const power of powerKw) {
    chargedKwh += stepH * Math.max(0, power);
    dischargedKwh += stepH * Math.max(0, -power);
  }
  const used = chargedKwh - storedChangeKwh;
  return {
    chargedKwh,
    dischargedKwh,
    lossKwh: used - dischargedKwh,
    roundTrip: chargedKwh > 0 && used > 0 ? dischargedKwh / used : undefined,
  };
}
