import assert from "node:assert/strict";
import { test } from "node:test";

import { Context } from "../src/context.js";
import { run, thrown } from "./provider.js";

function setting(value) {
  return new Context(run({ settings: value === undefined ? [] : [["k", value]] }), {}).setting("k");
}

function isWrong(body, why) {
  const { code, key, why: told } = thrown(body);
  assert.deepEqual([code, key, told], ["bad-setting", "k", why]);
}

test("an empty setting is none", () => {
  assert.equal(setting("  ").optional(), undefined);
  assert.equal(setting("").or("x"), "x");
  assert.equal(setting(" a ").required(), "a");
  isWrong(() => setting(" ").required(), "is required");
  isWrong(() => setting().required(), "is required");
});

test("typed settings", () => {
  assert.equal(setting("Yes").boolean(false), true);
  assert.equal(setting("off").boolean(true), false);
  assert.equal(setting("").boolean(true), true);
  isWrong(() => setting("perhaps").boolean(true), "has to be `true` or `false`");
  assert.equal(setting("40.5").number(), 40.5);
  assert.equal(setting("").number(), undefined);
  isWrong(() => setting("forty").number(), "has to be a number");
  assert.equal(setting("V2").oneOf(["v1", "v2"]), "v2");
  assert.equal(setting("").oneOf(["v1", "v2"]), "v1");
  isWrong(() => setting("v3").oneOf(["v1", "v2"]), "has to be one of v1, v2");
  assert.deepEqual(setting("a, b;;c\nd").list(), ["a", "b", "c", "d"]);
  assert.deepEqual(setting().list(), []);
});

test("what is wanted", () => {
  const cx = new Context(run({ wantedAttributes: ["department_id", "team_ids", "custom.badge"], wantedGroups: ["g"] }), {});
  assert.deepEqual([cx.wants("department"), cx.wants("department_id"), cx.wantsUnit("department")], [false, true, true]);
  assert.deepEqual([cx.wantsUnit("teams"), cx.wantsUnit("company")], [true, false]);
  assert.deepEqual([cx.wantsCustom("badge"), cx.wantsCustom("x"), cx.wantsAny("custom.")], [true, false, true]);
  assert.deepEqual([cx.wantsAny("work_address."), cx.wantsAll], [false, false]);
  assert.deepEqual([cx.wantsGroup("g"), cx.wantsGroup("h"), cx.wantedGroups], [true, false, ["g"]]);
  const all = new Context(run({ nesting: "flattened" }), {});
  assert.deepEqual([all.wants("x"), all.wantsAny("x"), all.wantsGroup("x"), all.wantsAll], [true, true, true, true]);
  assert.deepEqual([cx.flattened, all.flattened], [false, true]);
});

test("time and the size of a page", () => {
  const cx = new Context(run({ nowMs: 1772323200250n, pageSize: 7 }), {});
  assert.deepEqual([cx.now.toISOString(), cx.today], ["2026-03-01T00:00:00.250Z", "2026-03-01"]);
  assert.deepEqual([cx.pageSize(100), cx.pageSize(5), cx.pageSize(0)], [7, 5, 1]);
});
