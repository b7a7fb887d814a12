// Time, random numbers and the console, which stock JavaScript takes from its
// machine. A component has no machine: without this its clock would stand at the
// moment of the build, its random numbers would repeat, and its console would be
// silent.

import * as log from "./log.js";

let now;
let random;

/** Before the author's code is called. */
export function begin(run) {
  now = Number(run.nowMs);
  random = generator(run.id);
}

function time(what) {
  if (now === undefined) throw notYet(what, "the time", "cx.now");
  return now;
}

function draw(what) {
  if (random === undefined) throw notYet(what, "a seed", what);
  return random();
}

function notYet(what, missing, remedy) {
  return new Error(
    `${what}: there is no run, and so not ${missing}, while the component is built; ` +
      `use ${remedy} within a function of the connector`,
  );
}

/** Replaces them in this scope: in a component `globalThis`. */
export function install(scope) {
  scope.Math.random = () => draw("Math.random()");
  const replaced = {
    Date: dateOf(scope.Date),
    crypto: { getRandomValues, randomUUID },
    performance: { now: () => time("performance.now()") },
    console: consoleOf(),
    fetch: missing("fetch()", "use cx.get(alias, path), which the manifest allows or not"),
    setTimeout: missing("setTimeout()", NO_WAITING),
    setInterval: missing("setInterval()", NO_WAITING),
  };
  for (const [name, value] of Object.entries(replaced)) {
    // Some of them cannot be assigned to.
    Object.defineProperty(scope, name, { value, writable: true, configurable: true });
  }
}

const NO_WAITING = "a call does not wait; the host paces requests and repeats them";

/** A `Date` whose now is the run's. All else of it needs no clock. */
function dateOf(Native) {
  function Date(...parts) {
    if (new.target === undefined) return new Native(time("Date()")).toString();
    return Reflect.construct(Native, parts.length === 0 ? [time("new Date()")] : parts, new.target);
  }
  Date.prototype = Native.prototype;
  Object.defineProperty(Date.prototype, "constructor", { value: Date, writable: true, configurable: true });
  Object.defineProperty(Date, "length", { value: Native.length });
  Date.now = () => time("Date.now()");
  Date.parse = Native.parse;
  Date.UTC = Native.UTC;
  return Date;
}

function getRandomValues(array) {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(draw("crypto.getRandomValues()") * 256);
  return array;
}

function randomUUID() {
  const bytes = getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function missing(what, remedy) {
  return () => {
    throw new Error(`${what}: is not there; ${remedy}`);
  };
}

function consoleOf() {
  const to = (write) => (...parts) => write(parts.map(shown).join(" "));
  return {
    debug: to(log.debug),
    trace: to(log.debug),
    log: to(log.info),
    info: to(log.info),
    dir: to(log.info),
    warn: to(log.warn),
    error: to(log.error),
  };
}

function shown(part) {
  if (part instanceof Error) return `${part.name}: ${part.message}`;
  if (typeof part !== "object" || part === null) return String(part);
  try {
    return JSON.stringify(part);
  } catch {
    // A circle, or a bigint within.
    return String(part);
  }
}

/** Random numbers from a text: mulberry32, seeded with FNV-1a. Nothing secret
 * hangs on them. */
function generator(text) {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) seed = Math.imul(seed ^ byte, 0x01000193);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}
