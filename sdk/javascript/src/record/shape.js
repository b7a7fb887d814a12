// Plain objects into what the contract takes. What does not fit would end the
// component without a word, so it is found here and named by its place.

/** What is wrong with a record, and where. */
export class Wrong extends Error {
  #path = [];

  constructor(what) {
    super(what);
    this.what = what;
  }

  within(part) {
    this.#path.unshift(part);
    this.message = `${this.#path.join("").replace(/^\./, "")}: ${this.what}`;
    return this;
  }
}

/** A converter for objects with these fields. One that nobody knows is a
 * mistake in its name, and would otherwise be lost without a word. */
export function object(shape) {
  const fields = Object.entries(shape);
  return (value) => {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) throw new Wrong(`expected an object, found ${kind(value)}`);
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(shape, key)) throw new Wrong(`there is no such field; there are ${Object.keys(shape).join(", ")}`).within(`.${key}`);
    }
    const converted = {};
    let field;
    try {
      for (const [key, convert] of fields) {
        field = key;
        converted[key] = convert(value[key]);
      }
    } catch (error) {
      throw error instanceof Wrong ? error.within(`.${field}`) : error;
    }
    return converted;
  };
}

/** A converter that does not take nothing for an answer. */
export function required(convert, why = "is missing") {
  return (value) => {
    const converted = convert(value);
    if (converted === undefined) throw new Wrong(why);
    return converted;
  };
}

/** A converter that makes an empty one of nothing. */
export function or(convert, empty) {
  return (value) => convert(value) ?? convert(empty);
}

/** A converter for lists. One that is left out is empty; one that is there and
 * undefined is a mistake: a page without its list is not an empty company. */
export function list(convert) {
  return (value) => {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw new Wrong(`expected a list, found ${kind(value)}`);
    const converted = [];
    let at = 0;
    try {
      for (; at < value.length; at += 1) converted.push(convert(value[at]));
    } catch (error) {
      throw error instanceof Wrong ? error.within(`[${at}]`) : error;
    }
    return converted;
  };
}

/** Text, number or boolean; missing and blank are none. */
export function text(value) {
  switch (typeof value) {
    case "string":
      return value.trim() === "" ? undefined : value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value === undefined || value === null) return undefined;
      throw new Wrong(`expected a text, found ${kind(value)}`);
  }
}

export function number(value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Wrong(`expected a number, found ${kind(value)}`);
  return value;
}

export function boolean(value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw new Wrong(`expected true or false, found ${kind(value)}`);
  return value;
}

/** A number of records, as the contract has it. */
export function count(value) {
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value) || value < 0) throw new Wrong(`expected a number of records, found ${kind(value)}`);
  return BigInt(value);
}

/** One of these words. */
export function word(words) {
  return (value) => {
    if (value === undefined || words.includes(value)) return value;
    throw new Wrong(`has to be one of ${words.join(", ")}`);
  };
}

/** What a value is, for messages: never the value. */
export function kind(value) {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return Number.isFinite(value) ? "a number" : "what is no number";
    case "boolean":
      return "a boolean";
    case "object":
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}
