// The shapes in which providers hand out lists. Each is made of the cursor that
// a call got, and says what follows a page: the next state, the end
// (`undefined`), or a failure where the provider's paging does not move.

import { damaged } from "./cursor.js";
import { Failure } from "./failure.js";

/** `?offset=200&limit=100`: how many items were read. */
export function offset(cursor) {
  const { offset = 0, seen = {} } = state(cursor, "offset");
  return {
    offset,
    /** After a page with these ids. The list ends with an empty page, when the
     * `total` is reached, or, where the provider states none, with a page of
     * fewer than `limit` items. */
    after(ids, { limit, total }) {
      const next = { offset: offset + ids.length, seen: see(seen, ids) };
      return goesOn(ids.length, next.offset, total, limit) ? next : undefined;
    },
  };
}

/** `?page=3&per_page=100`. `page` counts from 0; add the provider's first
 * number to it. */
export function pageNumber(cursor) {
  const { page = 0, read = 0, seen = {} } = state(cursor, "page");
  return {
    page,
    /** After a page with these ids: ends as `offset` does, or, where the
     * provider counts its pages, with the last of `pages`. */
    after(ids, { limit, total, pages }) {
      const next = { page: page + 1, read: read + ids.length, seen: see(seen, ids) };
      const more = pages === undefined ? goesOn(ids.length, next.read, total, limit) : next.page < pages;
      return more ? next : undefined;
    },
  };
}

/** A token, or a whole link, that the provider gives for its next page. */
export function token(cursor) {
  const { token } = state(cursor, "token");
  return {
    /** The token; `undefined` on the first page. */
    token,
    /** After a page that gave this token. None, or a blank one, is the end; the
     * one that led here is a failure, as it would never end. */
    after(next) {
      const trimmed = String(next ?? "").trim();
      if (trimmed === "") return undefined;
      if (trimmed === token) throw stuck("the provider gave the same next page again");
      return { token: trimmed };
    },
  };
}

/** The state in a cursor, which has to have this field. */
function state(cursor, field) {
  if (cursor === undefined) return {};
  if (cursor?.[field] === undefined) throw damaged();
  return cursor;
}

function goesOn(count, read, total, limit) {
  if (count === 0) return false;
  return Number.isInteger(total) ? read < total : count >= limit;
}

/** What the guard remembers between pages: fingerprints of the first page and of
 * the last. A provider that ignores its paging parameter repeats one of the two;
 * a whole set of ids would not fit a cursor. */
function see(seen, ids) {
  if (ids.length === 0) return seen;
  const page = fingerprint(ids);
  if (page === seen.first || page === seen.last) {
    throw stuck("a page has only records that were on an earlier one");
  }
  return { first: seen.first ?? page, last: page };
}

/** Two sums of hashes, so that the same people in another order are the same
 * page: one of 32 bits would take strangers for each other too often. */
function fingerprint(ids) {
  let [one, two] = [0, 0];
  for (const id of ids) {
    one = (one + hash(String(id), 0x811c9dc5)) >>> 0;
    two = (two + hash(String(id), 0x9e3779b9)) >>> 0;
  }
  return `${one.toString(16)}-${two.toString(16)}`;
}

/** FNV-1a over UTF-16, from one of two starting points. */
function hash(text, seed) {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    // Otherwise two starting points would differ by a constant.
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function stuck(why) {
  return Failure.invalidResponse(`the paging does not move: ${why}`);
}
