import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { append, heads, verifyJournal } from "../../src/ground/journal/index.ts";
import { restore, type Store } from "../../src/ground/store/index.ts";
import { ledgerVerifier } from "../../src/measure/index.ts";
import { SERVERS, TestServers } from "../services/store/servers.ts";
import { MIGRATIONS, readHistory } from "./history.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const histories = readdirSync(folder).filter((name) => name.endsWith(".tar"));
const servers = new TestServers();
afterAll(() => servers.stop());

it("has the history of every released schema", () => {
  expect(histories).toContain("schema-0010.tar");
});

describe.each(SERVERS)("on %s", (server) => {
  it.each(histories)("%s opens, comes forward, verifies and answers as it did", async (name) => {
    const place = await servers.place(server);
    const restored = await restore(path.join(folder, name), {
      ...place,
      migrations: MIGRATIONS,
      verifiers: [ledgerVerifier],
    });
    expect(restored).toMatchObject({ ok: true });
    const store = await servers.open(place, MIGRATIONS);
    const answered: unknown = JSON.parse(readFileSync(path.join(folder, name.replace(".tar", ".json")), "utf8"));
    expect(await readHistory(store)).toEqual(answered);
    expect(
      await verifyJournal<Store>(store, { against: await heads(store.db), verifiers: [ledgerVerifier] }),
    ).toMatchObject({ issues: [] });
    expect((await store.evidence.verify()).issues).toEqual([]);
    // It is no museum piece: work goes on in it.
    await store.transaction((tx) =>
      append(tx, { stream: "pins", actor: "ann", kind: "pins.set", body: {} }, () => new Date()),
    );
    expect((await verifyJournal(store)).issues).toEqual([]);
  });
});
