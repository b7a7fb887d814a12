// Days and instants, out of what providers write.

import { date, instant } from "@rollcall/sdk";

import { saw } from "./common.js";

const TEXTS = [
  "2021-01-01",
  " 2021-01-31 ",
  "20210131",
  "2014-11-09 00:00:00+01:00",
  "2012-02-01T00:00:00+0100",
  "2017-05-23T23:59:59.999Z",
  "2021-01-01Z",
  "2024-02-29",
  "2023-02-29",
  "1900-02-29",
  "2000-02-29",
  "2021-04-31",
  "2021-13-01",
  "2021-1-1",
  "0000-01-01",
  "9999-12-31",
  "31.12.2025",
  "tomorrow",
  "",
  "2021-06-01T12:30",
  "2021-06-01T12:30:15.1234567-05:30",
  "2021-06-01T25:00:00Z",
];

export const dates = {
  check() {
    return saw(TEXTS.map((text) => `\`${text}\`: ${date(text) ?? "none"}, ${instant(text) ?? "none"}`));
  },
};
