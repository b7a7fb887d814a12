// Where a read is: any JSON value, as the contract's bytes and back.

import { Failure } from "./failure.js";

/** What a cursor says that an earlier page gave; `undefined` on the first page. */
export function read(bytes) {
  if (bytes === undefined) return undefined;
  try {
    return decode(bytes);
  } catch {
    throw damaged();
  }
}

export function readCheckpoint(bytes) {
  try {
    return decode(bytes);
  } catch {
    throw Failure.checkpointExpired();
  }
}

/** The failure for a cursor of another shape than the one that is expected. */
export function damaged() {
  return Failure.invalidResponse("the cursor is damaged, or of another version");
}

/** A state as bytes; `undefined` where there is none. */
export function write(state) {
  if (state === undefined || state === null) return undefined;
  return new TextEncoder().encode(JSON.stringify(state));
}

function decode(bytes) {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}
