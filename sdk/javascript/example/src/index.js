// @ts-check
import { connector, date, offset, scalar, status, token } from "@rollcall/sdk";

/** @type {Record<string, import("@rollcall/sdk").WorkerStatus>} */
const STATUS = { employed: "active", parental_leave: "on-leave", left: "inactive" };

export const source = connector({
  check(cx) {
    cx.get("api", "/v1/people").query("limit", 1).auth("token").purpose("connection test").json();
  },

  workers(cx, cursor) {
    const at = offset(cursor);
    const limit = cx.pageSize(100);
    const call = cx.get("api", "/v1/people").query("limit", limit).query("offset", at.offset);
    const answer = call.auth("token").purpose("people page").send();
    const { people, total } = answer.json();
    // The list has to be there: an answer without it is not an empty company.
    if (!Array.isArray(people)) throw answer.invalid("`people` is no list");
    // Fails if the provider repeats a page instead of going on.
    const next = at.after(people.map((person) => person.id), { limit, total });
    return { workers: people.map((person) => worker(cx, answer, person)), next, total };
  },

  groups(cx, cursor) {
    const at = token(cursor);
    const call = cx.get("api", "/v1/departments").query("cursor", at.token);
    // An account without departments answers 404.
    const page = call.auth("token").purpose("departments page").sendIfFound()?.json();
    if (page === undefined) return { groups: [] };
    const named = page.departments.filter((/** @type {any} */ department) => department.name);
    return {
      groups: named.map((/** @type {any} */ { id, name }) => ({ id, name, kind: "department" })),
      next: at.after(page.next_cursor),
    };
  },
});

/**
 * @param {import("@rollcall/sdk").Context} cx
 * @param {import("@rollcall/sdk").Answer} answer
 * @param {any} person
 * @returns {import("@rollcall/sdk").Worker}
 */
function worker(cx, answer, person) {
  // Dropping somebody would look as if they had left, so this is a failure.
  if (!person.id) throw answer.invalid("a person has no `id`");
  const [start, end] = [date(person.hiredOn), date(person.leftOn)];
  const extra = (person.extraFields ?? []).filter((/** @type {any} */ field) => cx.wantsCustom(field.name));
  return {
    id: person.id,
    status: status.settle(status.lookupOr(STATUS, person.state, "active"), start, end, cx.today),
    userName: person.email,
    name: { given: person.firstName, family: person.lastName },
    contact: { workEmail: person.email },
    employment: {
      fte: typeof person.hours === "number" ? person.hours / 40 : undefined,
      startDate: start,
      endDate: end,
      managerId: person.manager?.id,
    },
    organization: { department: person.department },
    custom: extra.map((/** @type {any} */ { name, value }) => ({ name, value: scalar(value) })),
  };
}
