import assert from "node:assert/strict";
import { test } from "node:test";

import { connector, Failure } from "../src/index.js";
import { provider, run, thrown } from "./provider.js";

const least = { check: () => ({}), workers: () => ({ workers: [] }) };

test("what the author leaves out answers with nothing", () => {
  const source = connector(least);
  const page = { deleted: [], next: undefined, checkpoint: undefined };
  assert.deepEqual(source.check(run()), { warnings: [] });
  assert.deepEqual(source.discover(run()), []);
  assert.deepEqual({ ...source.pullGroups(run()) }, { groups: [], deleted: [] });
  assert.deepEqual({ ...source.pullMemberships(run()) }, { memberships: [], deleted: [] });
  assert.deepEqual({ ...page, ...source.pullWorkers(run()) }, { workers: [], ...page });
});

test("a connector without what each has to have, or with what nobody calls, is not built", () => {
  assert.throws(() => connector({ check() {} }), /the function `workers` is missing/);
  assert.throws(() => connector({ ...least, groups: undefined }), /the function `groups` is missing/);
  assert.throws(() => connector({ ...least, people() {} }), /no function `people`; there are check, workers, discover/);
});

test("each failure is told as it is thrown", () => {
  const told = (failure) => {
    const check = () => {
      throw failure;
    };
    return thrown(() => connector({ ...least, check }).check(run()));
  };
  assert.deepEqual(told(Failure.authFailed("a")), { tag: "auth-failed", val: "a" });
  assert.deepEqual(told(Failure.permissionMissing("a")), { tag: "permission-missing", val: "a" });
  assert.deepEqual(told(Failure.rateLimited(7)), { tag: "rate-limited", val: 7 });
  assert.deepEqual(told(Failure.rateLimited()), { tag: "rate-limited", val: undefined });
  assert.deepEqual(told(Failure.rateLimited(1e12)), { tag: "rate-limited", val: undefined });
  assert.deepEqual(told(Failure.upstream(503)), { tag: "upstream", val: 503 });
  assert.deepEqual(told(Failure.invalidResponse("a")), { tag: "invalid-response", val: "a" });
  assert.deepEqual(told(Failure.badSetting("k", "w")), { tag: "bad-setting", val: { key: "k", why: "w" } });
  assert.deepEqual(told(Failure.fetchFailed("a")), { tag: "fetch-failed", val: "a" });
  assert.deepEqual(told(Failure.checkpointExpired()), { tag: "checkpoint-expired" });
});

test("a bug is a failure with its name, its message and its line", () => {
  const told = (check) => thrown(() => connector({ ...least, check }).check(run())).val;
  assert.match(told(() => null.name), /^TypeError: .*name.* \(connector\.test\.js:\d+\)$/);
  assert.match(told(() => missing), /^ReferenceError: missing is not defined \(connector\.test\.js:\d+\)$/);
  const tag = thrown(() => connector({ ...least, check: () => null.name }).check(run())).tag;
  // `invalid-response` would blame the provider.
  assert.equal(tag, "bug");
  assert.equal(told(() => { throw "out of memory"; }), "out of memory");
  assert.equal(told(() => { throw { a: 1 }; }), "something was thrown that is no Error, but an object");
  assert.match(told(async () => ({})), /check\(\) gave a promise; .*leave out `async`/);
});

test("a line of a component is that of the author's file", () => {
  const error = new TypeError("x");
  error.stack = "get@connector.js:2:1\ncheck@connector.js:3:5\nother@/elsewhere/initializer.js:9:9";
  const check = () => {
    throw error;
  };
  globalThis.rollcallLines = [null, null, "src/index.js:40"];
  try {
    assert.equal(thrown(() => connector({ ...least, check }).check(run())).val, "TypeError: x (src/index.js:40)");
  } finally {
    delete globalThis.rollcallLines;
  }
});

test("why there is no answer", () => {
  const told = (error) => {
    provider({ error });
    const check = (cx) => void cx.get("api", "/x").purpose("test").send();
    return thrown(() => connector({ ...least, check }).check(run()));
  };
  assert.deepEqual(told({ tag: "denied", val: "a" }), { tag: "fetch-failed", val: "denied: a" });
  assert.deepEqual(told({ tag: "budget", val: "a" }), { tag: "fetch-failed", val: "limit reached: a" });
  assert.deepEqual(told({ tag: "timeout" }), { tag: "fetch-failed", val: "timeout" });
  assert.deepEqual(told({ tag: "transport", val: "a" }), { tag: "fetch-failed", val: "a" });
  assert.deepEqual(told({ tag: "sign-in", val: "a" }), { tag: "auth-failed", val: "a" });
});

test("a state comes back, and one that is damaged is a failure", () => {
  const workers = (cx, cursor) =>
    cursor === undefined
      ? { workers: [], next: { text: "Zoë 🎈" }, checkpoint: 1 }
      : { workers: [], checkpoint: [cursor.text, cx.changesSince()] };
  const source = connector({ ...least, workers });
  const first = source.pullWorkers(run());
  assert.equal(first.checkpoint, undefined);
  const changes = run({ mode: { tag: "changes", val: new TextEncoder().encode("7") } });
  const last = source.pullWorkers(changes, first.next);
  assert.equal(new TextDecoder().decode(last.checkpoint), '["Zoë 🎈",7]');
  const damaged = first.next.slice(0, 5);
  assert.equal(thrown(() => source.pullWorkers(run(), damaged)).tag, "invalid-response");
  const expired = run({ mode: { tag: "changes", val: damaged } });
  assert.deepEqual(thrown(() => source.pullWorkers(expired, first.next)), { tag: "checkpoint-expired" });
});
