// From what an author writes to what the contract calls.

import * as bug from "./bug.js";
import { Context } from "./context.js";
import * as cursors from "./cursor.js";
import * as environment from "./environment.js";
import { Failure, toContract } from "./failure.js";
import * as fault from "./fault.js";
import * as record from "./record/pages.js";

const REQUIRED = ["check", "workers"];

const DEFAULTS = {
  discover: () => [],
  groups: () => ({ groups: [] }),
  memberships: () => ({ memberships: [] }),
  failure: () => undefined,
  reason: fault.usualReason,
};

/** Makes a connector the component's own: `export const source = connector({...})`. */
export function connector(author) {
  const known = [...REQUIRED, ...Object.keys(DEFAULTS)];
  for (const name of new Set([...REQUIRED, ...Object.keys(author)])) {
    if (!known.includes(name)) {
      throw new TypeError(`connector(): there is no function \`${name}\`; there are ${known.join(", ")}`);
    }
    if (typeof author[name] !== "function") throw new TypeError(`connector(): the function \`${name}\` is missing`);
  }
  const whole = { ...DEFAULTS, ...author };
  const page = (name, convert) => (run, cursor) =>
    call(whole, run, name, (cx) => whole[name](cx, cursors.read(cursor)), convert);
  return {
    check: (run) => call(whole, run, "check", (cx) => whole.check(cx), record.account),
    discover: (run) => call(whole, run, "discover", (cx) => whole.discover(cx), record.attributes),
    pullGroups: page("groups", record.groupPage),
    pullMemberships: page("memberships", record.membershipPage),
    pullWorkers: page("workers", record.workerPage),
  };
}

/** Whatever is thrown becomes a failure: an exception that leaves a component
 * would be a trap without a word. */
function call(readers, run, name, body, convert) {
  try {
    environment.begin(run);
    const given = body(new Context(run, readers));
    if (typeof given?.then === "function") {
      throw new TypeError(`${name}() gave a promise; requests answer at once, so leave out \`async\` and \`await\``);
    }
    return convert(given);
  } catch (error) {
    if (error instanceof record.Wrong) {
      throw toContract(bug.failureOf(new TypeError(`${name}() gave a wrong record: ${error.message}`)));
    }
    throw toContract(error instanceof Failure ? error : bug.failureOf(error));
  }
}
