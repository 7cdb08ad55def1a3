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
  [{ id: "meter", kind: "machine", name: "meter", roles: ["operator"] }, "reading.put", true],
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
    expected: "owner, approver",
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
