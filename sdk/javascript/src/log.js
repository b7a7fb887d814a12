// Lines in the log of the run. Never a person's data: ids, keys and counts.

import { emit } from "./host.js";

/** What only the connector's author wants to know. */
export function debug(message) {
  emit("debug", String(message));
}

/** What is worth knowing when somebody looks. */
export function info(message) {
  emit("info", String(message));
}

/** What somebody ought to look at and that does not stop the read. */
export function warn(message) {
  emit("warn", String(message));
}

/** What went wrong. */
export function error(message) {
  emit("error", String(message));
}
