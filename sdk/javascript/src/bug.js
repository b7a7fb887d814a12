// A mistake in the connector's own code, on its way to the host.

import { Failure } from "./failure.js";
import { kind } from "./record/shape.js";

export function failureOf(error) {
  return Failure.bug(describe(error));
}

/** The name, the message and the line of an exception. */
function describe(error) {
  // The engine itself throws a text when its memory is used up.
  if (typeof error === "string") return error;
  if (!(error instanceof Error)) return `something was thrown that is no Error, but ${kind(error)}`;
  const place = placeOf(error.stack ?? "");
  return `${error.name}: ${error.message}${place === undefined ? "" : ` (${place})`}`;
}

/** The author's line that is nearest to where an exception was thrown. A
 * component has `rollcallLines` from `build.mjs`: for each line of the bundle the
 * file and line in which it was written, and null for the SDK's own. */
function placeOf(stack) {
  const lines = globalThis.rollcallLines;
  for (const frame of stack.split("\n")) {
    const [, file, line] = /([^\s()@]+):(\d+):\d+\)?$/.exec(frame) ?? [];
    if (line === undefined) continue;
    if (lines === undefined) return `${file.split("/").at(-1)}:${line}`;
    const place = lines[Number(line) - 1];
    if (place) return place;
  }
  return undefined;
}
