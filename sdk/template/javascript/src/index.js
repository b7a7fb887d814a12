// @ts-check
//
// Example HR, a provider that does not exist: what a connector has to do, once
// each. Replace it piece by piece with yours.

import { Failure, connector, date, instant, offset, scalar, status, token } from "@rollcall/sdk";

/**
 * What the provider calls the states of a person. A word that is not here is
 * logged and taken for the fallback.
 * @type {Record<string, import("@rollcall/sdk").WorkerStatus>}
 */
const STATES = { employed: "active", parental_leave: "on-leave", left: "inactive" };

/** Records that the provider gives at most on a page. */
const PAGE = 200;

/** Hours of a full position. */
const FULL_TIME = 40;

/** The form of a checkpoint. Raise the number when it changes: older ones are
 * then expired. */
const MARK = "example-hr-people/1";

export const source = connector({
  /** The least that shows that the connection works, and whose it is. */
  check(cx) {
    const company = cx.get("api", "/company").auth("key").purpose("company").json();
    // That people may be read is another right than to read the company.
    cx.get("api", "/people").query("limit", 1).query("offset", 0).auth("key").purpose("connection test").json();
    return { name: company.name, id: company.id };
  },

  workers(cx, cursor) {
    const since = changesSince(cx);
    // All that the next call knows of this one.
    const reading = cursor ?? {};
    const at = offset(reading.at);
    // What changes while this read is under way is for the next one.
    const begun = reading.begun ?? instant(cx.now.toISOString());
    const { answer, people, total } = peoplePage(cx, at, since);
    const next = after(cx, at, people, total);
    const deleted = since === undefined ? [] : people.filter((person) => person.deleted === true);
    const workers = people.filter((person) => !deleted.includes(person));
    return {
      workers: workers.map((person) => worker(cx, answer, person)),
      deleted: deleted.map((person) => id(answer, person)),
      next: next && { at: next, begun },
      total: since === undefined ? total : undefined,
      // The SDK keeps the one of the last page alone.
      checkpoint: [MARK, { since: begun }],
    };
  },

  groups(cx, cursor) {
    const at = token(cursor);
    const call = cx.get("api", "/departments").query("cursor", at.token).auth("key").purpose("departments page");
    const answer = call.send();
    const page = answer.json();
    return {
      groups: list(answer, page, "departments").map((department) => {
        const known = id(answer, department);
        return { id: known, name: department.name || known, kind: "department" };
      }),
      next: at.after(page.next_cursor),
    };
  },

  /** Example HR has no list of members: each person names their department. */
  memberships(cx, cursor) {
    const at = offset(cursor);
    const { answer, people, total } = peoplePage(cx, at, undefined);
    const memberships = people.map((person) => ({ workerId: id(answer, person), groupId: person.department?.id }));
    return {
      memberships: memberships.filter(({ groupId }) => groupId && cx.wantsGroup(groupId)),
      next: after(cx, at, people, total),
    };
  },
});

/**
 * Where the last read ended. Undefined: a full read.
 * @param {import("@rollcall/sdk").Context} cx
 * @returns {string | undefined}
 */
function changesSince(cx) {
  const mark = cx.changesSince();
  if (mark === undefined) return undefined;
  if (!Array.isArray(mark) || mark[0] !== MARK || typeof mark[1]?.since !== "string") throw Failure.checkpointExpired();
  return mark[1].since;
}

/**
 * @param {import("@rollcall/sdk").Context} cx
 * @param {{ offset: number }} at
 * @param {string | undefined} since
 */
function peoplePage(cx, at, since) {
  const call = cx.get("api", "/people").query("limit", cx.pageSize(PAGE)).query("offset", at.offset);
  // The purpose is what a reviewer reads in the audit.
  const purpose = since === undefined ? "people page" : "changes page";
  const answer = call.query("changed_since", since).auth("key").purpose(purpose).send();
  const page = answer.json();
  return { answer, people: list(answer, page, "people"), total: page.total ?? undefined };
}

/**
 * Fails where the provider repeats a page instead of going on.
 * @param {import("@rollcall/sdk").Context} cx
 * @param {ReturnType<typeof offset>} at
 * @param {any[]} people
 * @param {number | undefined} total
 */
function after(cx, at, people, total) {
  const ids = people.map((person) => person.id).filter((id) => id !== undefined && id !== null);
  return at.after(ids, { limit: cx.pageSize(PAGE), total });
}

/**
 * The list has to be there: an answer without it is not a company of nobody.
 * @param {import("@rollcall/sdk").Answer} answer
 * @param {any} page
 * @param {string} name
 * @returns {any[]}
 */
function list(answer, page, name) {
  const found = page?.[name];
  if (!Array.isArray(found) || found.some((one) => one === null || typeof one !== "object")) {
    throw answer.invalid(`\`${name}\` is no list of objects`);
  }
  return found;
}

/**
 * Dropping a record without an id would look as if somebody had left.
 * @param {import("@rollcall/sdk").Answer} answer
 * @param {any} record
 * @returns {string}
 */
function id(answer, record) {
  if (!record.id) throw answer.invalid("a record has no `id`");
  return String(record.id);
}

/**
 * @param {import("@rollcall/sdk").Context} cx
 * @param {import("@rollcall/sdk").Answer} answer
 * @param {any} person
 * @returns {import("@rollcall/sdk").Worker}
 */
function worker(cx, answer, person) {
  const [start, end] = [date(person.hired_on), date(person.left_on)];
  const state = status.lookupOr(STATES, person.state, "active");
  const extra = (person.extra_fields ?? []).filter((/** @type {any} */ field) => field?.name && cx.wantsCustom(field.name));
  return {
    id: id(answer, person),
    status: status.settle(state, start, end, cx.today),
    userName: person.email,
    name: { given: person.first_name, family: person.last_name },
    contact: { workEmail: person.email },
    employment: {
      title: person.job_title,
      fte: typeof person.weekly_hours === "number" ? person.weekly_hours / FULL_TIME : undefined,
      startDate: start,
      endDate: end,
      managerId: person.manager_id,
    },
    // Field by field: the provider may add one that no worker has.
    organization: { department: { id: person.department?.id, name: person.department?.name } },
    custom: extra.map((/** @type {any} */ { name, value }) => ({ name, value: scalar(value) })),
    updatedAt: instant(person.changed_at),
  };
}
