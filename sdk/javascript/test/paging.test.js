import assert from "node:assert/strict";
import { test } from "node:test";

import { offset, pageNumber, token } from "../src/index.js";
import { thrown } from "./provider.js";

const REPEATED = "the paging does not move: a page has only records that were on an earlier one";

/** As a cursor comes back: through JSON. */
function back(state) {
  return JSON.parse(JSON.stringify(state));
}

test("offset ends at the total, at an empty page or at a short one", () => {
  const start = offset(undefined);
  const second = offset(back(start.after(["a", "b"], { limit: 2, total: 3 })));
  assert.equal(second.offset, 2);
  assert.equal(second.after(["c"], { limit: 2, total: 3 }), undefined);
  assert.equal(second.after([], { limit: 2, total: 3 }), undefined);
  assert.equal(start.after(["a"], { limit: 2 }), undefined);
  assert.equal(start.after(["a"], { limit: 2, total: null }), undefined);
  assert.equal(start.after(["a", "b"], { limit: 2 }).offset, 2);
  // The provider gave less than asked; its total says that there is more.
  assert.equal(start.after(["a"], { limit: 2, total: 2 }).offset, 1);
});

test("a page that repeats is a failure", () => {
  const ends = { limit: 2, total: 9 };
  const second = offset(back(offset(undefined).after([1, 2], ends)));
  assert.equal(thrown(() => second.after([2, 1], ends)).detail, REPEATED);
  const third = offset(back(second.after([3, 4], ends)));
  assert.equal(thrown(() => third.after([1, 2], ends)).detail, REPEATED);
  assert.equal(thrown(() => third.after([4, 3], ends)).detail, REPEATED);
  assert.equal(third.after([5, 4], ends).offset, 6);
});

test("page numbers", () => {
  const second = pageNumber(back(pageNumber(undefined).after(["a", "b"], { limit: 2 })));
  assert.equal(second.page, 1);
  assert.equal(second.after(["c"], { limit: 2 }), undefined);
  assert.equal(second.after(["c"], { pages: 2 }), undefined);
  assert.equal(second.after(["c"], { pages: 3 }).page, 2);
  assert.equal(second.after(["c"], { limit: 2, total: 9 }).read, 3);
  assert.equal(thrown(() => second.after(["b", "a"], { pages: 3 })).detail, REPEATED);
});

test("tokens", () => {
  const start = token(undefined);
  assert.equal(start.token, undefined);
  for (const none of [undefined, null, "", " "]) assert.equal(start.after(none), undefined);
  const second = token(back(start.after(" t ")));
  assert.equal(second.token, "t");
  const { detail } = thrown(() => second.after("t"));
  assert.equal(detail, "the paging does not move: the provider gave the same next page again");
});

test("a cursor of another shape is damaged", () => {
  for (const read of [offset, pageNumber, token]) {
    for (const cursor of [null, 7, "x", [], { other: 1 }]) {
      assert.equal(thrown(() => read(cursor)).detail, "the cursor is damaged, or of another version");
    }
  }
});
