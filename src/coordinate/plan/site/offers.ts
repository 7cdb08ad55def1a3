import { compareConflicts } from "./limits.ts";
import { withHallCaps } from "./hall-caps.ts";
import { planPower } from "./power.ts";
import type { DemandResponseOffer } from "./plan-request.ts";
import type { Prepared } from "./prepare.ts";
import { gridRoom } from "./relieve.ts";
import { beats, candidate, type Candidate, type DoNothing, type SearchOptions, searchPlan } from "./search.ts";
import type { OfferDecision } from "./site-plan.ts";

/** Of what an offer asks for, how much batteries are counted on when jobs are placed; jobs do the rest. */
const BATTERY_SHARES = [0, 0.5];

/** [T] what may be drawn while an offer is kept. */
function capOf(prepared: Prepared, offer: DemandResponseOffer): Float64Array {
  return Float64Array.from({ length: prepared.steps }, (_, step) =>
    step >= offer.fromStep && step < offer.toStep ? offer.baselineKw - offer.reductionKw : Number.POSITIVE_INFINITY,
  );
}

/** The cheapest way that is found to keep one more offer; the one that breaks least where none keeps it. */
function keeping(
  prepared: Prepared,
  without: DoNothing,
  best: Candidate,
  index: number,
  options: SearchOptions,
): Candidate | undefined {
  const offer = prepared.request.offers[index];
  if (!offer) return undefined;
  const accepted = new Set([...best.decision.accepted, index]);
  const { batteryKw } = planPower(prepared, best.net, accepted);
  const ways = [candidate(prepared, without, { ...best.decision, batteryKw, accepted }, best.net)];
  ways.push(candidate(prepared, without, { ...best.decision, accepted }, best.net));
  for (const share of prepared.jobs.length > 0 ? BATTERY_SHARES : []) {
    if (options.timeIsUp?.()) break;
    const caps = [...accepted].map((one) =>
      gridRoom(prepared, best, capOf(prepared, prepared.request.offers[one] ?? offer), share),
    );
    ways.push(searchPlan(withHallCaps(prepared, caps), { ...options, without, accepted }).best);
  }
  return ways
    .filter(({ decision }) => decision.accepted.has(index))
    .reduce<Candidate | undefined>((least, one) => (!least || beats(one, least) ? one : least), undefined);
}

/**
 * Takes the offers of demand response that pay, one by one, the one that is worth most first; of each it says what it pays, what
 * keeping it costs, and why it is not taken.
 */
export function withOffers(
  prepared: Prepared,
  without: DoNothing,
  found: Candidate,
  options: SearchOptions,
): { readonly best: Candidate; readonly offers: readonly OfferDecision[] } {
  const { offers } = prepared.request;
  const decided = new Map<number, OfferDecision>();
  let best = found;
  const order = [...offers.keys()].sort((a, b) => (offers[b]?.paymentCny ?? 0) - (offers[a]?.paymentCny ?? 0) || a - b);
  for (const index of order) {
    const offer = offers[index];
    if (!offer) continue;
    const { id, paymentCny } = offer;
    const taken = options.timeIsUp?.() ? undefined : keeping(prepared, without, best, index, options);
    if (!taken) {
      decided.set(index, { offer: id, accepted: false, reason: "no-time", paymentCny, costCny: undefined });
      continue;
    }
    // What the offer itself pays is in the total; the rest of the difference is what keeping it costs.
    const costCny = taken.evaluation.cost.total + prepared.weight.energy * paymentCny - best.evaluation.cost.total;
    const kept = compareConflicts(taken.conflicts, best.conflicts).addsNone;
    const accepted = kept && beats(taken, best);
    const reason = accepted ? "pays" : kept ? "costs-more" : "cannot-keep";
    decided.set(index, { offer: id, accepted, reason, paymentCny, costCny: kept ? costCny : undefined });
    if (accepted) best = taken;
  }
  return { best, offers: [...offers.keys()].flatMap((index) => decided.get(index) ?? []) };
}
