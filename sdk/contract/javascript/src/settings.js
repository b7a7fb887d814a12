// What the admin entered.

import { saw } from "./common.js";

export const settings = {
  check(cx) {
    const setting = (key) => cx.setting(key);
    return saw([
      `required: ${setting("text").required()}`,
      `optional: ${setting("text").optional() ?? "none"}`,
      `optional, blank: ${setting("blank").optional() ?? "none"}`,
      `or: ${setting("text").or("default")}`,
      `or, blank: ${setting("blank").or("default")}`,
      `or, missing: ${setting("missing").or("default")}`,
      `boolean: ${setting("flag").boolean(false)}`,
      `boolean, missing: ${setting("missing").boolean(true)}`,
      `one of: ${setting("choice").oneOf(["v1", "v2"])}`,
      `one of, missing: ${setting("missing").oneOf(["v1", "v2"])}`,
      `list: ${setting("several").list().join("|")}`,
      `list, missing: ${setting("missing").list().length}`,
    ]);
  },
  discover(cx) {
    cx.setting("missing").required();
    return [];
  },
  groups(cx) {
    cx.setting("blank").required();
    return { groups: [] };
  },
  memberships(cx) {
    cx.setting("text").boolean(false);
    return { memberships: [] };
  },
  workers(cx) {
    cx.setting("text").oneOf(["v1", "v2"]);
    return { workers: [] };
  },
};
