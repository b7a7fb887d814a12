import assert from "node:assert/strict";
import { test } from "node:test";

import { connector, scalar } from "../src/index.js";
import { run, thrown } from "./provider.js";

const least = { check: () => ({}), workers: () => ({ workers: [] }) };

function workers(...workers) {
  return connector({ ...least, workers: () => ({ workers }) }).pullWorkers(run()).workers;
}

/** What is said of this page. */
function wrong(page) {
  const { tag, val } = thrown(() => connector({ ...least, workers: () => page }).pullWorkers(run()));
  assert.equal(tag, "bug");
  return val.replace("TypeError: workers() gave a wrong record: ", "").replace(/ \([^()]*:\d+\)$/, "");
}

test("a worker with nothing has what the contract has to have", () => {
  assert.deepEqual(workers({ id: 7, status: "active", userName: " ", address: {} }), [
    {
      id: "7",
      status: "active",
      userName: undefined,
      address: undefined,
      name: {},
      contact: {},
      employment: {},
      organization: { teams: [] },
      custom: [],
    },
  ]);
});

test("what is blank, null or a unit without anything is none", () => {
  const [worker] = workers({
    id: "1",
    status: "active",
    name: { given: null, family: "\t", display: 7 },
    organization: { department: { id: "", name: null }, company: { id: 3 }, teams: [{}, { name: "Blue" }] },
    custom: [{ name: "a", value: "" }, { name: "b", value: null }, { name: "c", value: 0 }],
  });
  assert.deepEqual(worker.name, { given: undefined, family: undefined, display: "7" });
  const { department, company, teams } = worker.organization;
  assert.deepEqual([department, company, teams], [undefined, { id: "3" }, [{ name: "Blue" }]]);
  assert.deepEqual(worker.custom, [{ name: "c", value: { tag: "number", val: 0 } }]);
});

test("values of all kinds", () => {
  const value = (value) => workers({ id: "1", status: "active", custom: [{ name: "a", value }] })[0].custom[0]?.value;
  assert.deepEqual(value("x"), { tag: "text", val: "x" });
  assert.deepEqual(value(1.5), { tag: "number", val: 1.5 });
  assert.deepEqual(value(false), { tag: "boolean", val: false });
  assert.deepEqual(value({ date: "2026-01-01" }), { tag: "date", val: "2026-01-01" });
  assert.deepEqual(value(["x", null, 2]), { tag: "texts", val: ["x", "2"] });
  assert.equal(value({ date: undefined }), undefined);
});

test("whatever a custom field holds", () => {
  for (const [raw, expected] of [
    ["x", "x"],
    ["\t", undefined],
    [null, undefined],
    [5, 5],
    [1.5, 1.5],
    [1234567890123456, "1234567890123456"],
    ["1234567890123456789", "1234567890123456789"],
    [false, false],
    [["a", 1, null, "", ["b", "c"], { x: 1 }], ["a", "1", "b, c"]],
    [[], undefined],
    [{ a: 1 }, undefined],
  ]) {
    assert.deepEqual(scalar(raw), expected, JSON.stringify(raw));
  }
});

test("what does not fit is named by its place, and never by its value", () => {
  const one = (fields) => wrong({ workers: [{ id: "1", status: "active" }, { id: "2", status: "active", ...fields }] });
  assert.equal(one({ contact: { workEmail: { secret: 1 } } }), "workers[1].contact.workEmail: expected a text, found an object");
  assert.match(one({ user_name: "x" }), /^workers\[1\]\.user_name: there is no such field; there are id, status, userName/);
  assert.equal(one({ name: "Ada" }), "workers[1].name: expected an object, found a text");
  assert.match(one({ id: " " }), /^workers\[1\]\.id: is missing/);
  assert.match(one({ status: "Active" }), /^workers\[1\]\.status: has to be one of active, pending, on-leave/);
  assert.match(one({ status: undefined }), /^workers\[1\]\.status: is missing/);
  assert.equal(one({ employment: { fte: Number.NaN } }), "workers[1].employment.fte: expected a number, found what is no number");
  assert.equal(one({ employment: { isManager: "no" } }), "workers[1].employment.isManager: expected true or false, found a text");
  assert.match(one({ custom: [{ name: "a", value: { x: 1 } }] }), /^workers\[1\]\.custom\[0\]\.value: expected .*see scalar\(\)$/);
  assert.equal(one({ custom: {} }), "workers[1].custom: expected a list, found an object");
});

test("a page without its list is not an empty company", () => {
  assert.equal(wrong(undefined), "expected a page, { workers: [...] }, found nothing");
  assert.match(wrong({}), /^workers: is missing/);
  assert.match(wrong({ workers: undefined }), /^workers: is missing/);
  assert.equal(wrong({ workers: {} }), "workers: expected a list, found an object");
  assert.equal(wrong({ workers: [null] }), "workers[0]: is missing");
  assert.equal(wrong({ workers: [], total: 1.5 }), "total: expected a number of records, found a number");
  assert.equal(wrong({ workers: [], total: -1 }), "total: expected a number of records, found a number");
});

test("memberships of workers and of groups", () => {
  const pull = (...memberships) =>
    connector({ ...least, memberships: () => ({ memberships, deleted: memberships, total: 2 }) }).pullMemberships(run());
  const page = pull({ groupId: "g", workerId: 1 }, { groupId: "g", memberGroupId: "h" });
  const expected = [
    { groupId: "g", member: { tag: "worker", val: "1" } },
    { groupId: "g", member: { tag: "group", val: "h" } },
  ];
  assert.deepEqual([page.memberships, page.deleted, page.total], [expected, expected, 2n]);
  assert.match(thrown(() => pull({ groupId: "g" })).val, /memberships\[0\]: has to have either/);
  assert.match(thrown(() => pull({ groupId: "g", workerId: 1, memberGroupId: 2 })).val, /has to have either/);
});
