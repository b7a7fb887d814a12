// What a connector gives back, as the contract has it: wit/v1/types.wit.

import { write } from "../cursor.js";
import { value } from "./scalar.js";
import { boolean, count, kind, list, number, object, or, required, text, word, Wrong } from "./shape.js";

export { Wrong };

const STATUSES = ["active", "pending", "on-leave", "inactive", "terminated"];
const ATTRIBUTE_KINDS = ["text", "number", "boolean", "date", "texts"];
const GROUP_KINDS = [
  "security-group",
  "team",
  "department",
  "division",
  "business-unit",
  "legal-entity",
  "cost-center",
  "location",
  "org-unit",
];

const id = required(text, "is missing, and each has to have one; see answer.invalid()");
const texts = or(list(required(text)), []);

/** An object, or none where nothing is in it. */
function ifAny(convert) {
  return (value) => {
    const converted = convert(value);
    const any = converted !== undefined && Object.values(converted).some((field) => field !== undefined);
    return any ? converted : undefined;
  };
}

const unit = ifAny(object({ id: text, name: text }));

const worker = required(object({
  id,
  status: required(word(STATUSES)),
  userName: text,
  name: or(object({
    given: text,
    middle: text,
    family: text,
    display: text,
    preferred: text,
    honorificPrefix: text,
    honorificSuffix: text,
  }), {}),
  contact: or(object({
    workEmail: text,
    personalEmail: text,
    workPhone: text,
    mobilePhone: text,
    preferredLanguage: text,
    locale: text,
    timezone: text,
  }), {}),
  employment: or(object({
    employeeNumber: text,
    title: text,
    employmentType: text,
    workerType: text,
    grade: text,
    fte: number,
    startDate: text,
    endDate: text,
    managerId: text,
    isManager: boolean,
  }), {}),
  organization: or(object({
    company: unit,
    businessUnit: unit,
    division: unit,
    department: unit,
    costCenter: unit,
    location: unit,
    orgUnit: unit,
    teams: present(list(unit)),
  }), {}),
  address: ifAny(object({ street: text, locality: text, region: text, postalCode: text, country: text })),
  custom: customs,
  createdAt: text,
  updatedAt: text,
}));

/** A list without what is none, empty where there is no list. */
function present(convert) {
  return (value) => (convert(value ?? undefined) ?? []).filter((element) => element !== undefined);
}

const attribute = required(object({ name: required(text), value }));

/** An attribute without a value is none. */
function customs(value) {
  return present(list(attribute))(value).filter((custom) => custom.value !== undefined);
}

const group = required(object({
  id,
  name: required(text),
  kind: required(word(GROUP_KINDS)),
  parentId: text,
  description: text,
}));

const members = required(object({ groupId: id, workerId: text, memberGroupId: text }));

function membership(value) {
  const { groupId, workerId, memberGroupId } = members(value);
  if ((workerId === undefined) === (memberGroupId === undefined)) {
    throw new Wrong("has to have either a `workerId` or a `memberGroupId`");
  }
  const member = workerId === undefined ? { tag: "group", val: memberGroupId } : { tag: "worker", val: workerId };
  return { groupId, member };
}

function page(records, record, deleted) {
  const convert = required(
    object({ [records]: or(list(record), []), deleted: or(list(deleted), []), next: write, checkpoint: write, total: count }),
    `expected a page, { ${records}: [...] }, found nothing`,
  );
  return (value) => {
    refuseAbsentList(value, records);
    const converted = convert(value);
    // On the last page only.
    if (converted.next !== undefined) converted.checkpoint = undefined;
    return converted;
  };
}

/** `people: answer.peple` is a mistake, and not a company without people. */
function refuseAbsentList(value, records) {
  if (value && typeof value === "object" && records in value && !Array.isArray(value[records])) {
    throw new Wrong(`expected a list, found ${kind(value[records])}`).within(`.${records}`);
  }
}

export const workerPage = page("workers", worker, id);
export const groupPage = page("groups", group, id);
export const membershipPage = page("memberships", membership, membership);

export const account = or(object({ name: text, id: text, warnings: texts }), {});

export const attributes = required(
  list(required(object({
    name: required(text),
    label: required(text),
    kind: required(word(ATTRIBUTE_KINDS)),
    options: texts,
  }))),
  "expected a list of attributes, found nothing",
);
