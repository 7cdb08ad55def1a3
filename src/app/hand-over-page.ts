import { type Language, LANGUAGES } from "../ground/issue/index.ts";
import { planChart } from "./charts/plan-chart.ts";
import type { Duty, HandOver } from "./hand-over.ts";
import { HAND_OVER_STYLE } from "./hand-over-style.ts";
import { type Cell, c, escaped, n, t, table, type TableRow } from "./hand-over-table.ts";
import { fillText, type InterfaceTexts } from "./interface-texts.ts";
import { basisWords } from "./plan-basis.ts";
import {
  actionWords,
  alarmWords,
  conflictWords,
  offerWords,
  type PlanClock,
  planClock,
  type Say,
} from "./plan-words.ts";

const NAMES = { "zh-Hant": "繁體中文", "zh-Hans": "简体中文", en: "English" } as const;

/** A hand-over in one language, as a page that needs nothing else: no script, no font or picture from elsewhere. */
class Page {
  readonly #told: HandOver;
  readonly #language: Language;
  readonly #words: InterfaceTexts;
  readonly #clock: PlanClock;
  readonly #number: Intl.NumberFormat;

  constructor(told: HandOver, language: Language, words: InterfaceTexts) {
    this.#told = told;
    this.#language = language;
    this.#words = words;
    this.#clock = planClock(told.plan, told.site.timeZone);
    this.#number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  }

  /** Words of the page and, beside them, those of plans. */
  readonly #say: Say = (id, values = {}) => fillText(this.#words, id, values)[this.#language];

  #h(id: string, values: Readonly<Record<string, string>> = {}): string {
    return this.#say(`hand-over.${id}`, values);
  }

  #whole(value: number | undefined): string {
    return value === undefined ? "–" : this.#number.format(Math.round(value) + 0);
  }

  #at(ms: number | undefined): string {
    return ms === undefined ? "–" : this.#clock.ofInstant(ms);
  }

  render(): string {
    const { site } = this.#told;
    const links = LANGUAGES.map((one) =>
      one === this.#language ? NAMES[one] : `<a href="hand-over.${one}.html" lang="${one}">${NAMES[one]}</a>`,
    ).join("");
    const title = `${this.#h("title")} · ${site.name}`;
    return `<!doctype html>
<html lang="${this.#language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><style>${HAND_OVER_STYLE}</style></head>
<body><main><nav>${links}</nav>
${[this.#head(), this.#duties(), this.#present(), this.#lastShift(), this.#nextShift(), this.#jobs(), this.#alarms(), this.#basis(), this.#sign()].join("\n")}
</main></body></html>
`;
  }

  #section(id: string, body: string): string {
    return `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(this.#h(id))}</h2>${body}</section>`;
  }

  #nothing(id: string): string {
    return `<p class="soft">${escaped(this.#h(id))}</p>`;
  }

  #head(): string {
    const { plan, site, shiftSteps } = this.#told;
    const saving = plan.doNothing.total - plan.cost.total;
    const { waterL, itKwh } = plan.cost;
    const figures: readonly [string, string][] = [
      ["saving", `${this.#whole(saving)} ${this.#h("cny")}`],
      ["cost", `${this.#whole(plan.cost.total)} ${this.#h("cny")}`],
      ["carbon", `${((plan.cost.carbonKg - plan.doNothing.carbonKg) / 1000).toFixed(1)} t`],
      ["peak", `${(plan.cost.peakKw / 1000).toFixed(2)} MW`],
      ["wue", itKwh > 0 ? `${(waterL / itKwh).toFixed(2)} L/kWh` : "–"],
    ];
    const span = this.#h("span", {
      ...{ from: this.#clock.at(0), shift: this.#clock.at(shiftSteps), to: this.#clock.at(plan.steps.length) },
      ...{ zone: site.timeZone, made: this.#at(plan.madeAt) },
    });
    return `<header><h1>${escaped(this.#h("title"))}<br>${escaped(site.name)}</h1><p class="soft">${escaped(span)}</p>
<div class="figures">${figures.map(([id, value]) => `<div><b>${escaped(value)}</b><span>${escaped(this.#h(`figure.${id}`))}</span></div>`).join("")}</div></header>`;
  }

  #dutyWords(duty: Duty): readonly [head: string, text: string] {
    const { plan, site, maintenance } = this.#told;
    switch (duty.what) {
      case "limit": {
        const one = plan.conflicts[duty.index];
        return [this.#h("duty.limit"), one ? conflictWords(one, this.#clock, this.#say) : ""];
      }
      case "offer": {
        const one = plan.offers[duty.index];
        return [this.#h("duty.offer"), one ? offerWords(one, this.#say) : ""];
      }
      case "alarm": {
        const one = plan.alarms[duty.index];
        const text = one ? `${this.#clock.at(one.step)} ${one.component}: ${alarmWords(one, site, this.#say)}` : "";
        return [this.#h("duty.alarm"), text];
      }
      case "maintenance": {
        const one = maintenance[duty.index];
        return [this.#h("duty.maintenance"), one ? this.#windowWords(one) : ""];
      }
      default:
        return [this.#h(`duty.${duty.what}`), this.#h(`duty.${duty.what}.text`, { detail: duty.detail })];
    }
  }

  #windowWords(one: HandOver["maintenance"][number]): string {
    return this.#h("window", {
      ...{ from: this.#clock.at(one.fromStep), to: this.#clock.at(one.toStep) },
      ...{ what: `${this.#h(`component.${one.component}`)} ${one.id}`.trim() },
      ...{ share: (100 * one.availableShare).toFixed(0), reason: one.reason ?? "–" },
    });
  }

  #duties(): string {
    const { duties } = this.#told;
    if (duties.length === 0) return this.#section("duties", this.#nothing("duties.none"));
    const grave = new Set<Duty["what"]>(["stopped", "limit", "lost"]);
    const lines = duties.map((duty) => {
      const [head, text] = this.#dutyWords(duty);
      return `<li${grave.has(duty.what) ? ' class="grave"' : ""}><b>${escaped(head)}</b>${escaped(text)}</li>`;
    });
    return this.#section("duties", `<ul class="duties">${lines.join("")}</ul>`);
  }

  #present(): string {
    const { present, site } = this.#told;
    if (!present) return this.#section("present", this.#nothing("present.none"));
    const peak = present.monthPeakKw === undefined ? "–" : this.#whole(present.monthPeakKw);
    const line = this.#h("present.line", {
      ...{ at: this.#at(present.at), grid: this.#whole(present.gridKw), peak },
      jobs: present.jobs === undefined ? "–" : String(present.jobs),
    });
    const energy = new Map(site.batteries.map(({ id, energyKwh }) => [id, energyKwh]));
    const rows = present.devices.map(({ id, powerKw, storedKwh, mode }): TableRow => {
      const full = energy.get(id);
      const share = storedKwh !== undefined && full ? ` (${((100 * storedKwh) / full).toFixed(0)} %)` : "";
      const stored = storedKwh === undefined ? "" : `${this.#whole(storedKwh)}${share}`;
      return { cells: [c(id), c(mode ?? ""), n(powerKw === undefined ? "" : this.#whole(powerKw)), n(stored)] };
    });
    const head = [c(this.#h("device")), c(this.#h("mode")), n("kW"), n("kWh")];
    return this.#section("present", `<p>${escaped(line)}</p>${rows.length > 0 ? table(head, rows) : ""}`);
  }

  #lastShift(): string {
    const { last, troubles } = this.#told;
    if (!last) return this.#section("last", this.#nothing("last.none"));
    const { span, rounds, mode, jobOrders, told, events, lost, safe } = last;
    const orders = Object.entries(jobOrders).map(([kind, times]) => `${this.#h(`order.${kind}`)} ${times}`);
    const summary = this.#h("last.line", {
      ...{ from: this.#at(span.from), to: this.#at(span.to), rounds: String(rounds) },
      mode: mode === undefined ? "–" : this.#h(`mode.${mode}`),
      jobs: orders.length > 0 ? orders.join(this.#say("plan.list")) : "–",
    });
    const time = t(this.#h("time"));
    const what = c(this.#h("what"));
    const parts = [`<p>${escaped(summary)}</p>`];
    const add = (id: string, head: readonly Cell[], rows: readonly TableRow[]): void => {
      if (rows.length > 0) parts.push(`<h3>${escaped(this.#h(id))}</h3>${table(head, rows)}`);
    };
    const until = (one: { from: number; to: number | undefined }): string =>
      `${this.#at(one.from)} – ${one.to === undefined ? this.#h("still") : this.#at(one.to)}`;
    add(
      "last.events",
      [time, what, c(this.#h("who"))],
      [
        ...events.map((one) => ({
          cells: [t(this.#at(one.at)), c(this.#eventWords(one.kind, one.what)), c(one.actor)],
        })),
      ],
    );
    add(
      "last.safe",
      [time, what],
      safe.map((one) => ({
        cells: [t(until(one)), c(this.#h(`safe.${one.reason}`))],
        grave: true,
      })),
    );
    add(
      "last.lost",
      [time, c(this.#h("device"))],
      lost.map((one) => ({
        cells: [t(until(one)), c(one.device)],
        grave: one.to === undefined,
      })),
    );
    add(
      "last.troubles",
      [time, n(this.#h("times")), c(this.#h("kind")), what],
      troubles.map((one) => ({
        cells: [
          t(one.first === one.last ? this.#at(one.first) : `${this.#at(one.first)} – ${this.#at(one.last)}`),
          n(String(one.times)),
          c(this.#h(one.refused ? "refused" : "fault")),
          c(`${one.issue.message[this.#language]} ${one.issue.code}`),
        ],
      })),
    );
    add(
      "last.told",
      [time, c(this.#h("device")), c(this.#h("set"))],
      told.map((one) => ({
        cells: [
          t(this.#at(one.at)),
          c(one.device),
          c(one.kind === "mode" ? one.value : `${this.#whole(Number(one.value))} kW`),
        ],
      })),
    );
    return this.#section("last", parts.join(""));
  }

  #eventWords(kind: string, what: string): string {
    const known = this.#words.has(`hand-over.event.${kind}`);
    return known ? `${this.#h(`event.${kind}`)} ${what}`.trim() : `${this.#h("event.other")} ${kind} ${what}`.trim();
  }

  #nextShift(): string {
    const { plan, shiftSteps, maintenance } = this.#told;
    const chart = planChart(plan, shiftSteps, {
      grid: escaped(this.#h("chart.grid")),
      price: escaped(this.#h("chart.price")),
      battery: escaped(this.#h("chart.battery")),
      title: escaped(this.#h("chart.title")),
      clock: this.#clock.ofInstant,
    });
    const rows = plan.actions
      .filter(({ fromStep }) => fromStep < shiftSteps)
      .map(
        (one): TableRow => ({
          cells: [
            t(this.#clock.at(one.fromStep)),
            t(this.#clock.at(one.toStep)),
            c(one.component),
            c(actionWords(one, this.#clock, this.#say)),
            n(this.#whole(one.savingCny)),
            n(this.#whole(one.addedCarbonKg)),
          ],
        }),
      );
    const head = [
      ...[t(this.#say("plan.from")), t(this.#say("plan.to")), c(this.#say("plan.component"))],
      ...[c(this.#say("plan.detail")), n(this.#say("plan.saving")), n("kg CO₂")],
    ];
    const windows = maintenance
      .filter(({ fromStep }) => fromStep < shiftSteps)
      .map((one) => `<p>${escaped(this.#windowWords(one))}</p>`);
    const offers = plan.offers.map((one) => `<p>${escaped(offerWords(one, this.#say))}</p>`);
    const actions = rows.length > 0 ? table(head, rows) : this.#nothing("next.none");
    return this.#section("next", `${chart}${actions}${windows.join("")}${offers.join("")}`);
  }

  #jobs(): string {
    const { plan, jobs } = this.#told;
    if (jobs.length === 0) return this.#section("jobs", this.#nothing("jobs.none"));
    const known = new Map(jobs.map((job) => [job.id, job]));
    const stepMs = plan.stepMinutes * 60_000;
    const rows = plan.jobs
      .map((one) => ({ ...one, job: known.get(one.job) }))
      .sort((a, b) => (a.job?.deadline ?? Infinity) - (b.job?.deadline ?? Infinity))
      .map(({ job, cluster, startStep, endStep, lateH, remainingH, suspensions }): TableRow => {
        const end = endStep === undefined ? undefined : plan.from + endStep * stepMs;
        const spareH = job?.deadline === undefined || end === undefined ? undefined : (job.deadline - end) / 3_600_000;
        const left = remainingH > 1e-6 ? this.#h("jobs.left", { hours: remainingH.toFixed(1) }) : "";
        return {
          grave: lateH > 0,
          cells: [
            c(job?.id ?? ""),
            c(job ? this.#h(`state.${job.state}`) : ""),
            c(cluster),
            n(String(job?.accelerators ?? "")),
            t(startStep === undefined ? "–" : this.#clock.at(startStep)),
            t(endStep === undefined ? left || "–" : this.#clock.at(endStep)),
            t(this.#at(job?.deadline)),
            n(lateH > 0 ? this.#h("jobs.late", { hours: lateH.toFixed(1) }) : (spareH?.toFixed(1) ?? "")),
            n(suspensions > 0 ? String(suspensions) : ""),
          ],
        };
      });
    const head = ["job", "now", "cluster", "accelerators", "start", "end", "deadline", "spare", "suspended"];
    const kinds: Readonly<Record<string, Cell["kind"]>> = {
      ...{ accelerators: "n", spare: "n", suspended: "n" },
      ...{ start: "t", end: "t", deadline: "t" },
    };
    const heads = head.map((id): Cell => {
      const kind = kinds[id];
      return { text: this.#h(`jobs.${id}`), ...(kind ? { kind } : {}) };
    });
    return this.#section("jobs", table(heads, rows));
  }

  #alarms(): string {
    const { plan, site } = this.#told;
    if (plan.alarms.length === 0) return this.#section("alarms", this.#nothing("alarms.none"));
    const head = [
      ...[t(this.#say("plan.from")), t(this.#say("plan.to")), c(this.#say("plan.severity"))],
      ...[c(this.#say("plan.component")), c(this.#say("plan.alarm"))],
    ];
    const rows = plan.alarms.map(
      (one): TableRow => ({
        grave: one.severity === "warning",
        cells: [
          ...[t(this.#clock.at(one.step)), t(this.#clock.at(one.toStep))],
          ...[c(this.#say(`plan.severity.${one.severity}`)), c(one.component), c(alarmWords(one, site, this.#say))],
        ],
      }),
    );
    return this.#section("alarms", table(head, rows));
  }

  #basis(): string {
    const { basis, told } = this.#told;
    const parts = basis.map((one) => `<li>${escaped(basisWords(one, this.#say))}</li>`);
    const warnings = told.map(({ code, message }) => `<li>${escaped(`${message[this.#language]} ${code}`)}</li>`);
    return this.#section("basis", `<ul>${parts.join("")}${warnings.join("")}</ul>`);
  }

  #sign(): string {
    return `<div class="sign"><div>${escaped(this.#h("sign.from"))}</div><div>${escaped(this.#h("sign.to"))}</div></div>`;
  }
}

/** What one shift tells the next, as a page in one language. */
export function handOverPage(told: HandOver, language: Language, words: InterfaceTexts): string {
  return new Page(told, language, words).render();
}
