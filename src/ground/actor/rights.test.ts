import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { expectOk } from "../issue/index.ts";
import { type Actor, importActor, LOCAL_OWNER, localActor } from "./actor.ts";
import { createRights, rightsSchema } from "./rights.ts";

const shipped = rightsSchema.parse(
  parse(readFileSync(new URL("../../../content/actor/rights.yaml", import.meta.url), "utf8")),
);
const rights = expectOk(createRights(shipped));

const person = (...roles: string[]): Actor => ({
  id: `person:${roles.join()}`,
  kind: "person",
  name: roles.join() || "nobody",
  roles,
});

it.each<[Actor, string, string | true]>([
  [LOCAL_OWNER, "batch.submit", true],
  [LOCAL_OWNER, "store.restore", true],
  [localActor("Mei"), "batch.approve", true],
  [person("preparer"), "batch.submit", true],
  [person("preparer"), "batch.approve", "ACTOR-001"],
  [person("preparer"), "record.read", true],
  [person("approver"), "batch.approve", true],
  [person("approver"), "batch.submit", "ACTOR-001"],
  [person("preparer", "approver"), "batch.approve", true],
  [person("assurer"), "journal.verify", true],
  [person("assurer"), "record.read", true],
  [person("assurer"), "batch.submit", "ACTOR-001"],
  [person(), "record.read", "ACTOR-001"],
  [person("unheard-of"), "record.read", "ACTOR-001"],
  [importActor("sensetime-2025"), "batch.submit", true],
  [importActor("sensetime-2025"), "batch.approve", "ACTOR-001"],
  // A role counts only for the kinds it names: a machine does not become an owner by bearing the word.
  [{ id: "meter", kind: "machine", name: "meter", roles: ["owner"] }, "batch.approve", "ACTOR-001"],
  [{ id: "meter", kind: "machine", name: "meter", roles: ["controller"] }, "reading.put", true],
])("%o may %s: %s", (actor, action, expected) => {
  const answer = rights.may(actor, action, { kind: "batch" });
  expect(answer === true ? true : answer.code).toBe(expected);
});

it.each<[string, string, string | true]>([
  ["batch.approve", "local-owner", "ACTOR-002"],
  ["batch.reject", "local-owner", "ACTOR-002"],
  ["report.approve", "local-owner", "ACTOR-002"],
  ["batch.approve", "import:sensetime-2025", true],
  ["batch.correct", "local-owner", true],
])("the owner may %s what %s submitted: %s", (action, submittedBy, expected) => {
  const answer = rights.may(LOCAL_OWNER, action, { kind: "batch", id: "17", submittedBy });
  expect(answer === true ? true : answer.code).toBe(expected);
});

it("says who could", () => {
  expect(rights.may(person("assurer"), "batch.approve", { kind: "batch", id: "17" })).toMatchObject({
    code: "ACTOR-001",
    expected: "owner, manager, approver",
    actual: "assurer",
    values: { action: "batch.approve", object: "17", actor: "assurer" },
  });
});

it("takes no role twice and no action without a verb", () => {
  const [role] = shipped.roles;
  if (!role) throw new Error("no role");
  expect(createRights({ ...shipped, roles: [role, role] })).toMatchObject({
    ok: false,
    issues: [{ code: "ACTOR-003", actual: "owner" }],
  });
  expect(() => rights.may(LOCAL_OWNER, "approve", { kind: "batch" })).toThrow("noun.verb");
  expect(rightsSchema.safeParse({ ...shipped, notBySubmitter: ["every thing"] }).success).toBe(false);
});

it("holds a limited role only where all of what is acted on lies within its extent", () => {
  const here = { sites: ["north"], activities: ["water.withdrawn"] };
  const limited: Actor = {
    ...person(),
    grants: [{ role: "preparer", sites: ["north", "south"], activities: ["water.*", "electricity.purchased"] }],
  };
  const may = (action: string, about?: { sites: string[]; activities: string[] }) =>
    rights.may(limited, action, { kind: "record", ...(about ? { about } : {}) }) === true;
  expect(may("record.read", here)).toBe(true);
  expect(may("batch.submit", { sites: ["north", "south"], activities: ["electricity.purchased"] })).toBe(true);
  expect(may("batch.submit", { sites: ["north", "west"], activities: ["water.withdrawn"] })).toBe(false);
  expect(may("batch.submit", { sites: ["north"], activities: ["electricity.renewable"] })).toBe(false);
  expect(may("batch.approve", here)).toBe(false);
  // What says nothing of where it belongs is nobody's but theirs who hold a role everywhere.
  expect(may("report.read")).toBe(false);
  expect(rights.extents(limited, "record.read")).toEqual([
    { sites: ["north", "south"], activities: ["water.*", "electricity.purchased"] },
  ]);
  expect(rights.extents(LOCAL_OWNER, "record.read")).toEqual([{}]);
  expect(rights.extents(person("approver"), "batch.submit")).toEqual([]);
});

it.each<[string, string, boolean]>([
  ["manager", "boundary.set", true],
  ["manager", "person.manage", false],
  ["manager", "batch.approve", true],
  ["manager", "backup.take", false],
  ["board", "report.read", true],
  ["board", "value.read", true],
  ["board", "record.read", false],
  ["board", "evidence.read", false],
  ["assurer", "evidence.read", true],
  ["assurer", "finding.answer", false],
  ["assurer", "backup.take", false],
  ["preparer", "finding.answer", true],
  ["preparer", "finding.accept", false],
  ["approver", "finding.accept", true],
  ["operator", "plan.approve", true],
  ["operator", "site.stop", true],
  ["operator", "batch.approve", false],
])("a %s may %s: %s", (role, action, expected) => {
  expect(rights.may(person(role), action, { kind: "thing" }) === true).toBe(expected);
});
