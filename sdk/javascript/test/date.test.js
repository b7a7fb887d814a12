import assert from "node:assert/strict";
import { test } from "node:test";

import { date, instant, status } from "../src/index.js";
import { provider } from "./provider.js";

test("dates in the forms that providers use", () => {
  for (const [text, expected] of [
    ["2021-01-01", "2021-01-01"],
    [" 2021-01-01 ", "2021-01-01"],
    ["2014-11-09 00:00:00+01:00", "2014-11-09"],
    ["2012-02-01T00:00:00+0100", "2012-02-01"],
    ["20210131", "2021-01-31"],
    ["2021-01-01Z", "2021-01-01"],
    ["2024-02-29", "2024-02-29"],
    ["2000-02-29", "2000-02-29"],
    ["2023-02-29", undefined],
    ["1900-02-29", undefined],
    ["2021-04-31", undefined],
    ["2021-13-01", undefined],
    ["2021-00-10", undefined],
    ["2021-01-00", undefined],
    ["0000-01-01", undefined],
    ["2021-01-011", undefined],
    ["2021-0101", undefined],
    ["202101-01", undefined],
    ["2021-1-1", undefined],
    ["tomorrow", undefined],
    ["", undefined],
    [undefined, undefined],
    [20210101, undefined],
  ]) {
    assert.equal(date(text), expected, String(text));
  }
});

test("dates in another order", () => {
  assert.equal(date("31.12.2025", "dmy"), "2025-12-31");
  assert.equal(date("12/31/2025", "mdy"), "2025-12-31");
  assert.equal(date("1/2/2025", "mdy"), "2025-01-02");
  assert.equal(date("31.12.25", "dmy"), undefined);
  assert.equal(date("31.02.2025", "dmy"), undefined);
  assert.equal(date("", "dmy"), undefined);
});

test("instants", () => {
  for (const [text, expected] of [
    ["2021-06-01T12:30:15Z", "2021-06-01T12:30:15Z"],
    ["2021-06-01 12:30", "2021-06-01T12:30:00Z"],
    ["20210601T123015.5Z", "2021-06-01T12:30:15.500Z"],
    ["2021-06-01T12:30:15.1234567-05:30", "2021-06-01T12:30:15.123-05:30"],
    ["2021-06-01T12:30:15+0000", "2021-06-01T12:30:15Z"],
    ["2021-06-01T12:30:15+02", "2021-06-01T12:30:15+02:00"],
    ["2021-06-01T12:30:60Z", "2021-06-01T12:30:59Z"],
    ["2021-06-01", "2021-06-01T00:00:00Z"],
    ["2021-06-01T24:00:00Z", undefined],
    ["2021-06-01T12:60:00Z", undefined],
    ["2021-06-01T12:30:61Z", undefined],
    ["2021-06-01T12:30:15+01:60", undefined],
    ["2021-06-01T12:30:15+25:00", undefined],
    ["2021-06-01T12:30:15 o'clock", undefined],
    ["now", undefined],
    [undefined, undefined],
    [new Date(1768478400250), "2026-01-15T12:00:00.250Z"],
    [new Date(1768478400000), "2026-01-15T12:00:00Z"],
  ]) {
    assert.equal(instant(text), expected, String(text));
  }
});

test("words in any case, and dates, settle a status", () => {
  const { lines } = provider();
  const table = { active: "active", Leave: "on-leave" };
  assert.equal(status.lookupOr(table, " LEAVE ", "active"), "on-leave");
  assert.equal(status.lookupOr(table, null, "inactive"), "inactive");
  assert.deepEqual(lines, []);
  assert.equal(status.lookupOr(table, "gone", "active"), "active");
  assert.deepEqual(lines, ["warn: unknown status `gone` is taken for active"]);
  const settled = (word, start, end) => status.settle(word, start, end, "2026-01-15");
  assert.equal(settled("active", "2026-01-16"), "pending");
  assert.equal(settled("active", "2026-01-15"), "active");
  assert.equal(settled("inactive", undefined, "2026-01-14"), "terminated");
  assert.equal(settled("inactive", undefined, "2026-01-15"), "inactive");
  assert.equal(settled("active", undefined, "2026-01-14"), "active");
  assert.equal(settled("on-leave", "2026-01-16", "2026-01-14"), "on-leave");
  assert.equal(status.ofDates("2027-01-01", undefined, "2026-01-15"), "pending");
  assert.equal(status.ofDates("2020-01-01", "2026-01-14", "2026-01-15"), "terminated");
  assert.equal(status.ofDates(undefined, "2026-01-15", "2026-01-15"), "active");
});
