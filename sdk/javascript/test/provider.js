// A host in memory: answers what a test told it, and keeps what it was asked.

import { connect } from "../src/host.js";

/** Connects a host that answers with these, in this order: `{ status, body,
 * headers }`, or `{ error }` as the contract has it. */
export function provider(...answers) {
  const requests = [];
  const lines = [];
  const one = (request) => {
    requests.push(request);
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`not expected: ${request.target.val}`);
    if (answer.error) return { tag: "err", val: answer.error };
    const { status = 200, body = "{}", headers = {} } = answer;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return { tag: "ok", val: { status, headers: Object.entries(headers), body: new TextEncoder().encode(text) } };
  };
  connect({
    fetch(request) {
      const result = one(request);
      // As the generated code does it.
      if (result.tag === "err") throw Object.assign(new Error("ComponentError"), { payload: result.val });
      return result.val;
    },
    fetchAll: (all) => all.map(one),
    emit: (level, message) => lines.push(`${level}: ${message}`),
  });
  return { requests, lines };
}

/** A run as the host gives it: a full read at noon of 15 January 2026. */
export function run(change = {}) {
  return {
    id: "test",
    mode: { tag: "full" },
    nowMs: 1768478400000n,
    settings: [],
    wantedAttributes: [],
    wantedGroups: [],
    nesting: "direct",
    pageSize: 100,
    ...change,
  };
}

/** What a function of the contract throws. */
export function thrown(body) {
  try {
    body();
  } catch (failure) {
    return failure;
  }
  throw new Error("nothing was thrown");
}
