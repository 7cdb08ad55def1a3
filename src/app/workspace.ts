import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Actor, LOCAL_OWNER } from "../ground/actor/index.ts";
import { canonicalPack, type ContentPack, readItems, readPack } from "../ground/content/index.ts";
import { fail, ok, type Result } from "../ground/issue/index.ts";
import { append, type Json, journalMigrations, lastEvent } from "../ground/journal/index.ts";
import { type Migration, openStore, type Store } from "../ground/store/index.ts";
import { actMigrations, telemetryMigrations, telemetryVerifier } from "../coordinate/index.ts";
import {
  type Boundary,
  boundarySchema,
  type Factor,
  factorSchema,
  ledgerMigrations,
  ledgerVerifier,
  NO_PINS,
  type Pins,
  pinsSchema,
  unreadFactors,
  type Writer,
} from "../measure/index.ts";
import { checkPins } from "./check-pins.ts";
import { identityMigrations } from "./identity/migrations.ts";
import { createModel, type Model } from "./model.ts";
import { shippedPack } from "./package-folder.ts";

/** An open store with the actor who works in it. */
export interface Workspace {
  readonly store: Store;
  readonly actor: Actor;
  readonly now: () => Date;
  /** What else the ledger keeps in the transaction of a write. */
  readonly alongside?: Writer["alongside"];
  /** Told what takes long. */
  readonly onProgress?: (text: string) => void;
  close(): Promise<void>;
}

export interface WorkspaceOptions {
  readonly folder: string;
  readonly databaseUrl?: string;
  readonly actor?: Actor;
  readonly onProgress?: (text: string) => void;
}

/** The steps of every schema, in the order of their ids. */
export const MIGRATIONS: readonly Migration[] = [
  ...journalMigrations,
  ...ledgerMigrations,
  ...telemetryMigrations,
  ...actMigrations,
  ...identityMigrations,
];

/** What every wing holds against the journal. */
export const VERIFIERS = [ledgerVerifier, telemetryVerifier];

/** True while nothing was ever set up or submitted here. */
export async function isEmpty(workspace: Workspace): Promise<boolean> {
  const [boundary, ledger] = [
    await lastEvent(workspace.store.db, STREAMS.boundary),
    await lastEvent(workspace.store.db, "ledger"),
  ];
  return boundary === undefined && ledger === undefined;
}

/** The workspace as the ledger's writer, with the rights that are in force. */
export function writerOf(workspace: Workspace, model: Model): Writer {
  const { store, actor, now, alongside } = workspace;
  return { store, actor, rights: model.rights, now, ...(alongside ? { alongside } : {}) };
}

/** What was in force at a journal position: content, boundary and pins, each the last event of its stream. */
export interface State {
  readonly position: bigint;
  readonly model: Model;
  readonly boundary: Boundary;
  readonly pins: Pins;
}

/** Streams of what is in force. */
export const STREAMS = { content: "content", boundary: "boundary", pins: "pins" } as const;

/** The body of an event that adopts content. */
export const adoptedSchema = z.object({
  packs: z.array(z.object({ id: z.string(), version: z.string(), hash: z.string() })),
});

/**
 * Opens the store of a folder, creating it when there is none; a new store adopts the content of this version.
 * @issues STORE-…, CONTENT-…
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Result<Workspace>> {
  const opened = await openStore({
    folder: options.folder,
    ...(options.databaseUrl ? { databaseUrl: options.databaseUrl } : {}),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    migrations: MIGRATIONS,
  });
  if (!opened.ok) return opened;
  const store = opened.value;
  const workspace: Workspace = {
    store,
    actor: options.actor ?? LOCAL_OWNER,
    now: () => new Date(),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    close: () => store.close(),
  };
  const adopted = await lastEvent(store.db, STREAMS.content);
  if (!adopted) {
    const first = await adoptPacks(workspace, [await shippedPack()]);
    // Another process may have made the same store at the same moment.
    if (!first.ok && !(await lastEvent(store.db, STREAMS.content))) {
      await store.close();
      return first;
    }
  }
  return ok(workspace);
}

/** A validated document as the journal keeps it: what is undefined is left out. */
const asJson = (document: unknown): Json => JSON.parse(JSON.stringify(document)) as Json;

/** Keeps a pack's bytes under its hash, durably, before anything refers to it. */
async function keepPack(folder: string, pack: ContentPack): Promise<void> {
  const file = join(folder, "content", `${pack.hash}.json`);
  if (existsSync(file)) return;
  await mkdir(join(folder, "content"), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, "w");
  await handle.writeFile(canonicalPack(pack));
  await handle.sync();
  await handle.close();
  await rename(draft, file);
}

/** The packs in force at a position, or now, whole and with the bytes that were adopted. */
export async function adoptedPacks(store: Store, position: bigint | undefined): Promise<Result<ContentPack[]>> {
  const event = await lastEvent(store.db, STREAMS.content, position);
  const { packs } = event ? adoptedSchema.parse(event.body) : { packs: [] };
  const loaded: ContentPack[] = [];
  for (const { hash } of packs) {
    const file = join(store.folder, "content", `${hash}.json`);
    const pack = readPack(await readFile(file, "utf8").catch(() => ""), hash, file);
    if (!pack.ok) return pack;
    loaded.push(pack.value);
  }
  return ok(loaded);
}

/** What packs were in force when others are to take their place. */
export interface Adoption {
  /** In force now. */
  readonly before: readonly ContentPack[];
  /** In force afterwards, in the order of the event. */
  readonly after: readonly ContentPack[];
  readonly model: Model;
  /** Position of the event that adopted `before`; none in a new store. */
  readonly since: bigint | undefined;
}

/**
 * What adopting packs would put in force, without doing it.
 * @issues CONTENT-006 (a version that is adopted already has other bytes), FACTOR-001 (a factor is verified by nobody),
 *   PIN-001 … PIN-004 (the pins in force name what it does not have), ACTOR-001 (no right to adopt content), and all that the content itself has
 */
export async function planAdoption(workspace: Workspace, packs: readonly ContentPack[]): Promise<Result<Adoption>> {
  const { store } = workspace;
  const since = (await lastEvent(store.db, STREAMS.content))?.position;
  const before = await adoptedPacks(store, since);
  if (!before.ok) return before;
  for (const pack of packs) {
    const same = before.value.find(
      (other) => other.id === pack.id && other.version === pack.version && other.hash !== pack.hash,
    );
    if (same)
      return fail({
        code: "CONTENT-006",
        severity: "error",
        at: {},
        expected: same.hash,
        actual: `${pack.id}@${pack.version}`,
      });
  }
  const replaced = before.value.map((old) => packs.find((pack) => pack.id === old.id) ?? old);
  const after = [...replaced, ...packs.filter((pack) => !replaced.includes(pack))];
  const model = createModel(after);
  if (!model.ok) return model;
  const own = packs.filter((pack) => !before.value.some((old) => old.hash === pack.hash));
  const factors = readItems<Factor>(own, "factors", z.array(factorSchema));
  const unread = factors.ok ? unreadFactors(factors.value.map(({ item }) => item)) : factors.issues;
  if (unread.length > 0) return { ok: false, issues: unread };
  const pinned = await lastEvent(store.db, STREAMS.pins);
  const lost = pinned ? checkPins(pinsSchema.parse((pinned.body as { pins: unknown }).pins), model.value) : [];
  if (lost.length > 0) return { ok: false, issues: lost };
  // Rights come from what is in force; what is to be adopted cannot grant the right to adopt it.
  const judge = before.value.length > 0 ? createModel(before.value) : model;
  if (!judge.ok) return judge;
  const may = judge.value.rights.may(workspace.actor, "content.adopt", {
    kind: "content",
    id: packs.map(({ id, version }) => `${id}@${version}`).join(", "),
  });
  return may === true ? ok({ before: before.value, after, model: model.value, since }) : fail(may);
}

/**
 * Adopts packs from now on: each replaces an older version of its id. Past positions keep what they had. What is in
 * force already is not adopted again.
 * @issues as `planAdoption`, and CONTENT-008 (others were adopted in the meantime)
 */
export async function adoptPacks(workspace: Workspace, packs: readonly ContentPack[]): Promise<Result<Adoption>> {
  const { store, actor } = workspace;
  const planned = await planAdoption(workspace, packs);
  if (!planned.ok) return planned;
  const { before, after, since } = planned.value;
  if (since !== undefined && packs.every((pack) => before.some((old) => old.hash === pack.hash))) return planned;
  for (const pack of packs) await keepPack(store.folder, pack);
  const body = { packs: after.map(({ id, version, hash }) => ({ id, version, hash })) };
  try {
    await store.transaction(async (tx) => {
      const event = { stream: STREAMS.content, actor: actor.id, kind: "content.adopted", body };
      const { position } = await append(tx, event, workspace.now);
      // Appending holds the journal's lock, so nobody comes between this look and the commit.
      if ((await lastEvent(tx, STREAMS.content, position - 1n))?.position !== since) throw new Overtaken();
    });
  } catch (problem) {
    if (!(problem instanceof Overtaken)) throw problem;
    return fail({ code: "CONTENT-008", severity: "error", at: {} });
  }
  return planned;
}

/** Undoes an adoption that was planned on what is no longer in force. */
class Overtaken extends Error {}

/** Whether the workspace's actor may put something in force, by the rights that are in force now. */
async function mayPut(workspace: Workspace, action: string, kind: string): Promise<Result<Model>> {
  const model = await modelNow(workspace);
  if (!model.ok) return model;
  const may = model.value.rights.may(workspace.actor, action, { kind });
  return may === true ? model : fail(may);
}

/**
 * Puts a boundary in force from now on.
 * @issues ACTOR-001 (no right to)
 */
export async function setBoundary(workspace: Workspace, boundary: Boundary): Promise<Result<void>> {
  const may = await mayPut(workspace, "boundary.set", "boundary");
  if (!may.ok) return may;
  await workspace.store.transaction((tx) =>
    append(
      tx,
      { stream: STREAMS.boundary, actor: workspace.actor.id, kind: "boundary.set", body: asJson({ boundary }) },
      workspace.now,
    ),
  );
  return ok(undefined);
}

/**
 * Pins factor sets and methods from now on.
 * @issues ACTOR-001 (no right to), PIN-001 … PIN-004 (no such kind, set, indicator or method)
 */
export async function setPins(workspace: Workspace, pins: Pins): Promise<Result<void>> {
  const may = await mayPut(workspace, "pins.set", "pins");
  if (!may.ok) return may;
  const unknown = checkPins(pins, may.value);
  if (unknown.length > 0) return { ok: false, issues: unknown };
  await workspace.store.transaction((tx) =>
    append(
      tx,
      { stream: STREAMS.pins, actor: workspace.actor.id, kind: "pins.set", body: asJson({ pins }) },
      workspace.now,
    ),
  );
  return ok(undefined);
}

/**
 * The definitions in force now, which rights are part of; there from the first moment of a store.
 * @issues CONTENT-…
 */
export async function modelNow({ store }: Pick<Workspace, "store">): Promise<Result<Model>> {
  const last = await lastEvent(store.db, STREAMS.content);
  const known = models.get(store);
  if (known && known.position === last?.position) return ok(known.model);
  const packs = await adoptedPacks(store, undefined);
  if (!packs.ok) return packs;
  const model = createModel(packs.value);
  if (model.ok && last) models.set(store, { position: last.position, model: model.value });
  return model;
}

/** The model of each open store, with the event that brought it. */
const models = new WeakMap<Store, { readonly position: bigint; readonly model: Model }>();

/**
 * What was in force at a position, or now.
 * @issues BOUNDARY-001 (no boundary yet), CONTENT-…
 */
export async function stateAt(workspace: Workspace, position: bigint): Promise<Result<State>> {
  const { store } = workspace;
  const packs = await adoptedPacks(store, position);
  if (!packs.ok) return packs;
  const model = createModel(packs.value);
  if (!model.ok) return model;
  const boundary = await lastEvent(store.db, STREAMS.boundary, position);
  if (!boundary) return fail({ code: "BOUNDARY-001", severity: "error", at: { file: store.folder } });
  const pins = await lastEvent(store.db, STREAMS.pins, position);
  return ok({
    position,
    model: model.value,
    boundary: boundarySchema.parse((boundary.body as { boundary: unknown }).boundary),
    pins: pins ? pinsSchema.parse((pins.body as { pins: unknown }).pins) : NO_PINS,
  });
}
