// Cursors and checkpoints.

import { saw, worker } from "./common.js";

/** A state with whatever JSON has, and text of every kind. */
const MARK = [
  "mark/1",
  { text: 'Zoë \u{1f388} "quoted" \\ line\nbreak', number: 9007199254740991, list: [true, false, null] },
];

function isMark(state) {
  return JSON.stringify(state) === JSON.stringify(MARK);
}

/** Goes out on the first page and comes back on the second, which gives it as
 * the checkpoint. */
export const cursors = {
  workers(cx, cursor) {
    // A page that is not the last loses its checkpoint.
    if (cursor === undefined) return { workers: [worker("first page")], next: MARK, checkpoint: MARK };
    return { workers: [worker(isMark(cursor) ? "came back" : "came back as another")], checkpoint: MARK };
  },
};

/** Reads of changes: from the checkpoint above, from none, from a damaged one. */
export const changes = {
  check(cx) {
    const since = cx.changesSince();
    if (since === undefined) return saw(["a full read"]);
    return saw([isMark(since) ? "changes since the mark" : "changes since another mark"]);
  },
  groups(cx) {
    cx.changesSince();
    return { groups: [], deleted: ["g1", "g2"], total: 0 };
  },
  memberships(cx) {
    cx.changesSince();
    const deleted = [{ groupId: "g1", workerId: "1" }, { groupId: "g1", memberGroupId: "g2" }];
    return { memberships: [], deleted, checkpoint: MARK };
  },
  workers(cx) {
    cx.changesSince();
    return { workers: [worker("1")], deleted: ["2", "3"], checkpoint: MARK };
  },
};
