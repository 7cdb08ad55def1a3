/** Hard limits of a battery. Power at its connection, charging positive; energy stored. */
export interface BatteryLimits {
  readonly kind: "battery";
  /** Energy between empty and full. */
  readonly capacityKwh: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  /** Never drawn below: the lowest state of charge or the reserve for outages, whichever is higher. */
  readonly floorKwh: number;
  readonly ceilingKwh: number;
  /** The best that charging reaches: it fills soonest. */
  readonly chargeEfficiency: number;
  /** The worst that charging falls to. */
  readonly leastChargeEfficiency: number;
  /** The worst that discharging falls to: it empties soonest. */
  readonly dischargeEfficiency: number;
  /** Most change of the set-point; infinite where nothing is stated. */
  readonly rampKwPerS: number;
  readonly leastOnS: number;
  readonly leastOffS: number;
}

/** Hard limits of a generator whose output can be cut. */
export interface GeneratorLimits {
  readonly kind: "generator";
  readonly powerKw: number;
  readonly rampKwPerS: number;
}

/** A machine that runs in one of several modes: a cooling plant, a UPS. */
export interface ModeLimits {
  readonly kind: "modes";
  readonly modes: readonly string[];
  /** Where it goes when nobody tells it anything. */
  readonly safeMode: string;
  readonly dwellS: number;
}

export type DeviceLimits = BatteryLimits | GeneratorLimits | ModeLimits;

/** Limits of a cluster of accelerators, and of how its jobs may be moved. */
export interface ClusterLimits {
  readonly accelerators: number;
  readonly idleKw: number;
  readonly fullKw: number;
}

/** What no set-point may leave, whatever a plan says. */
export interface EnvelopeLimits {
  readonly importLimitKw: number;
  readonly exportLimitKw: number;
  /** A measurement older than this says nothing about now. */
  readonly staleAfterS: number;
  /** How long a device keeps a set-point that nobody renews. */
  readonly revertAfterS: number;
  /** Time from one round of set-points to the next. */
  readonly stepS: number;
  readonly devices: ReadonlyMap<string, DeviceLimits>;
  readonly clusters: ReadonlyMap<string, ClusterLimits>;
  /** A job runs at least this long before it is asked to make way. */
  readonly leastRunS: number;
  /** Time that the scheduler may take to start a job whose time has come; kept free before every deadline. */
  readonly startMarginS: number;
  /** No job is deferred further than this ahead. */
  readonly longestDeferS: number;
}
