// From a provider's word for where somebody stands to ours. Days are compared as
// texts, `YYYY-MM-DD`.

import * as log from "./log.js";

/** The status of this word, in any case. One that is missing or that the table
 * does not have is logged and becomes `fallback`: choose one that removes
 * nobody. */
export function lookupOr(table, word, fallback) {
  if (word === undefined || word === null || String(word).trim() === "") return fallback;
  const wanted = String(word).trim().toLowerCase();
  const found = Object.entries(table).find(([name]) => name.toLowerCase() === wanted);
  if (found !== undefined) return found[1];
  // A status is a word of the provider's, never a person's data.
  log.warn(`unknown status \`${String(word).trim()}\` is taken for ${fallback}`);
  return fallback;
}

/** What the dates make of a status: who is active and begins later is pending,
 * whose account is inactive and whose last day is past has left. The last day
 * itself still counts as work. */
export function settle(status, start, end, today) {
  if (status === "active" && start !== undefined && start > today) return "pending";
  if (status === "inactive" && end !== undefined && end < today) return "terminated";
  return status;
}

/** The status where a provider has nothing but dates. */
export function ofDates(start, end, today) {
  if (end !== undefined && end < today) return "terminated";
  return start !== undefined && start > today ? "pending" : "active";
}
