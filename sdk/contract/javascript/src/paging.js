// The shapes of paging, against providers that end them in different ways.

import { offset, token } from "@rollcall/sdk";

import { get, worker } from "./common.js";

/** By offset, in pages of two. */
export const offsets = {
  workers(cx, cursor) {
    const at = offset(cursor);
    const limit = cx.pageSize(2);
    const page = get(cx, "/v1/people", "people page").query("limit", limit).query("offset", at.offset).json();
    const next = at.after(page.items, { limit, total: page.total });
    return { workers: page.items.map(worker), next, total: page.total };
  },
};

/** By token. */
export const tokens = {
  workers(cx, cursor) {
    const at = token(cursor);
    const page = get(cx, "/v1/people", "people page").query("token", at.token).json();
    return { workers: page.items.map(worker), next: at.after(page.next) };
  },
};

/** By the `Link` header: whole links and relative ones. */
export const nextLink = {
  workers(cx, cursor) {
    const at = token(cursor);
    const call = at.token === undefined ? cx.get("api", "/v1/people") : cx.follow("api", at.token);
    const answer = call.auth("token").purpose("people page").send();
    return { workers: answer.json().items.map(worker), next: at.after(answer.nextLink()) };
  },
};
