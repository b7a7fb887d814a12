"""The shapes of paging, against providers that end them in different ways."""

from __future__ import annotations

from rollcall_sdk import Context, Json, Offset, Token, WorkerPage

from contract.common import Least, get, worker


class Offsets(Least):
    """By offset, in pages of two."""

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        at = Offset.of(cursor)
        limit = cx.page_size(2)
        call = get(cx, "/v1/people", "people page").query("limit", limit).query("offset", at.offset)
        page = call.send().object()
        ids, total = page["items"], page.get("total")
        return WorkerPage([worker(id) for id in ids], next=at.after(ids, total, limit), total=total)


class Tokens(Least):
    """By token."""

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        at = Token.of(cursor)
        page = get(cx, "/v1/people", "people page").query("token", at.token).send().object()
        return WorkerPage([worker(id) for id in page["items"]], next=at.after(page.get("next")))


class NextLink(Least):
    """By the `Link` header: whole links and relative ones."""

    def workers(self, cx: Context, cursor: Json) -> WorkerPage:
        at = Token.of(cursor)
        call = cx.get("api", "/v1/people") if at.token is None else cx.follow("api", at.token)
        answer = call.auth("token").purpose("people page").send()
        return WorkerPage([worker(id) for id in answer.object()["items"]], next=at.after(answer.next_link))
