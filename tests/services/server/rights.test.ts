import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadExample } from "../../../src/app/load-example.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { discardAll } from "../store/scratch.ts";
import { join, type Served, serve, setUpOwner, type SignedIn, wrongAnswers } from "./served.ts";

const ROLES = ["owner", "manager", "preparer", "approver", "assurer", "operator", "board", "nobody"] as const;
type Role = (typeof ROLES)[number];

const ANYBODY: readonly Role[] = ROLES;
const SIGNED_IN = ROLES.filter((role) => role !== "nobody");
const READERS = SIGNED_IN.filter((role) => role !== "board");

/** Who may do what. An operation of the API that has no line here fails, and so does a line without an operation. */
const TABLE: Readonly<Record<string, readonly Role[]>> = {
  readSession: ANYBODY,
  signIn: ANYBODY,
  beginProviderSignIn: ANYBODY,
  finishProviderSignIn: ANYBODY,
  setUpOwner: ANYBODY,
  acceptInvitation: ANYBODY,
  signOut: SIGNED_IN,
  changePassword: SIGNED_IN,
  listTokens: SIGNED_IN,
  makeToken: SIGNED_IN,
  endToken: SIGNED_IN,
  listNames: SIGNED_IN,
  listJobs: SIGNED_IN,
  readJob: SIGNED_IN,
  followJob: SIGNED_IN,
  readOverview: SIGNED_IN,
  listValues: SIGNED_IN,
  readBreakdown: SIGNED_IN,
  listReported: SIGNED_IN,
  listIndicators: SIGNED_IN,
  listActivities: SIGNED_IN,
  listFactors: SIGNED_IN,
  listSites: SIGNED_IN,
  listTerms: SIGNED_IN,
  listFindings: SIGNED_IN,
  readFinding: SIGNED_IN,
  listStandards: SIGNED_IN,
  readCoverage: SIGNED_IN,
  readReport: SIGNED_IN,
  downloadReport: SIGNED_IN,
  readLineage: READERS,
  listLeafRecords: READERS,
  listRecords: READERS,
  readRecord: READERS,
  listTouched: READERS,
  readCompleteness: READERS,
  readEvidence: READERS,
  downloadEvidence: READERS,
  listBatches: READERS,
  readBatch: READERS,
  readBoundary: READERS,
  readPins: READERS,
  readHead: READERS,
  listEvents: READERS,
  readSystem: READERS,
  listPeople: READERS,
  readPerson: READERS,
  listRoles: READERS,
  upload: ["owner", "manager", "preparer", "operator"],
  importUpload: ["owner", "manager", "preparer", "operator"],
  correctRecord: ["owner", "manager", "preparer"],
  withdrawRecord: ["owner", "manager", "preparer"],
  approveBatch: ["owner", "manager", "approver"],
  rejectBatch: ["owner", "manager", "approver"],
  explainFinding: ["owner", "manager", "preparer"],
  assignFinding: ["owner", "manager", "approver"],
  acceptFinding: ["owner", "manager", "approver"],
  reopenFinding: ["owner", "manager", "approver"],
  putBoundary: ["owner", "manager"],
  putPins: ["owner", "manager"],
  verifyJournal: ["owner", "manager", "assurer"],
  listCoordinatedSites: READERS,
  readCoordinatedSite: READERS,
  listSimulations: READERS,
  readSimulation: READERS,
  simulate: ["owner", "manager", "operator"],
  decidePlan: ["owner", "manager", "approver", "operator"],
  stopSite: ["owner", "approver", "operator"],
  releaseSite: ["owner", "approver", "operator"],
  makePerson: ["owner"],
  changePerson: ["owner"],
  invitePerson: ["owner"],
  makeMachineToken: ["owner"],
  takeBackup: ["owner"],
  listBackups: ["owner"],
  downloadBackup: ["owner"],
};

interface DocumentOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
}

const FILLED: Readonly<Record<string, string>> = {
  batch: "999999",
  row: "1",
  sha256: "0".repeat(64),
  finding: "0".repeat(20),
  format: "html",
  indicator: "no.such",
  name: "no-such.tar",
};

let served: Served;
let owner: SignedIn;
let operations: DocumentOperation[] = [];
const tokens = new Map<Role, string>();

beforeAll(async () => {
  served = await serve();
  expectOk(await loadExample(served.workspace, "sensetime-2025"));
  owner = await setUpOwner(served);
  for (const role of ROLES) {
    if (role === "nobody") continue;
    const one = role === "owner" ? owner : await join(served, owner, role, [{ role }]);
    const made = await served.ask("POST", "/v1/tokens", { ...one, body: { name: role, scopes: ["*"] } });
    tokens.set(role, String(made.json.secret));
  }
  const document = (await served.ask("GET", "/v1/openapi.json")).json as unknown as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ operationId, method: method.toUpperCase(), path })),
  );
});
afterAll(async () => {
  await served.service.jobs.stop();
  await served.close();
  await discardAll();
  expect(wrongAnswers).toEqual([]);
});

const ask = (one: DocumentOperation, role: Role) => {
  const path = one.path.replace("/api", "").replace(/\{(\w+)\}/g, (_, name: string) => FILLED[name] ?? "none");
  const token = tokens.get(role);
  return served.ask(one.method, path, token === undefined ? {} : { token });
};

const REFUSED = ["API-401", "API-403", "ACTOR-001"];
const isRefused = (answer: { status: number; json: Record<string, unknown> }): boolean =>
  [401, 403].includes(answer.status) &&
  ((answer.json.issues ?? []) as { code: string }[]).every(({ code }) => REFUSED.includes(code));

describe("every operation × every role", () => {
  it("has a line for each operation, and no other", () => {
    console.log(`operations: ${operations.length}, roles: ${ROLES.length}`);
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(TABLE).sort());
    expect(operations.length).toBeGreaterThan(40);
  });

  it("lets in whom the table names, and nobody else", { timeout: 240_000 }, async () => {
    const wrong: string[] = [];
    let looked = 0;
    for (const one of operations) {
      for (const role of ROLES) {
        const answer = await ask(one, role);
        looked += 1;
        const allowed = TABLE[one.operationId]?.includes(role) === true;
        if (isRefused(answer) === allowed)
          wrong.push(`${one.operationId} as ${role}: ${answer.status} ${answer.text.slice(0, 120)}`);
        if (answer.status >= 500) wrong.push(`${one.operationId} as ${role}: ${answer.status} ${answer.text}`);
      }
    }
    console.log(`looked at ${looked} pairs`);
    expect(wrong).toEqual([]);
  });
});

describe("rights that end at some sites", () => {
  let north: SignedIn;
  const site = "lingang-aidc";
  const table = (where: string) =>
    `activity,site,period,amount,unit,basis,evidence\nelectricity.purchased,${where},2026-01,10,MWh,measured,bill ${where}\n`;

  const imported = async (by: SignedIn, text: string) => {
    const upload = await served.ask("POST", "/v1/uploads?name=bill.csv", { ...by, body: text });
    const { upload: id } = upload.json as unknown as { upload: string };
    const job = await served.ask("POST", "/v1/imports", {
      ...by,
      body: { upload: id, mode: "submit", acceptWarnings: true },
    });
    for (;;) {
      const events = await served.ask("GET", `/v1/jobs/${String(job.json.id)}/events`, by);
      if (/"state":"(done|failed)"/.test(events.text)) break;
    }
    return served.ask("GET", `/v1/jobs/${String(job.json.id)}`, by);
  };

  beforeAll(async () => {
    north = await join(served, owner, "north", [
      { role: "preparer", sites: [site] },
      { role: "approver", sites: [site], activities: ["electricity.*"] },
    ]);
  });

  it("show the records of these sites only", async () => {
    const mine = await served.ask("GET", "/v1/records?limit=1000", north);
    expect(mine.json.items.length).toBeGreaterThan(0);
    expect(new Set(mine.json.items.map((one) => one.site))).toEqual(new Set([site]));
    const all = await served.ask("GET", "/v1/records?limit=1000", owner);
    const other = all.json.items.find((one) => one.site !== site);
    expect(other).toBeDefined();
    for (const path of [
      `/v1/records/${String(other?.batch)}/${String(other?.row)}`,
      `/v1/records/${String(other?.batch)}/${String(other?.row)}/figures`,
    ])
      expect((await served.ask("GET", path, north)).status).toBe(403);
    const correct = `/v1/records/${String(other?.batch)}/${String(other?.row)}/correction`;
    const body = { amount: "1", reason: "not mine" };
    expect((await served.ask("POST", correct, { ...north, body })).status).toBe(403);
  });

  it("show figures of one of these sites, and none that rest on others too", async () => {
    const value = (where: string) =>
      served.ask("GET", `/v1/values?indicators=energy.purchased-electricity&periods=2025${where}`, north);
    expect((await value(`&where=site%3D${site}`)).status).toBe(200);
    expect((await value("")).status).toBe(403);
    expect((await value("&where=site%3Dother")).status).toBe(403);
    expect((await served.ask("GET", "/v1/overview", north)).status).toBe(403);
  });

  it("let them submit there only, and approve there what another submitted", async () => {
    const mine = await imported(north, table(site));
    expect(mine.json.state).toBe("done");
    const all = await served.ask("GET", "/v1/records?limit=1000", owner);
    const elsewhere = String(all.json.items.find((one) => one.site !== site)?.site);
    const refused = await imported(north, table(elsewhere));
    expect([refused.json.state, (refused.json.issues as { code: string }[])[0]?.code]).toEqual(["failed", "ACTOR-001"]);
    const theirs = await imported(owner, table(site).replace("2026-01", "2026-02"));
    const { batch } = (theirs.json.result as { submitted: { batch: number } }).submitted;
    const other = await imported(owner, table(elsewhere).replace("2026-01", "2026-03"));
    const far = (other.json.result as { submitted: { batch: number } }).submitted.batch;
    const seen = (await served.ask("GET", "/v1/batches?pending=true", north)).json.items;
    expect(seen.map((one) => one.id)).toContain(batch);
    expect(seen.map((one) => one.id)).not.toContain(far);
    const approve = (id: number) => served.ask("POST", `/v1/batches/${id}/approve`, { ...north, body: {} });
    expect((await approve(far)).status).toBe(403);
    const own = (mine.json.result as { submitted: { batch: number } }).submitted.batch;
    expect([(await approve(own)).status, (await approve(batch)).status]).toEqual([403, 200]);
  });
});

describe("what belongs to another", () => {
  it("is not there for who asks by its id", async () => {
    const a = await join(served, owner, "ana", [{ role: "preparer", sites: ["lingang-aidc"] }]);
    const b = await join(served, owner, "ben", [{ role: "preparer", sites: ["lingang-aidc"] }]);
    const upload = await served.ask("POST", "/v1/uploads?name=a.csv", { ...a, body: "activity\n" });
    const body = { upload: upload.json.upload, mode: "preview" };
    const stolen = await served.ask("POST", "/v1/imports", { ...b, body });
    expect(stolen.status).toBe(404);
    const job = await served.ask("POST", "/v1/imports", { ...a, body });
    for (const path of ["", "/events"])
      expect((await served.ask("GET", `/v1/jobs/${String(job.json.id)}${path}`, b)).status).toBe(404);
    expect((await served.ask("GET", "/v1/jobs", b)).json.items).toEqual([]);
    expect((await served.ask("GET", `/v1/jobs/${String(job.json.id)}`, a)).status).toBe(200);
  });
});
