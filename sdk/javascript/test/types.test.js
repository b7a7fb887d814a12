// `index.d.ts` is written by hand: what it says has to be there, and the other
// way round. Whether it fits together is what `tsc` says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Answer } from "../src/answer.js";
import { Call } from "../src/call.js";
import { Context } from "../src/context.js";
import * as sdk from "../src/index.js";
import { Setting } from "../src/setting.js";

const DECLARED = readFileSync(new URL("../src/index.d.ts", import.meta.url), "utf8");

function names(pattern, text) {
  return [...new Set(Array.from(text.matchAll(pattern), ([, name]) => name))].sort();
}

/** The names between the braces after this heading. */
function members(heading, pattern) {
  const start = DECLARED.indexOf(`${heading} {\n`);
  assert.notEqual(start, -1, heading);
  return names(pattern, DECLARED.slice(start, DECLARED.indexOf("\n}\n", start)));
}

test("what is exported is declared, and nothing else", () => {
  const declared = names(/^export (?:function|class|namespace) (\w+)/gm, DECLARED);
  assert.deepEqual(declared, Object.keys(sdk).sort());
  for (const name of ["fault", "status", "log"]) {
    assert.deepEqual(members(`export namespace ${name}`, /^ {2}function (\w+)/gm), Object.keys(sdk[name]).sort());
  }
});

test("what an object has is declared, and nothing else", () => {
  const has = (type) => Object.getOwnPropertyNames(type.prototype).filter((name) => name !== "constructor").sort();
  const declared = (name) => members(`export interface ${name}`, /^ {2}(?:readonly )?(\w+)[<(?:]/gm);
  assert.deepEqual(declared("Context"), has(Context));
  assert.deepEqual(declared("Call"), has(Call));
  assert.deepEqual(declared("Setting"), has(Setting));
  const fields = ["body", "path", "purpose", "status"];
  assert.deepEqual(declared("Answer"), [...has(Answer).filter((name) => name !== "toString"), ...fields].sort());
  const failures = Object.getOwnPropertyNames(sdk.Failure).filter((name) => typeof sdk.Failure[name] === "function");
  assert.deepEqual(members("export class Failure extends Error", /^ {2}static (\w+)/gm), failures.sort());
});
