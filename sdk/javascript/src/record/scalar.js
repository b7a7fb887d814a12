// The value of a field that a customer defined.

import { kind, text, Wrong } from "./shape.js";

/** A whole number with more digits is some id, and stays exact as text. */
const EXACT_DIGITS = 15;

/** Whatever a custom field may hold, for the `value` of a custom attribute.
 * `undefined` for nothing, white space and objects: what of an object is meant
 * only its provider's connector knows. */
export function scalar(raw) {
  if (Array.isArray(raw)) {
    const texts = raw.map(asText).filter((part) => part !== undefined);
    return texts.length === 0 ? undefined : texts;
  }
  if (typeof raw === "object") return undefined;
  if (typeof raw === "number" && Number.isInteger(raw) && String(raw).length > EXACT_DIGITS) return String(raw);
  return typeof raw === "string" ? text(raw) : raw;
}

function asText(raw) {
  const value = scalar(raw);
  return Array.isArray(value) ? value.join(", ") : text(value);
}

/** A custom attribute's value as the contract has it; `undefined` for none. */
export function value(raw) {
  if (raw === undefined || raw === null) return undefined;
  switch (typeof raw) {
    case "string":
      return raw.trim() === "" ? undefined : { tag: "text", val: raw };
    case "number":
      if (!Number.isFinite(raw)) break;
      return { tag: "number", val: raw };
    case "boolean":
      return { tag: "boolean", val: raw };
    default:
      if (Array.isArray(raw)) return { tag: "texts", val: raw.map(text).filter((part) => part !== undefined) };
      if (Object.keys(raw).join() !== "date") break;
      return date(raw.date);
  }
  throw new Wrong(`expected a text, a number, a boolean, a list of texts or { date }, found ${kind(raw)}; see scalar()`);
}

function date(day) {
  const written = text(day);
  return written === undefined ? undefined : { tag: "date", val: written };
}
