// What a connector reports, and what becomes of a request that failed.

import { Failure } from "@rollcall/sdk";

import { get, worker } from "./common.js";

/** Throws this. */
function fails(failure) {
  return () => {
    throw failure();
  };
}

/** Each kind of failure, made by hand. */
export const failures = {
  check: fails(() => Failure.authFailed("the key was withdrawn")),
  discover: fails(() => Failure.permissionMissing("people:read")),
  groups: fails(() => Failure.rateLimited(30)),
  memberships: fails(() => Failure.rateLimited()),
  workers: fails(() => Failure.upstream(503)),
};

/** The other kinds, and one that comes on the second page. */
export const failuresMore = {
  check: fails(() => Failure.invalidResponse("people page: a person has no `id`")),
  discover(cx) {
    throw cx.setting("choice").wrong("has to be one that this account has");
  },
  groups: fails(() => Failure.bug("TypeError: made by hand (contract:1)")),
  memberships: fails(() => Failure.checkpointExpired()),
  workers(cx, cursor) {
    if (cursor !== undefined) throw Failure.upstream(500);
    return { workers: [worker("1")], next: { token: "2" } };
  },
};

/** Asks for this, and has nothing to give. */
function asks(path, purpose, nothing) {
  return (cx) => {
    get(cx, path, purpose).send();
    return nothing;
  };
}

/** Why there was no answer, one reason a step. */
export const fetchErrors = {
  check: asks("/denied", "denied", {}),
  // One more than a call may make.
  discover(cx) {
    const answers = cx.fetchAll(Array.from({ length: 201 }, () => get(cx, "/v1/many", "budget")));
    const failed = answers.find((answer) => answer instanceof Failure);
    if (failed !== undefined) throw failed;
    return [];
  },
  groups: asks("/v1/timeout", "timeout", { groups: [] }),
  memberships: asks("/v1/transport", "transport", { memberships: [] }),
  workers: asks("/v1/sign-in", "sign-in", { workers: [] }),
};

/** The meaning of statuses. */
export const statuses = {
  check: asks("/v1/401", "connection test", {}),
  discover: asks("/v1/403", "attributes", []),
  groups: asks("/v1/429", "groups page", { groups: [] }),
  memberships: asks("/v1/503", "members page", { memberships: [] }),
  workers: asks("/v1/401-bare", "people page", { workers: [] }),
};

/** The connector's own reading of statuses, and statuses that are no failure. */
export const hooks = {
  check: asks("/v1/418", "connection test", {}),
  discover: asks("/v1/401", "attributes", []),
  groups(cx) {
    const found = get(cx, "/v1/404", "groups page").sendIfFound();
    return { groups: found === undefined ? [{ id: 404, name: "Not found", kind: "team" }] : [] };
  },
  memberships(cx) {
    const found = get(cx, "/v1/409", "members page").sendUnless([409]);
    return { memberships: found === undefined ? [{ groupId: 404, workerId: 409 }] : [] };
  },
  workers(cx) {
    return { workers: [worker(get(cx, "/v1/500", "people page").anyStatus().status)] };
  },
};
