// What harms the host and not the data: the same crimes in each language, each
// by its own means. The setting `crime` says which.

import { connector } from "@rollcall/sdk";

/** Lines that are logged, where the host takes 500. */
const FLOOD = 10_000;

const nobody = { workers: [] };

const CRIMES = {
  none: () => nobody,
  "endless-loop": () => {
    for (;;);
  },
  "memory-bomb": () => {
    const all = [];
    for (;;) all.push(new Uint8Array(1 << 20).fill(1));
  },
  "log-flood": () => {
    for (let line = 0; line < FLOOD; line += 1) console.log(`line ${line}`);
    return nobody;
  },
  "undeclared-host": (cx) => {
    cx.get("elsewhere", "/people").purpose("curiosity").send();
    return nobody;
  },
  blurting: () => {
    throw new Error("the password is hunter2-of-mara.lind");
  },
  tampering,
};

/** Changes what all objects share, and looks on the second page for what is left
 * of the first. */
function tampering(cx, cursor) {
  const left = [globalThis.left, {}.left, Function.prototype.left].filter(Boolean);
  if (left.length > 0) throw new Error(`the second call sees what the first one left: ${left}`);
  globalThis.left = "a global";
  Object.prototype.left = "a property of every object";
  Function.prototype.left = "a property of every function";
  Date.now = () => 0;
  const next = cursor === undefined ? { page: 2 } : undefined;
  return { workers: [{ id: next ? "p-1" : "p-2", status: "active" }], next };
}

export const source = connector({
  check: () => ({}),
  workers: (cx, cursor) => CRIMES[cx.setting("crime").required()](cx, cursor),
});
