// What a connector's call gets: the run, its settings, and the way out.

import { fetchAll, newCall } from "./call.js";
import * as cursors from "./cursor.js";
import { decodePath, decodeQuery } from "./percent.js";
import { Setting } from "./setting.js";

/** One call of the host, as the connector sees it. */
export class Context {
  #readers;

  constructor(run, readers) {
    this.run = run;
    this.#readers = readers;
  }

  // ------------------------------------------------------- settings ----

  /** What the admin entered under `key`. */
  setting(key) {
    return new Setting(key, this.run.settings.find(([name]) => name === key)?.[1]);
  }

  // ----------------------------------------------------------- time ----

  /** The time of this call, as a new `Date`. */
  get now() {
    return new Date(Number(this.run.nowMs));
  }

  /** The calendar day of this call in UTC, `YYYY-MM-DD`. */
  get today() {
    return this.now.toISOString().slice(0, 10);
  }

  // --------------------------------------------------- what is wanted ----

  /** Whether the host will use this attribute: `department`,
   * `work_address.street`, `custom.badge`. */
  wants(attribute) {
    return this.wantsAll || this.run.wantedAttributes.includes(attribute);
  }

  /** Whether the host will use a unit's name or id: `department` stands for
   * `department` and `department_id`, `teams` for `teams` and `team_ids`. */
  wantsUnit(unit) {
    return this.wants(unit) || this.wants(`${unit}_id`) || this.wants(`${unit.replace(/s+$/, "")}_ids`);
  }

  /** Whether the host will use the custom attribute of this name. */
  wantsCustom(name) {
    return this.wants(`custom.${name}`);
  }

  /** Whether the host will use any attribute that begins so: `custom.`. */
  wantsAny(prefix) {
    return this.wantsAll || this.run.wantedAttributes.some((wanted) => wanted.startsWith(prefix));
  }

  /** Whether the host named no attributes, and so takes all of them. */
  get wantsAll() {
    return this.run.wantedAttributes.length === 0;
  }

  /** Whether the host will use the memberships of this group. */
  wantsGroup(id) {
    return this.run.wantedGroups.length === 0 || this.run.wantedGroups.includes(id);
  }

  /** The groups whose memberships the host will use. Empty: all. */
  get wantedGroups() {
    return this.run.wantedGroups;
  }

  /** Whether members of groups within groups are to be listed as workers where
   * the provider can do that. */
  get flattened() {
    return this.run.nesting === "flattened";
  }

  /** How many records to ask for at a time, where the provider takes at most
   * `maximum`. */
  pageSize(maximum) {
    return Math.max(1, Math.min(this.run.pageSize, maximum));
  }

  /** The checkpoint to begin at; `undefined` in a full read. One that cannot be
   * read makes the host read everything. */
  changesSince() {
    const { mode } = this.run;
    return mode.tag === "full" ? undefined : cursors.readCheckpoint(mode.val);
  }

  // ----------------------------------------------------------- HTTP ----

  /** `GET` of a path below the URL of the host alias. An id inside is written
   * with `segment`. */
  get(alias, path) {
    return this.#call("get", alias, { tag: "path", val: path });
  }

  /** `POST`, with `jsonBody` or `body`. */
  post(alias, path) {
    return this.#call("post", alias, { tag: "path", val: path });
  }

  /** `HEAD`. */
  head(alias, path) {
    return this.#call("head", alias, { tag: "path", val: path });
  }

  /** `GET` of a link that the provider gave, whole or relative to the alias'
   * URL. The host refuses one that leads to another host. */
  follow(alias, link) {
    if (!link.startsWith("/") || link.startsWith("//")) {
      return this.#call("get", alias, { tag: "next-link", val: link });
    }
    const [path, query] = splitOnce(link, "?");
    const call = this.get(alias, decodePath(path));
    return decodeQuery(query).reduce((call, [key, value]) => call.query(key, value), call);
  }

  /** Sends all of them, at once as far as the rate limit allows, and answers in
   * the order asked: with an `Answer` of status 2xx, or with the `Failure`. */
  fetchAll(calls) {
    return fetchAll(calls);
  }

  #call(method, alias, target) {
    return newCall(this.#readers, method, alias, target);
  }
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + mark.length)];
}
