// Write a Rollcall connector in JavaScript. README.md has a whole one.

export { connector } from "./connector.js";
export { date, instant } from "./date.js";
export { Failure } from "./failure.js";
export * as fault from "./fault.js";
export * as log from "./log.js";
export { offset, pageNumber, token } from "./paging.js";
export { queryParameter, segment } from "./percent.js";
export { scalar } from "./record/scalar.js";
export * as status from "./status.js";
