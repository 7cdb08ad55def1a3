import { createRights, LOCAL_OWNER } from "../../src/ground/actor/index.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import {
  append,
  formatHeads,
  heads,
  journalMigrations,
  lastEvent,
  lastPosition,
} from "../../src/ground/journal/index.ts";
import { parsePeriod } from "../../src/ground/quantity/index.ts";
import type { Migration, Store } from "../../src/ground/store/index.ts";
import {
  correct,
  decide,
  ledgerMigrations,
  listBatches,
  pageRecords,
  reportedFigures,
  scopeAt,
  submit,
  submitReported,
  type Writer,
} from "../../src/measure/index.ts";

/** All wings' migrations, as the product opens a store. */
export const MIGRATIONS: readonly Migration[] = [...journalMigrations, ...ledgerMigrations];

const RIGHTS = expectOk(
  createRights({
    roles: [{ role: "owner", kinds: ["person"], may: ["*"] }],
    notBySubmitter: ["*.approve", "*.reject"],
  }),
);
const PERIOD = expectOk(parsePeriod("2025"));

/** A small history with one of everything: it is written once for a schema, and then only ever read again. */
export async function writeHistory(store: Store): Promise<void> {
  let ms = Date.UTC(2026, 0, 31, 8);
  const now = (): Date => {
    ms += 60_000;
    return new Date(ms);
  };
  const writer = (id: string): Writer => ({ store, actor: { ...LOCAL_OWNER, id, name: id }, rights: RIGHTS, now });
  const [ann, ben] = [writer("ann"), writer("ben")];
  const evidence = await store.evidence.put(Buffer.from("電費單 2025-06: 5,000.00 kWh"), {
    name: "電費單.txt",
    mediaType: "text/plain",
  });
  const source = { type: "file", name: "電費單.txt", sha256: evidence.sha256 };
  const row = (month: number, kWh: string, note?: string) => ({
    activity: "electricity.purchased",
    site: "lingang",
    dims: '{"supply":"grid"}',
    unit: "kWh",
    evidence: JSON.stringify({ name: source.name, sha256: source.sha256, type: "file" }),
    basis: "measured" as const,
    periodStart: Date.UTC(2025, month - 1, 1) - 8 * 3_600_000,
    periodEnd: Date.UTC(2025, month, 1) - 8 * 3_600_000,
    amount: `${(BigInt(kWh) * 36n) / 10n}.000000000`,
    entered: kWh,
    ...(note === undefined ? {} : { note }),
  });
  const first = expectOk(
    await submit(ann, {
      name: "meters.csv",
      source,
      rows: [[row(5, "4000"), row(6, "5000", "讀數\t由電錶"), row(7, "6000")]],
    }),
  );
  expectOk(await decide(ben, first.batch, "approve"));
  const figure = {
    indicator: "energy.indirect",
    period: PERIOD,
    dims: "{}",
    value: "15.00",
    unit: "MWh",
    decimals: 2,
    qualifier: "exact" as const,
    place: '{"table":"A"}',
  };
  expectOk(
    await submitReported(ann, {
      name: "report",
      source,
      rows: [[figure, { ...figure, indicator: "packaging.total", value: null }]],
    }),
  );
  const correction = expectOk(
    await correct(ann, {
      name: "June again",
      source,
      reason: "meter exchanged",
      records: [{ batch: first.batch, ordinal: 2 }],
      replacement: [row(6, "5500")],
    }),
  );
  expectOk(await decide(ben, correction.batch, "approve"));
  const wrong = expectOk(await submit(ben, { name: "twice.csv", source, rows: [[row(8, "1")]] }));
  expectOk(await decide(ann, wrong.batch, "reject", "a test"));
  await store.transaction((tx) =>
    append(tx, { stream: "pins", actor: "ann", kind: "pins.set", body: { pins: { factors: ["cn-2023"] } } }, now),
  );
}

/** What a history answers through the public doors, at every position and on both bases, as JSON. */
export async function readHistory(store: Store): Promise<unknown> {
  const last = await lastPosition(store.db);
  const asAt: unknown[] = [];
  for (let at = 1n; at <= last; at += 1n) {
    for (const basis of ["submitted", "approved"] as const) {
      const scope = await scopeAt(store, { at, basis });
      const page = await pageRecords(store, scope, {
        activity: "electricity.purchased",
        measure: "flow",
        period: PERIOD,
        calendar: { sites: [], otherwise: "Asia/Shanghai" },
      });
      const records = page.records.map((record) => [
        record.key.batch,
        record.key.ordinal,
        record.start.toISOString(),
        record.end.toISOString(),
        record.amount.toFixed(),
        `${record.entered} ${record.unit}`,
        record.dims,
        record.evidence,
        record.note ?? null,
      ]);
      const figures = (await reportedFigures(store, scope)).map((one) => [
        one.indicator,
        one.period.label,
        one.value,
        one.unit,
        one.qualifier,
        one.place,
      ]);
      asAt.push({ at: String(at), basis, records, figures });
    }
  }
  const batches = (await listBatches(store)).map((batch) => ({
    ...batch,
    submittedPosition: String(batch.submittedPosition),
    decidedPosition: String(batch.decidedPosition),
  }));
  const documents: string[] = [];
  for (const { sha256 } of await store.db.selectFrom("evidence_file").select("sha256").orderBy("sha256").execute()) {
    const document = expectOk(await store.evidence.open(sha256));
    documents.push(`${document.name} ${document.mediaType}: ${(await document.read().toArray()).join("")}`);
  }
  const pins = await lastEvent(store.db, "pins");
  return {
    head: formatHeads(await heads(store.db)),
    asAt,
    batches,
    documents,
    pins: { at: pins?.at.toISOString(), actor: pins?.actor, kind: pins?.kind, body: pins?.body },
  };
}
