// What an author sees of the SDK. README.md has a whole connector.

// ------------------------------------------------------------ connector ----

/** Any JSON value: a cursor or a checkpoint. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** What an author writes. Each call runs in a fresh instance: whatever a later
 * call needs goes into the page's `next` or `checkpoint`. */
export interface Author {
  /** Tries the connection with the least that shows it works, and names what is
   * missing without stopping a read as a warning. */
  check(cx: Context): AccountInfo | void;
  /** One page of the people. `cursor` is the `next` of the page before,
   * `undefined` on the first. */
  workers(cx: Context, cursor: any): WorkerPage;
  /** One page of the groups. Without it: the provider has none. */
  groups?(cx: Context, cursor: any): GroupPage;
  /** One page of who belongs to the wanted groups. Without it: nobody. */
  memberships?(cx: Context, cursor: any): MembershipPage;
  /** The attributes of this account beyond the fields of a worker. Without it:
   * none. */
  discover?(cx: Context): AttributeDefinition[];
  /** What an answer that is no success means, where the provider departs from
   * the meaning of HTTP statuses. `undefined`: the status decides. */
  failure?(answer: Answer): Failure | undefined;
  /** The provider's own words for what went wrong. Without it: the usual places
   * are tried. */
  reason?(answer: Answer): string | undefined;
}

/** What the component exports. */
export interface Source {
  check(run: unknown): unknown;
  discover(run: unknown): unknown;
  pullGroups(run: unknown, cursor: Uint8Array | undefined): unknown;
  pullMemberships(run: unknown, cursor: Uint8Array | undefined): unknown;
  pullWorkers(run: unknown, cursor: Uint8Array | undefined): unknown;
}

/** `export const source = connector({ ... });` */
export function connector(author: Author): Source;

// -------------------------------------------------------------- context ----

/** One call of the host, as the connector sees it. */
export interface Context {
  /** What the admin entered under `key`. */
  setting(key: string): Setting;
  /** The time of this call. `Date.now()` says the same. */
  readonly now: Date;
  /** The calendar day of this call in UTC, `YYYY-MM-DD`. */
  readonly today: string;
  /** Whether the host will use this attribute: `department`,
   * `work_address.street`, `custom.badge`. */
  wants(attribute: string): boolean;
  /** Whether the host will use a unit's name or id: `department` stands for
   * `department` and `department_id`, `teams` for `teams` and `team_ids`. */
  wantsUnit(unit: string): boolean;
  /** Whether the host will use the custom attribute of this name. */
  wantsCustom(name: string): boolean;
  /** Whether the host will use any attribute that begins so: `custom.`. */
  wantsAny(prefix: string): boolean;
  /** Whether the host named no attributes, and so takes all of them. */
  readonly wantsAll: boolean;
  /** Whether the host will use the memberships of this group. */
  wantsGroup(id: string): boolean;
  /** The groups whose memberships the host will use. Empty: all. */
  readonly wantedGroups: readonly string[];
  /** Whether members of groups within groups are to be listed as workers where
   * the provider can do that. */
  readonly flattened: boolean;
  /** How many records to ask for at a time, where the provider takes at most
   * `maximum`. */
  pageSize(maximum: number): number;
  /** The checkpoint to begin at; `undefined` in a full read. One that cannot be
   * read makes the host read everything. */
  changesSince(): any;
  /** `GET` of a path below the URL of the host alias. An id inside is written
   * with `segment`. */
  get(alias: string, path: string): Call;
  /** `POST`, with `jsonBody` or `body`. */
  post(alias: string, path: string): Call;
  head(alias: string, path: string): Call;
  /** `GET` of a link that the provider gave, whole or relative to the alias'
   * URL. The host refuses one that leads to another host. */
  follow(alias: string, link: string): Call;
  /** Sends any number at once, as far as the rate limit allows; answers in the
   * order asked, each with a success or with its failure. */
  fetchAll(calls: readonly Call[]): (Answer | Failure)[];
}

/** The value of one setting. Space around it is cut; a blank one counts as not
 * entered. */
export interface Setting {
  /** Nothing entered is a failure. */
  required(): string;
  optional(): string | undefined;
  or(otherwise: string): string;
  /** `true`, `yes`, `on`, `1` or their opposites, in any case. */
  boolean(otherwise: boolean): boolean;
  number(): number | undefined;
  /** One of these, in any case; nothing entered is the first. */
  oneOf<T extends string>(options: readonly [T, ...T[]]): T;
  /** Several, separated by commas, semicolons or line breaks. */
  list(): string[];
  /** A failure that blames this setting, to be thrown: `wrong("has to be a year")`. */
  wrong(why: string): Failure;
}

// ----------------------------------------------------------------- HTTP ----

/** A request under construction. Each step gives a new one. */
export interface Call {
  /** Adds a parameter, where there is a value; the host encodes it. */
  query(key: string, value: string | number | boolean | null | undefined): Call;
  /** Adds a header, where there is a value. */
  header(name: string, value: string | number | null | undefined): Call;
  /** The slot of the manifest whose credential the host adds. */
  auth(slot: string): Call;
  /** What this is for, in a few words: always, it is in the audit and in every
   * message. */
  purpose(purpose: string): Call;
  jsonBody(value: unknown): Call;
  body(contentType: string, body: string | Uint8Array): Call;
  /** An answer of status 2xx; anything else is thrown as the right failure. */
  send(): Answer;
  /** `undefined` on 404 and 410. */
  sendIfFound(): Answer | undefined;
  /** `undefined` on these statuses. */
  sendUnless(absent: readonly number[]): Answer | undefined;
  /** An answer of whatever status. */
  anyStatus(): Answer;
  /** `send().json()`. */
  json(): any;
}

export interface Answer {
  readonly status: number;
  /** The bytes, decompressed. */
  readonly body: Uint8Array;
  /** What the request was for. */
  readonly purpose: string;
  /** The path, or the link, that was asked for. */
  readonly path: string;
  /** A header by its name, in any case. */
  header(name: string): string | undefined;
  text(): string;
  /** Whole numbers that JavaScript cannot hold are texts. */
  json(): any;
  /** A failure that names the request, to be thrown. Say where and what, never a
   * value. */
  invalid(what: string): Failure;
  /** The `next` of the `Link` header. */
  nextLink(): string | undefined;
  /** How many seconds the provider asks to wait. */
  retryAfter(): number | undefined;
}

/** An id as one segment of a path. */
export function segment(id: string | number): string;
/** The value of a parameter of a link. */
export function queryParameter(link: string, name: string): string | undefined;

// ------------------------------------------------------------- failures ----

export type FailureCode =
  | "auth-failed"
  | "permission-missing"
  | "rate-limited"
  | "upstream"
  | "invalid-response"
  | "bad-setting"
  | "fetch-failed"
  | "checkpoint-expired"
  | "bug";

/** Why a call could not be answered, by who has to act. To be thrown. */
export class Failure extends Error {
  private constructor();
  readonly code: FailureCode;
  readonly detail?: string;
  readonly scope?: string;
  readonly seconds?: number;
  readonly status?: number;
  readonly key?: string;
  readonly why?: string;
  static authFailed(detail: string): Failure;
  static permissionMissing(scope: string): Failure;
  static rateLimited(seconds?: number): Failure;
  static upstream(status: number): Failure;
  static invalidResponse(detail: string): Failure;
  static badSetting(key: string, why: string): Failure;
  static fetchFailed(detail: string): Failure;
  static checkpointExpired(): Failure;
  /** The connector's own mistake. Any exception becomes one by itself. */
  static bug(detail: string): Failure;
}

export namespace fault {
  /** The meaning of HTTP statuses, for providers that keep to it. */
  function ofStatus(answer: Answer, reason?: string): Failure;
  /** As `ofStatus`, where the status stands in the body of a success. */
  function ofCode(status: number, reason: string | undefined, answer: Answer): Failure;
  /** The provider's reason from the usual places of a JSON body. */
  function usualReason(answer: Answer): string | undefined;
  /** The first text at one of these JSON pointers, as one short line. */
  function reasonAt(answer: Answer, pointers: readonly string[]): string | undefined;
}

// --------------------------------------------------------------- paging ----

/** How a list of items goes on. `total` and `limit` as the provider has them. */
export interface Ends {
  limit: number;
  total?: number | null | undefined;
}

/** `?offset=200&limit=100`: how many items were read. */
export function offset(cursor: any): {
  readonly offset: number;
  /** The next state after a page with these ids; `undefined` at the end. A page
   * that repeats is a failure. */
  after(ids: readonly (string | number)[], ends: Ends): Json | undefined;
};

/** `?page=3`. `page` counts from 0; add the provider's first number to it. */
export function pageNumber(cursor: any): {
  readonly page: number;
  /** As with `offset`; or, where the provider counts its pages, `pages`. */
  after(ids: readonly (string | number)[], ends: Ends | { pages: number }): Json | undefined;
};

/** A token, or a whole link, that the provider gives for its next page. */
export function token(cursor: any): {
  /** `undefined` on the first page. */
  readonly token: string | undefined;
  /** None, or a blank one, is the end; the one that led here is a failure. */
  after(next: string | null | undefined): Json | undefined;
};

// ------------------------------------------------------- dates and status ----

/** A provider's date as `YYYY-MM-DD`, out of the beginning of an ISO 8601 date or
 * date-time, or in another order: `date("31.12.2025", "dmy")`. */
export function date(text: unknown, order?: string): string | undefined;
/** A provider's instant in RFC 3339, out of ISO 8601 or a `Date`. */
export function instant(text: unknown): string | undefined;

export namespace status {
  /** The status of a provider's word, in any case; an unknown one is logged and
   * becomes `fallback`: choose one that removes nobody. */
  function lookupOr(table: Readonly<Record<string, WorkerStatus>>, word: unknown, fallback: WorkerStatus): WorkerStatus;
  /** What the dates make of a status, for people to come and people gone. */
  function settle(status: WorkerStatus, start: string | undefined, end: string | undefined, today: string): WorkerStatus;
  /** The status where a provider has nothing but dates. */
  function ofDates(start: string | undefined, end: string | undefined, today: string): WorkerStatus;
}

export namespace log {
  function debug(message: string): void;
  function info(message: string): void;
  function warn(message: string): void;
  function error(message: string): void;
}

// -------------------------------------------------------------- records ----
//
// Fields may be left out, undefined, null or blank, which is the same. A text may
// come as a number or a boolean.

export type Text = string | number | boolean | bigint | null | undefined;

export type WorkerStatus = "active" | "pending" | "on-leave" | "inactive" | "terminated";

export interface Worker {
  /** The provider's immutable id of this person. */
  id: string | number;
  status: WorkerStatus;
  userName?: Text;
  name?: {
    given?: Text;
    middle?: Text;
    family?: Text;
    display?: Text;
    preferred?: Text;
    honorificPrefix?: Text;
    honorificSuffix?: Text;
  };
  contact?: {
    workEmail?: Text;
    personalEmail?: Text;
    workPhone?: Text;
    mobilePhone?: Text;
    preferredLanguage?: Text;
    locale?: Text;
    timezone?: Text;
  };
  employment?: {
    employeeNumber?: Text;
    title?: Text;
    employmentType?: Text;
    workerType?: Text;
    grade?: Text;
    /** Part of a full position: 1 is full time. */
    fte?: number | null | undefined;
    /** Days: `date(...)`. */
    startDate?: string | null | undefined;
    endDate?: string | null | undefined;
    managerId?: Text;
    isManager?: boolean | null | undefined;
  };
  organization?: {
    company?: Unit;
    businessUnit?: Unit;
    division?: Unit;
    department?: Unit;
    costCenter?: Unit;
    location?: Unit;
    orgUnit?: Unit;
    teams?: readonly Unit[] | undefined;
  };
  address?: { street?: Text; locality?: Text; region?: Text; postalCode?: Text; country?: Text } | null | undefined;
  custom?: readonly CustomAttribute[] | undefined;
  /** Instants: `instant(...)`. */
  createdAt?: string | null | undefined;
  updatedAt?: string | null | undefined;
}

/** A unit of the company. One with neither id nor name is none. */
export type Unit = { id?: Text; name?: Text } | null | undefined;

export interface CustomAttribute {
  name: string;
  /** One without a value is left out. */
  value: Value;
}

export type Value = string | number | boolean | { date: string | null | undefined } | readonly Text[] | null | undefined;

/** Whatever a custom field may hold, as the value of a custom attribute;
 * `undefined` for objects, whose meaning only the connector knows. */
export function scalar(raw: unknown): Value;

export type GroupKind =
  | "security-group"
  | "team"
  | "department"
  | "division"
  | "business-unit"
  | "legal-entity"
  | "cost-center"
  | "location"
  | "org-unit";

export interface Group {
  id: string | number;
  name: string | number;
  kind: GroupKind;
  parentId?: Text;
  description?: Text;
}

export type Membership =
  | { groupId: string | number; workerId: string | number }
  | { groupId: string | number; memberGroupId: string | number };

interface Page {
  /** Where the next page begins. None: this is the last. */
  next?: Json | undefined;
  /** Where a later read of changes begins. Left out unless this is the last page. */
  checkpoint?: Json | undefined;
  /** How many records the provider says there are. */
  total?: number | null | undefined;
}

export interface WorkerPage extends Page {
  workers: readonly Worker[];
  /** Ids of people who are gone. Only in a read of changes. */
  deleted?: readonly (string | number)[];
}

export interface GroupPage extends Page {
  groups: readonly Group[];
  deleted?: readonly (string | number)[];
}

export interface MembershipPage extends Page {
  memberships: readonly Membership[];
  deleted?: readonly Membership[];
}

export interface AccountInfo {
  /** The customer's name at the provider. */
  name?: Text;
  id?: Text;
  /** What an admin ought to know and that does not stop a read. */
  warnings?: readonly string[];
}

export interface AttributeDefinition {
  name: string;
  label: string;
  kind: "text" | "number" | "boolean" | "date" | "texts";
  options?: readonly string[];
}
