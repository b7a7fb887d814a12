import assert from "node:assert/strict";
import { test } from "node:test";

import { provider, run } from "./provider.js";

/** A fresh copy of the module, as at the start of a component, and a scope with
 * what it replaces. */
async function fresh() {
  const environment = await import(`../src/environment.js?${Math.random()}`);
  const scope = { Date, Math: Object.create(Math) };
  Object.defineProperty(scope, "crypto", { get: () => undefined, configurable: true });
  environment.install(scope);
  return { scope, begin: environment.begin };
}

const NativeDate = Date;
test.afterEach(() => {
  Object.defineProperty(NativeDate.prototype, "constructor", { value: NativeDate });
});

test("without a run there is no time and no chance, and they say what to use", async () => {
  const { scope } = await fresh();
  for (const body of [() => scope.Date.now(), () => new scope.Date(), () => scope.Date(), () => scope.performance.now()]) {
    assert.throws(body, /there is no run, and so not the time, while the component is built; use cx\.now/);
  }
  for (const body of [() => scope.Math.random(), () => scope.crypto.randomUUID()]) {
    assert.throws(body, /not a seed, .* within a function of the connector/);
  }
  assert.equal(new scope.Date(0).getTime(), 0);
});

test("time is the run's", async () => {
  const { scope, begin } = await fresh();
  begin(run({ nowMs: 1768478400250n }));
  assert.equal(scope.Date.now(), 1768478400250);
  assert.equal(new scope.Date().toISOString(), "2026-01-15T12:00:00.250Z");
  assert.equal(scope.performance.now(), 1768478400250);
  assert.match(scope.Date(), /2026/);
  begin(run({ nowMs: 5n }));
  assert.equal(scope.Date.now(), 5);
});

test("a replaced Date is a Date", async () => {
  const { scope } = await fresh();
  const date = new scope.Date(2020, 1, 29);
  assert.ok(date instanceof scope.Date && date instanceof NativeDate);
  assert.equal(date.constructor, scope.Date);
  assert.equal(scope.Date.UTC(1970, 0, 2), 86_400_000);
  assert.equal(scope.Date.parse("1970-01-01T00:00:01Z"), 1000);
  assert.equal(scope.Date.length, 7);
  class Later extends scope.Date {}
  assert.ok(new Later(0) instanceof Later);
});

test("random numbers are the run's", async () => {
  const { scope, begin } = await fresh();
  const draw = (id) => {
    begin(run({ id }));
    return [scope.Math.random(), scope.Math.random(), scope.crypto.randomUUID()];
  };
  const one = draw("run-1");
  assert.deepEqual(draw("run-1"), one);
  assert.notDeepEqual(draw("run-2"), one);
  assert.notEqual(one[0], one[1]);
  assert.ok(one[0] >= 0 && one[0] < 1);
  assert.match(one[2], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("random numbers are spread over all there are", async () => {
  const { scope, begin } = await fresh();
  begin(run());
  const tenths = new Array(10).fill(0);
  for (let drawn = 0; drawn < 10_000; drawn += 1) tenths[Math.floor(scope.Math.random() * 10)] += 1;
  assert.ok(tenths.every((count) => count > 850 && count < 1150), tenths.join());
});

test("the console is the log", async () => {
  const { lines } = provider();
  const { scope } = await fresh();
  const circle = {};
  circle.circle = circle;
  scope.console.log("printed:", "Zoë", 1, true, null, { a: [1] }, new TypeError("x"), circle);
  for (const level of ["debug", "info", "warn", "error"]) scope.console[level](level);
  assert.deepEqual(lines, [
    'info: printed: Zoë 1 true null {"a":[1]} TypeError: x [object Object]',
    "debug: debug",
    "info: info",
    "warn: warn",
    "error: error",
  ]);
});

test("what is not there says what to use", async () => {
  const { scope } = await fresh();
  assert.throws(() => scope.fetch("https://x"), /fetch\(\): is not there; use cx\.get/);
  assert.throws(() => scope.setTimeout(() => {}), /setTimeout\(\): is not there; a call does not wait/);
  assert.throws(() => scope.setInterval(() => {}), /setInterval\(\): is not there/);
});
