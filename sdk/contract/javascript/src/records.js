// Every record, with every field there and with none.

const ATTRIBUTES = [
  ["badge", "text"],
  ["hours", "number"],
  ["remote", "boolean"],
  ["probation", "date"],
  ["skills", "texts"],
];

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

const STATUSES = ["active", "pending", "on-leave", "inactive", "terminated"];

export const records = {
  check() {
    return { name: "Exämple GmbH", id: "4711", warnings: ["The field `grade` is not readable."] };
  },
  discover() {
    return ATTRIBUTES.map(([name, kind]) => ({
      name,
      label: `The ${name}`,
      kind,
      options: name === "skills" ? ["Rust", "Schweißen"] : [],
    }));
  },
  groups() {
    const groups = GROUP_KINDS.map((kind, at) => ({ id: `g${at + 1}`, name: `Group ${at + 1}`, kind }));
    const within = { parentId: "g3", description: "Within the third" };
    return { groups: [...groups, { id: "g10", name: "Größe", kind: "department", ...within }], total: 10 };
  },
  memberships() {
    const memberships = [{ groupId: "g1", workerId: "full" }, { groupId: "g1", memberGroupId: "g2" }];
    return { memberships, total: 2 };
  },
  workers() {
    const workers = [FULL, ...STATUSES.map((status) => ({ id: `bare ${status}`, status }))];
    return { workers, total: workers.length };
  },
};

const FULL = {
  id: "full",
  status: "active",
  userName: "zoe@example.com",
  name: {
    given: "Zoë",
    middle: "Maria",
    family: "Müller",
    display: "Zoë Müller",
    preferred: "Zo",
    honorificPrefix: "Dr.",
    honorificSuffix: "MSc",
  },
  contact: {
    workEmail: "zoe@example.com",
    personalEmail: "zoe@example.org",
    workPhone: "+49 30 1",
    mobilePhone: "+49 170 1",
    preferredLanguage: "de",
    locale: "de_DE",
    timezone: "Europe/Berlin",
  },
  employment: {
    employeeNumber: "0042",
    title: "Engineer",
    employmentType: "permanent",
    workerType: "employee",
    grade: "E5",
    fte: 0.8,
    startDate: "2020-02-29",
    endDate: "2030-12-31",
    managerId: "bare active",
    isManager: false,
  },
  organization: {
    company: { id: "c1", name: "Example GmbH" },
    businessUnit: { id: "b1", name: "Cloud" },
    division: { id: "v1", name: "Products" },
    department: { id: "d1", name: "Engineering" },
    costCenter: { id: "k1", name: "4711" },
    location: { id: "l1" },
    orgUnit: { name: "/Engineering" },
    teams: [{ id: "t1", name: "Blue" }, { name: "Grün" }],
  },
  address: { street: "Hauptstraße 1", locality: "Berlin", region: "BE", postalCode: "10115", country: "DE" },
  custom: [
    { name: "badge", value: "B-1" },
    { name: "hours", value: 38.5 },
    { name: "remote", value: false },
    { name: "probation", value: { date: "2020-08-31" } },
    { name: "skills", value: ["Rust", "Schweißen"] },
  ],
  createdAt: "2020-01-15T09:00:00Z",
  updatedAt: "2026-02-28T23:59:59.500+01:00",
};
