// What the admin entered, typed.

import { Failure } from "./failure.js";

const YES = ["true", "yes", "on", "1"];
const NO = ["false", "no", "off", "0"];

/** The value of one setting. An empty one counts as not entered. */
export class Setting {
  #key;
  #value;

  constructor(key, value) {
    this.#key = key;
    this.#value = value?.trim() || undefined;
  }

  /** As entered, without the space around it; nothing entered is a failure. */
  required() {
    if (this.#value === undefined) throw this.wrong("is required");
    return this.#value;
  }

  /** As entered; `undefined` where nothing was. */
  optional() {
    return this.#value;
  }

  /** As entered, or else this. */
  or(otherwise) {
    return this.#value ?? otherwise;
  }

  /** `true`, `yes`, `on`, `1` or their opposites; nothing entered is `otherwise`. */
  boolean(otherwise) {
    const word = this.#value?.toLowerCase();
    if (word === undefined) return otherwise;
    if (YES.includes(word)) return true;
    if (NO.includes(word)) return false;
    throw this.wrong("has to be `true` or `false`");
  }

  /** A number; `undefined` where nothing was entered. */
  number() {
    if (this.#value === undefined) return undefined;
    const number = Number(this.#value);
    if (!Number.isFinite(number)) throw this.wrong("has to be a number");
    return number;
  }

  /** One of these, in any case; nothing entered is the first. */
  oneOf(options) {
    if (this.#value === undefined) return options[0];
    const found = options.find((option) => option.toLowerCase() === this.#value.toLowerCase());
    if (found === undefined) throw this.wrong(`has to be one of ${options.join(", ")}`);
    return found;
  }

  /** Several, separated by commas, semicolons or line breaks. */
  list() {
    return (this.#value ?? "").split(/[,;\n]/).map((part) => part.trim()).filter((part) => part !== "");
  }

  /** The failure that says what is wrong with it, to be thrown: a fragment that
   * fits after the key. */
  wrong(why) {
    return Failure.badSetting(this.#key, why);
  }
}
