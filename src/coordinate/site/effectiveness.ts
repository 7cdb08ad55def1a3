/** Energy (kWh), water (L) and carbon (kg) of a site over some time. */
export interface Use {
  readonly hours: number;
  readonly itKwh: number;
  readonly pduLossKwh: number;
  readonly facilityKwh: number;
  readonly waterL: number;
  readonly carbonKg: number;
}

export interface Effectiveness {
  /** `PUE2` over twelve months, `iPUE2` over less; the digit is the measurement category. */
  readonly pueName: string;
  readonly pue: number | undefined;
  readonly wueLPerKwh: number | undefined;
  readonly cueKgPerKwh: number | undefined;
}

const YEAR_HOURS = 8760;

/** The name that ISO/IEC 30134-2 gives to the figure: PUE needs twelve months, less is an interim PUE. */
export function pueName(hours: number, category: 1 | 2 | 3): string {
  return `${hours >= YEAR_HOURS ? "PUE" : "iPUE"}${category}`;
}

/**
 * PUE, WUE and CUE of what was used; undefined without IT energy.
 * @param category 1 meters IT energy at the UPS output, 2 at the PDU output, 3 at the input of the equipment
 * @source ISO/IEC 30134-2 (PUE), 30134-8 (CUE), 30134-9 (WUE)
 */
export function effectiveness(use: Use, category: 1 | 2 | 3): Effectiveness {
  const it = use.itKwh + (category === 1 ? use.pduLossKwh : 0);
  const per = (amount: number, energy: number): number | undefined => (energy > 0 ? amount / energy : undefined);
  return {
    pueName: pueName(use.hours, category),
    pue: per(use.facilityKwh, it),
    wueLPerKwh: per(use.waterL, use.itKwh),
    cueKgPerKwh: per(use.carbonKg, use.itKwh),
  };
}
