// What a provider answered.

import { Failure } from "./failure.js";
import { parse } from "./json.js";

/** An HTTP answer. */
export class Answer {
  #headers;

  constructor(response, request) {
    this.status = response.status;
    this.body = response.body;
    this.purpose = request.purpose;
    this.path = request.target.val;
    this.#headers = response.headers;
  }

  /** A header by its name, in any case. */
  header(name) {
    return this.#all(name)[0];
  }

  /** The body as text; what is no UTF-8 is replaced. */
  text() {
    return new TextDecoder().decode(this.body);
  }

  /** The body, read as JSON. */
  json() {
    const { value, wrong } = parse(this.body);
    if (wrong === undefined) return value;
    const kind = (this.header("content-type") ?? "").toLowerCase();
    // A login page, or that of a proxy, with status 200 is the most usual case.
    const html = wrong !== "" && (kind.includes("html") || this.text().trimStart().startsWith("<"));
    if (html) throw this.invalid("the answer is an HTML or XML page, not JSON");
    throw this.invalid(wrong === "" ? "the answer is empty" : `the answer is not JSON: ${wrong}`);
  }

  /** The failure for an answer that is not what the interface promises, to be
   * thrown. Say where and what, never a value. */
  invalid(what) {
    return Failure.invalidResponse(`${this.purpose || "answer"}: ${what}`);
  }

  /** The `next` of the `Link` header (RFC 8288). */
  nextLink() {
    for (const value of this.#all("link")) {
      const next = nextOfLinkHeader(value);
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** How many seconds the provider asks to wait. */
  retryAfter() {
    const seconds = this.header("retry-after")?.trim() ?? "";
    return /^\d{1,9}$/.test(seconds) ? Number(seconds) : undefined;
  }

  /** `purpose: HTTP 503`. */
  toString() {
    return `${this.purpose || "answer"}: HTTP ${this.status}`;
  }

  #all(name) {
    const wanted = name.toLowerCase();
    return this.#headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
  }
}

/** The target of the first link whose relations include `next`. A comma inside
 * the angle brackets does not part links. */
function nextOfLinkHeader(header) {
  for (const [, target, parameters] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
    for (const parameter of parameters.split(";")) {
      const [name, value = ""] = parameter.replace(/,\s*$/, "").split("=");
      const relations = value.trim().replace(/^"|"$/g, "").toLowerCase().split(/\s+/);
      if (name.trim().toLowerCase() === "rel" && relations.includes("next")) return target;
    }
  }
  return undefined;
}
