// A request under construction, and sending it.

import { Answer } from "./answer.js";
import { Failure } from "./failure.js";
import * as fault from "./fault.js";
import * as host from "./host.js";
import * as log from "./log.js";

/** A request, to be completed and sent. Each step gives a new one. */
export class Call {
  constructor(readers, request) {
    this.readers = readers;
    this.request = request;
  }

  #with(change) {
    return new Call(this.readers, { ...this.request, ...change });
  }

  /** Adds a parameter to the query, where there is a value; the host encodes it. */
  query(key, value) {
    if (value === undefined || value === null) return this;
    return this.#with({ query: [...this.request.query, [key, String(value)]] });
  }

  /** Adds a header, where there is a value. The host takes lower-case names
   * alone; however references write them, they mean the same. */
  header(name, value) {
    if (value === undefined || value === null) return this;
    return this.#with({ headers: [...this.request.headers, [name.toLowerCase(), String(value)]] });
  }

  /** The slot of the manifest whose credential the host adds. */
  auth(slot) {
    return this.#with({ credential: slot });
  }

  /** What this is for, in a few words: in the audit, and in front of what is
   * wrong with the answer. */
  purpose(purpose) {
    return this.#with({ purpose });
  }

  /** A body that is JSON, with its content type. */
  jsonBody(value) {
    return this.body("application/json", JSON.stringify(value));
  }

  /** A body of any kind: text or bytes. */
  body(contentType, body) {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return this.#with({ body: bytes }).header("content-type", contentType);
  }

  // -------------------------------------------------------- sending ----

  /** Sends, and takes only a success (2xx) for an answer. */
  send() {
    return successful(this.anyStatus(), this.readers);
  }

  /** As `send`, but what is not there (404, 410) is `undefined`. */
  sendIfFound() {
    return this.sendUnless([404, 410]);
  }

  /** As `send`, but each of these statuses is `undefined`. */
  sendUnless(absent) {
    const answer = this.anyStatus();
    return absent.includes(answer.status) ? undefined : successful(answer, this.readers);
  }

  /** Sends, and takes an answer of any status. */
  anyStatus() {
    try {
      return new Answer(host.fetch(this.request), this.request);
    } catch (error) {
      // Without a payload it is no answer of the host's but a bug.
      if (error?.payload === undefined) throw error;
      throw notFetched(error.payload);
    }
  }

  /** Sends, and reads the answer as JSON. */
  json() {
    return this.send().json();
  }
}

export function newCall(readers, method, alias, target) {
  return new Call(readers, {
    method,
    host: alias,
    target,
    query: [],
    headers: [],
    body: undefined,
    credential: undefined,
    purpose: "",
  });
}

/** The most requests that the contract takes in one `fetch-all`. */
const AT_ONCE = 100;

export function fetchAll(calls) {
  const answers = [];
  for (let from = 0; from < calls.length; from += AT_ONCE) {
    const some = calls.slice(from, from + AT_ONCE);
    const results = host.fetchAll(some.map((call) => call.request));
    for (const [at, call] of some.entries()) answers.push(outcome(call, results[at]));
  }
  return answers;
}

function outcome(call, result) {
  try {
    if (result.tag === "err") return notFetched(result.val);
    return successful(new Answer(result.val, call.request), call.readers);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Why there is no answer. The host knows it too, and decides about the blame. */
function notFetched({ tag, val }) {
  switch (tag) {
    case "denied":
      return Failure.fetchFailed(`denied: ${val}`);
    case "budget":
      return Failure.fetchFailed(`limit reached: ${val}`);
    case "timeout":
      return Failure.fetchFailed("timeout");
    case "sign-in":
      return Failure.authFailed(val);
    default:
      return Failure.fetchFailed(val);
  }
}

function successful(answer, readers) {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const reason = readers.reason(answer);
  // The contract carries no text for most statuses: the log has it.
  log.warn(reason === undefined ? `${answer}` : `${answer}: ${reason}`);
  throw readers.failure(answer) ?? fault.ofStatus(answer, reason);
}
