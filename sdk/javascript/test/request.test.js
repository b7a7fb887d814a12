import assert from "node:assert/strict";
import { test } from "node:test";

import { Context } from "../src/context.js";
import { connect } from "../src/host.js";
import { Failure, fault, queryParameter, segment } from "../src/index.js";
import { provider, run, thrown } from "./provider.js";

function context(change, readers = {}) {
  return new Context(run(change), { failure: () => undefined, reason: fault.usualReason, ...readers });
}

/** What comes of an answer. */
function outcome(answer, readers) {
  provider(answer);
  return thrown(() => context({}, readers).get("api", "/x").purpose("test").json());
}

test("a request is what was put together, and leaves the one before it as it was", () => {
  const { requests } = provider({}, {});
  const call = context().get("api", "/v1/people").query("a", 1).query("b", undefined).query("a", "ü&").auth("token");
  call.purpose("people page").header("x-a", "b").header("x-c", null).send();
  context().post("api", "/v1/search").purpose("search").jsonBody({ name: "Zoë" }).send();
  assert.deepEqual(requests[0], {
    method: "get",
    host: "api",
    target: { tag: "path", val: "/v1/people" },
    query: [["a", "1"], ["a", "ü&"]],
    headers: [["x-a", "b"]],
    body: undefined,
    credential: "token",
    purpose: "people page",
  });
  assert.equal(new TextDecoder().decode(requests[1].body), '{"name":"Zoë"}');
  assert.deepEqual(requests[1].headers, [["content-type", "application/json"]]);
  assert.equal(call.request.purpose, "");
});

test("a link is followed whole, a relative one as path and query", () => {
  const { requests } = provider({}, {}, {});
  for (const link of ["https://h/a?x=1", "//h/a", "/v1/a%20b%2Fc?q+r=x+y%2B&z"]) context().follow("api", link).send();
  assert.deepEqual(requests.map(({ target, query }) => [target.tag, target.val, query]), [
    ["next-link", "https://h/a?x=1", []],
    ["next-link", "//h/a", []],
    ["path", "/v1/a b%2Fc", [["q r", "x y+"], ["z", ""]]],
  ]);
});

test("a status says who has to act", () => {
  const check = (status, body, headers, expected) =>
    assert.deepEqual({ ...outcome({ status, body, headers }) }, { ...expected }, `${status} ${body}`);
  check(401, { error: { message: "no such key" } }, {}, Failure.authFailed("no such key"));
  check(401, "", {}, Failure.authFailed("test: HTTP 401"));
  check(403, { errors: [{ detail: "scope x" }] }, {}, Failure.permissionMissing("scope x"));
  check(403, "<html>", {}, Failure.permissionMissing("test"));
  check(429, "", { "Retry-After": "7" }, Failure.rateLimited(7));
  check(429, "", { "retry-after": "Wed, 21 Oct" }, Failure.rateLimited());
  check(304, "", {}, Failure.upstream(304));
  check(404, "", {}, Failure.upstream(404));
  check(503, "", {}, Failure.upstream(503));
});

test("a reason is one short line", () => {
  const failure = outcome({ status: 401, body: { message: `a\r\n b${"🎈".repeat(300)}` } });
  assert.equal(failure.detail, `a b${"🎈".repeat(197)}`);
});

test("the connector's own reading comes first", () => {
  const readers = { failure: ({ status }) => (status === 418 ? Failure.checkpointExpired() : undefined), reason: () => "mine" };
  assert.equal(outcome({ status: 418 }, readers).code, "checkpoint-expired");
  assert.equal(outcome({ status: 401 }, readers).detail, "mine");
});

test("a mistake in a request is no failed request", () => {
  const mistake = new TypeError("expected a string, received [undefined]");
  connect({ fetch: () => { throw mistake; } });
  assert.equal(thrown(() => context().get("api", undefined).send()), mistake);
});

test("what is not there", () => {
  provider({ status: 404 }, { status: 409 }, { status: 500 });
  const call = context().get("api", "/x");
  assert.equal(call.sendIfFound(), undefined);
  assert.equal(call.sendUnless([409]), undefined);
  assert.equal(call.anyStatus().status, 500);
});

test("answers that are no JSON are named", () => {
  const told = (body, type = "application/json") => outcome({ body, headers: { "content-type": type } }).detail;
  assert.equal(told("Sign in", "text/html"), "test: the answer is an HTML or XML page, not JSON");
  assert.equal(told(" \n<!doctype html>"), "test: the answer is an HTML or XML page, not JSON");
  assert.equal(told(" \r\n "), "test: the answer is empty");
  assert.match(told("[1,2"), /^test: the answer is not JSON: /);
});

test("a byte order mark is skipped, and large numbers stay exact", () => {
  provider({ body: "\ufeff[12345678901234567890,-12345678901234567,1,1.12345678901234567,1e3,\"a 12345678901234567 \\\" 12345678901234567\"]" });
  const value = context().get("api", "/x").json();
  const text = 'a 12345678901234567 " 12345678901234567';
  assert.deepEqual(value, ["12345678901234567890", "-12345678901234567", 1, 1.12345678901234567, 1000, text]);
});

test("bytes that are no UTF-8", () => {
  provider({});
  const answer = context().get("api", "/x").purpose("test").send();
  Object.assign(answer, { body: new Uint8Array([0x22, 0xff, 0x22]) });
  assert.equal(thrown(() => answer.json()).detail, "test: the answer is not JSON: it is not UTF-8");
});

test("several at once: in order, each with its own outcome, at most 100 a time", () => {
  const answers = [{ body: "1" }, { status: 404 }, { error: { tag: "timeout" } }];
  const { requests } = provider(...answers, ...Array.from({ length: 101 }, () => ({})));
  const call = context().get("api", "/x").purpose("test");
  const [one, two, three] = context().fetchAll([call, call, call]);
  assert.deepEqual([one.text(), two.code, three.detail], ["1", "upstream", "timeout"]);
  assert.equal(context().fetchAll(Array.from({ length: 101 }, () => call)).length, 101);
  assert.equal(requests.length, 104);
  assert.deepEqual(context().fetchAll([]), []);
});

test("link headers", () => {
  const next = (link) => {
    provider({ headers: { Link: link } });
    return context().get("api", "/x").send().nextLink();
  };
  assert.equal(next('<https://h/a?x=1,2>; rel="next"'), "https://h/a?x=1,2");
  assert.equal(next('<https://h/s>; rel="self", <https://h/n>; rel="next"'), "https://h/n");
  assert.equal(next('<https://h/n>; title="x"; rel=next'), "https://h/n");
  assert.equal(next('<https://h/n>; rel="prev next", <https://h/p>; rel="prev"'), "https://h/n");
  assert.equal(next('<https://h/n>; REL="Next"'), "https://h/n");
  assert.equal(next('<https://h/s>; rel="self"'), undefined);
  assert.equal(next("<unclosed; rel=next"), undefined);
  assert.equal(next(""), undefined);
});

test("ids within paths and parameters of links", () => {
  assert.equal(segment("50%?#/%2F"), "50%25%3F%23%2F%252F");
  assert.equal(queryParameter("https://h/p?x=1&cursor=a%3D#f", "cursor"), "a=");
  assert.equal(queryParameter("https://h/p?x=%C3%A9%zz", "x"), "é%zz");
  assert.equal(queryParameter("https://h/p", "cursor"), undefined);
});
