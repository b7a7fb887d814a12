// Time and randomness, which a run has of its own.

import { instant } from "@rollcall/sdk";

import { saw, worker } from "./common.js";

export const clock = {
  check(cx) {
    return saw([
      `now: ${instant(cx.now)}`,
      `today: ${cx.today}`,
      `the language's clock: ${instant(new Date(Date.now()))}`,
    ]);
  },
};

/** The first draw of two calls of one run. */
export const random = {
  workers(cx, cursor) {
    const drawn = [Math.random(), crypto.randomUUID()];
    if (cursor === undefined) return { workers: [worker("drawn")], next: drawn };
    const same = cursor[0] === drawn[0] && cursor[1] === drawn[1];
    return { workers: [worker(same ? "drawn the same" : "drawn another")] };
  },
};
