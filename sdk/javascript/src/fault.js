// From an answer that is no success to a failure that says who has to act.

import { Failure } from "./failure.js";
import { parse } from "./json.js";

/** The meaning of HTTP statuses, for providers that keep to it. */
export function ofStatus(answer, reason) {
  return ofCode(answer.status, reason, answer);
}

/** As `ofStatus`, where the status stands in the body of an answer that claims
 * to be a success. */
export function ofCode(status, reason, answer) {
  switch (status) {
    case 401:
      return Failure.authFailed(reason ?? `${answer}`);
    case 403:
      return Failure.permissionMissing(reason ?? answer.purpose);
    case 429:
      return Failure.rateLimited(answer.retryAfter());
    default:
      return Failure.upstream(status);
  }
}

/** Where providers usually put their reason, the most telling first. */
const PLACES = [
  "/error_description",
  "/error/message",
  "/error/detail",
  "/errors/0/detail",
  "/errors/0/message",
  "/errors/0/title",
  "/message",
  "/detail",
  "/title",
  "/error",
  "/errors/0",
  "/reason",
];

/** The provider's reason from the usual places of a JSON body. */
export function usualReason(answer) {
  return reasonAt(answer, PLACES);
}

const LONGEST = 200;

/** The first text at one of these JSON pointers, shortened to what fits a line. */
export function reasonAt(answer, pointers) {
  const { value } = parse(answer.body);
  for (const pointer of pointers) {
    const found = pointer.split("/").slice(1).reduce((part, key) => part?.[key], value);
    if (typeof found !== "string" || found.trim() === "") continue;
    const parts = found.split(/[\u0000-\u001f\u007f-\u009f]/).map((part) => part.trim());
    return Array.from(parts.filter((part) => part !== "").join(" ")).slice(0, LONGEST).join("");
  }
  return undefined;
}
