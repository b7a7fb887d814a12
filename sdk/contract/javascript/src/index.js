// The contract suite's connector in JavaScript. Each case of
// `sdk/contract/README.md` is a connector of its own; the setting `case` says
// which one answers.

import { connector, fault, Failure } from "@rollcall/sdk";

import { answers } from "./answers.js";
import { bug } from "./bug.js";
import { clock, random } from "./clock.js";
import { dates } from "./dates.js";
import { failures, failuresMore, fetchErrors, hooks, statuses } from "./failures.js";
import { log, logLong } from "./log.js";
import { nextLink, offsets, tokens } from "./paging.js";
import { records } from "./records.js";
import { fetchAll, requests } from "./requests.js";
import { settings } from "./settings.js";
import { changes, cursors } from "./states.js";
import { wanted } from "./wanted.js";

const least = {
  check: () => ({}),
  workers: () => ({ workers: [] }),
};

const readers = {
  failure: (answer) => (answer.status === 418 ? Failure.checkpointExpired() : undefined),
  reason: (answer) => fault.reasonAt(answer, ["/why"]) ?? fault.usualReason(answer),
};

/** One with whatever a case does not play left to the SDK. */
function played(functions) {
  return connector({ ...least, ...readers, ...functions });
}

const CASES = {
  defaults: played({}),
  failures: played(failures),
  "failures-more": played(failuresMore),
  "fetch-errors": played(fetchErrors),
  statuses: played(statuses),
  hooks: played(hooks),
  answers: played(answers),
  settings: played(settings),
  clock: played(clock),
  random: played(random),
  wanted: played(wanted),
  changes: played(changes),
  cursor: played(cursors),
  log: played(log),
  "log-long": played(logLong),
  requests: played(requests),
  "fetch-all": played(fetchAll),
  "next-link": played(nextLink),
  offset: played(offsets),
  token: played(tokens),
  records: played(records),
  dates: played(dates),
  bug: played(bug),
};

/** A case's function: called through the contract, as each is a whole connector. */
function of(name) {
  return (run, cursor) => {
    const found = run.settings.find(([key]) => key === "case")?.[1];
    return (CASES[found] ?? unknown)[name](run, cursor);
  };
}

const refuse = (cx) => {
  throw cx.setting("case").wrong("names no case of the suite");
};
const unknown = connector({
  check: refuse,
  discover: refuse,
  groups: refuse,
  memberships: refuse,
  workers: refuse,
});

export const source = {
  check: of("check"),
  discover: of("discover"),
  pullGroups: of("pullGroups"),
  pullMemberships: of("pullMemberships"),
  pullWorkers: of("pullWorkers"),
};
