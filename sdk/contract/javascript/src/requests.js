// Requests, as the provider gets them, and what is told of an answer.

import { Failure, segment } from "@rollcall/sdk";

import { get, saw } from "./common.js";

/** One request of each kind, so that a cassette can hold each to its letter. */
export const requests = {
  check(cx) {
    const seen = [];
    let answer = get(cx, "/v1/query", "odd query")
      .query("filter[name]", "a b&c=d+ü/?#%\"'\u{1f388}")
      .query("tag", "x")
      .query("tag", "y")
      .query("empty", "")
      .query("number", 7)
      .query("there", "yes")
      .query("absent", undefined)
      .send();
    seen.push(`query: ${answer.status}`);

    seen.push(`path: ${get(cx, `/v1/people/${segment("a/b?c#d%e f ü")}`, "odd path").send().status}`);

    answer = get(cx, "/v1/headers", "headers")
      .header("X-Plain", "one, two")
      .header("x-there", "yes")
      .header("x-absent", undefined)
      .send();
    seen.push(`header: ${answer.header("ETag") ?? "none"}`);
    seen.push(`no header: ${answer.header("x-none") ?? "none"}`);
    seen.push(`retry after: ${answer.retryAfter() ?? 0}`);

    const search = cx.post("api", "/v1/search").auth("token").purpose("search");
    seen.push(`JSON: ${search.jsonBody({ name: 'Zoë "Z"', ids: [1, 2], nested: null }).send().status}`);

    const text = cx.post("api", "/v1/text").auth("token").purpose("text").body("text/plain", "Zoë\n");
    seen.push(`text: ${text.send().text()}`);

    answer = cx.head("api", "/v1/people").auth("token").purpose("count").send();
    seen.push(`HEAD: ${answer.status}, ${answer.body.length} bytes`);

    answer = cx.get("api", "/v1/open").purpose("no credential").send();
    seen.push(`open: ${answer.status} ${answer.path} ${answer.purpose}`);
    return saw(seen);
  },
};

/** One more than the contract takes in one `fetch-all`. */
const MANY = 101;

/** Several at once: in the order asked, each with a result of its own, and more
 * of them than the contract takes in one call. */
export const fetchAll = {
  check(cx) {
    const paths = ["/v1/one", "/v1/404", "/v1/timeout", "/v1/403", "/v1/two", "/v1/sign-in"];
    const seen = cx.fetchAll(paths.map((path) => get(cx, path, "details"))).map(told);
    const many = cx.fetchAll(Array.from({ length: MANY }, () => get(cx, "/v1/one", "details")));
    seen.push(`${many.filter((answer) => !(answer instanceof Failure)).length} of ${MANY}`);
    seen.push(`${cx.fetchAll([]).length} of none`);
    return saw(seen);
  },
};

function told(answer) {
  if (!(answer instanceof Failure)) return `${answer.status} ${answer.text()}`;
  return `${answer.code} ${answer.detail ?? answer.scope ?? answer.status}`;
}
