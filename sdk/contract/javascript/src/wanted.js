// What the host will use.

import { saw } from "./common.js";

export const wanted = {
  check(cx) {
    return saw([
      `department: ${cx.wants("department")}`,
      `title: ${cx.wants("title")}`,
      `unit department: ${cx.wantsUnit("department")}`,
      `unit cost_center, by id: ${cx.wantsUnit("cost_center")}`,
      `unit teams, by id: ${cx.wantsUnit("teams")}`,
      `unit company: ${cx.wantsUnit("company")}`,
      `custom badge: ${cx.wantsCustom("badge")}`,
      `custom shoe size: ${cx.wantsCustom("shoe size")}`,
      `any custom: ${cx.wantsAny("custom.")}`,
      `any of work_address: ${cx.wantsAny("work_address.")}`,
      `all: ${cx.wantsAll}`,
      `group g1: ${cx.wantsGroup("g1")}`,
      `group g2: ${cx.wantsGroup("g2")}`,
      `groups: ${cx.wantedGroups.join("|")}`,
      `flattened: ${cx.flattened}`,
      `page of at most 100: ${cx.pageSize(100)}`,
      `page of at most 5: ${cx.pageSize(5)}`,
    ]);
  },
};
