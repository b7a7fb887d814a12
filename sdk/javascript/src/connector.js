// From what an author writes to what the contract calls.

import * as bug from "./bug.js";
import { Context } from "./context.js";
import * as cursors from "./cursor.js";
import * as environment from "./environment.js";
import { Failure, toContract } from "./failure.js";
import * as fault from "./fault.js";
import * as record from "./record/pages.js";

const REQUIRED = ["check", "workers"];
const OPTIONAL = ["discover", "groups", "memberships", "failure", "reason"];

/** Makes a connector the component's own: `export const source = connector({...})`. */
export function connector(author) {
  for (const name of REQUIRED) {
    if (typeof author[name] !== "function") throw new TypeError(`connector(): the function \`${name}\` is missing`);
  }
  for (const name of Object.keys(author)) {
    if (![...REQUIRED, ...OPTIONAL].includes(name)) {
      throw new TypeError(`connector(): there is no function \`${name}\`; there are ${[...REQUIRED, ...OPTIONAL].join(", ")}`);
    }
  }
  const {
    discover = () => [],
    groups = () => ({}),
    memberships = () => ({}),
    failure = () => undefined,
    reason = fault.usualReason,
  } = author;
  const readers = { failure, reason };
  return {
    check: (run) => call(run, readers, "check", (cx) => record.account(author.check(cx))),
    discover: (run) => call(run, readers, "discover", (cx) => record.attributes(discover(cx))),
    pullGroups: (run, cursor) =>
      call(run, readers, "groups", (cx) => record.groupPage(groups(cx, cursors.read(cursor)))),
    pullMemberships: (run, cursor) =>
      call(run, readers, "memberships", (cx) => record.membershipPage(memberships(cx, cursors.read(cursor)))),
    pullWorkers: (run, cursor) =>
      call(run, readers, "workers", (cx) => record.workerPage(author.workers(cx, cursors.read(cursor)))),
  };
}

/** Whatever is thrown becomes a failure: an exception that leaves a component
 * would be a trap without a word. */
function call(run, readers, name, body) {
  try {
    environment.begin(run);
    return body(new Context(run, readers));
  } catch (error) {
    if (error instanceof record.Wrong) {
      throw toContract(bug.failureOf(new TypeError(`${name}() gave a wrong record: ${error.message}`)));
    }
    throw toContract(error instanceof Failure ? error : bug.failureOf(error));
  }
}
