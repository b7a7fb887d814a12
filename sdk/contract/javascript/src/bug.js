// A bug in the connector's own code. No cassette has it: what is told of a bug
// differs by language.

import { saw } from "./common.js";

export const bug = {
  check(cx) {
    const person = cx.setting("missing").list()[0];
    return saw([person.name.given]);
  },
};
