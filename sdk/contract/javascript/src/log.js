// Lines in the log.

import { log as line } from "@rollcall/sdk";

export const log = {
  check() {
    line.debug("a line to debug");
    line.info("a line of information");
    line.warn("a warning");
    line.error("an error");
    console.log("printed:", "Zoë", 1, true);
  },
};

/** One line of more than the 4 KiB that the host keeps. */
export const logLong = {
  check() {
    line.info("ä".repeat(3000));
    line.info("the line after it");
  },
};
