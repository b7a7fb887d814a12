//! People of Employee Central, with what belongs to them within.

use axum::response::Response;
use serde_json::{Value, json};

use super::filter::{Filter, Found};
use super::units::{UNITS, code};
use super::{
    FOREVER, SHAPE, country, day, filter, instant, no_property, page, person_id, refuse, returned, start,
    user_id, window,
};
use crate::clock;
use crate::interface::Truth;
use crate::json::Json;
use crate::people::{Company, Kind, Person, Standing, guid};
use crate::server::Stub;
use crate::truth;
use crate::web::{Ask, JSON};

pub const TRUTH: Truth = Truth {
    people,
    groups: |_| UNITS.iter().flat_map(|unit| unit.groups()).collect(),
    memberships: |company| {
        let people = company.staff().filter(|one| !jobless(one));
        people.flat_map(|person| UNITS.iter().filter_map(move |unit| unit.membership(person))).collect()
    },
};

/// Which navigations a request expands.
struct Expanded<'a>(Vec<&'a str>);

impl Expanded<'_> {
    fn has(&self, path: &str) -> bool {
        self.0
            .iter()
            .any(|one| one.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    /// A navigation: what is there where it is expanded, else a link.
    fn write(&self, json: &mut Json, path: &str, fill: impl FnOnce(&mut Json)) {
        let name = path.rsplit('/').next().unwrap_or(path);
        json.nested(name, |json| {
            if self.has(path) {
                fill(json);
            } else {
                json.nested("__deferred", |json| json.field("uri", &format!("{}/{name}", super::HOST)));
            }
        });
    }

    fn write_many(&self, json: &mut Json, path: &str, fill: impl FnOnce(&mut Json)) {
        self.write(json, path, |json| json.list("results", fill));
    }

    /// A value of a picklist.
    fn pick(&self, json: &mut Json, path: &str, code: Option<&str>) {
        self.write(json, path, |json| {
            json.field("id", "4600");
            json.field("externalCode", &code);
            json.field("status", "ACTIVE");
        });
    }
}

const NAVIGATIONS: [&str; 16] = [
    "personalInfoNav",
    "personalInfoNav/salutationNav",
    "personalInfoNav/suffixNav",
    "personalInfoNav/nativePreferredLangNav",
    "emailNav",
    "emailNav/emailTypeNav",
    "phoneNav",
    "phoneNav/phoneTypeNav",
    "personEmpTerminationInfoNav",
    "employmentNav",
    "employmentNav/userNav",
    "employmentNav/jobInfoNav",
    "employmentNav/jobInfoNav/emplStatusNav",
    "employmentNav/jobInfoNav/employmentTypeNav",
    "employmentNav/jobInfoNav/employeeClassNav",
    "employmentNav/jobInfoNav/departmentNav",
];

pub fn list(stub: &Stub, ask: &Ask) -> Response {
    let paths: Vec<&str> = ask.query.get("$expand").unwrap_or_default().split(',').collect();
    let unknown = |path: &&&str| !path.is_empty() && !NAVIGATIONS.contains(*path);
    if let Some(path) = paths.iter().find(unknown) {
        return no_property(&format!("PerPersonal/{}", path.rsplit('/').next().unwrap_or(path)));
    }
    let expanded = Expanded(paths);
    let condition = match filter(ask) {
        Ok(condition) => condition,
        Err(response) => return *response,
    };
    if let Some(path) = condition.iter().flat_map(Filter::paths).find(|path| !PATHS.contains(path)) {
        return no_property(path);
    }
    let as_of = match ask.query.get("asOfDate").map(clock::parse) {
        Some(None) => return refuse("asOfDate has to be a date."),
        Some(as_of) => as_of,
        None => None,
    };
    let keep = |company: &Company, person: &Person| {
        let day = as_of.unwrap_or(company.now);
        clock::parse(&start(person)).is_some_and(|start| start <= day)
            && condition.as_ref().is_none_or(|all| all.holds(|path| at(person, path)))
    };
    page(stub, ask, &SHAPE, keep, |json, company, one| person(json, &expanded, company, one))
}

/// The parts of a person that have a time of change; a change is one of one.
pub const PARTS: [&str; 7] = [
    "lastModifiedDateTime",
    "personalInfoNav/lastModifiedDateTime",
    "emailNav/lastModifiedDateTime",
    "phoneNav/lastModifiedDateTime",
    "employmentNav/lastModifiedDateTime",
    "employmentNav/userNav/lastModifiedDateTime",
    "employmentNav/jobInfoNav/lastModifiedDateTime",
];

/// What a filter may name.
const PATHS: [&str; 12] = [
    PARTS[0],
    PARTS[1],
    PARTS[2],
    PARTS[3],
    PARTS[4],
    PARTS[5],
    PARTS[6],
    "employmentNav/startDate",
    "employmentNav/jobInfoNav/startDate",
    "employmentNav/userNav/status",
    "personalInfoNav/startDate",
    "personEmpTerminationInfoNav/latestTerminationDate",
];

/// When a part was changed: which one a change was of follows from the person.
fn modified(person: &Person, part: usize) -> i64 {
    if (person.quirk / 11) as usize % PARTS.len() == part { person.changed } else { person.created }
}

fn at(person: &Person, path: &str) -> Found {
    let moment = |text: Option<&String>| {
        text.and_then(|text| clock::parse(text)).map_or(Found::Nothing, Found::Moment)
    };
    match path {
        "employmentNav/userNav/status" => {
            account_status(person).map_or(Found::Nothing, |one| Found::Text(one.into()))
        }
        "personEmpTerminationInfoNav/latestTerminationDate" => moment(person.end.as_ref()),
        path => match PARTS.iter().position(|part| *part == path) {
            Some(part) => Found::Moment(modified(person, part)),
            None => moment(Some(&start(person))),
        },
    }
}

fn terminated(person: &Person) -> bool {
    person.standing == Standing::Terminated
}

/// Left so long ago that no job is left.
fn jobless(person: &Person) -> bool {
    terminated(person) && person.quirk % 10 == 3
}

/// The account's status; `None`: the account is gone.
fn account_status(person: &Person) -> Option<&'static str> {
    match person.standing {
        Standing::Terminated if person.quirk.is_multiple_of(2) => None,
        Standing::Terminated | Standing::Inactive => Some("f"),
        Standing::Pending => Some(if person.quirk.is_multiple_of(2) { "e" } else { "t" }),
        _ if person.quirk.is_multiple_of(6) => Some("T"),
        _ => Some("t"),
    }
}

/// Before the first day there is no user name.
fn username(person: &Person) -> Option<&str> {
    account_status(person).filter(|_| person.standing != Standing::Pending).map(|_| person.user_name.as_str())
}

fn status_code(person: &Person) -> Option<&'static str> {
    let one_of = |codes: &[&'static str]| Some(codes[(person.quirk / 3) as usize % codes.len()]);
    match person.standing {
        // Old records have no code: the account says where somebody stands.
        Standing::Active | Standing::Inactive if person.quirk % 20 == 3 => None,
        Standing::Active | Standing::Pending => Some("A"),
        Standing::OnLeave => one_of(&["U", "P", "F"]),
        Standing::Inactive => one_of(&["S", "D"]),
        Standing::Terminated => one_of(&["T", "R", "O"]),
    }
}

fn person(json: &mut Json, expanded: &Expanded, company: &Company, person: &Person) {
    let sparse = person.quirk % 10 == 1;
    json.nested("__metadata", |json| {
        json.field("uri", &format!("{}/odata/v2/PerPerson('{}')", super::HOST, person_id(person)));
        json.field("type", "SFOData.PerPerson");
    });
    json.field("personIdExternal", &person_id(person));
    json.field("personId", &(700 + person.index).to_string());
    json.field(
        "perPersonUuid",
        &guid(company.seed, "sf", person.index.into()).replace('-', "").to_uppercase(),
    );
    json.maybe(sparse, "dateOfBirth", None::<&str>);
    json.field("lastModifiedDateTime", &instant(modified(person, 0)));
    expanded.write_many(json, "personalInfoNav", |json| {
        json.item(|json| personal(json, expanded, person, sparse))
    });
    expanded.write_many(json, "emailNav", |json| emails(json, expanded, person));
    expanded.write_many(json, "phoneNav", |json| phones(json, expanded, person));
    if person.quirk.is_multiple_of(7) && !jobless(person) {
        json.field("personEmpTerminationInfoNav", &None::<&str>);
    } else {
        expanded.write(json, "personEmpTerminationInfoNav", |json| {
            json.field("latestTerminationDate", &person.end.as_deref().map(day));
            json.field("activeEmploymentsCount", &u8::from(!terminated(person)));
        });
    }
    expanded.write_many(json, "employmentNav", |json| {
        // In no order.
        let own = |json: &mut Json| json.item(|json| employment(json, expanded, company, person));
        let early = person.quirk.is_multiple_of(3);
        if early {
            own(json);
        }
        if returned(person) {
            json.item(|json| former(json, expanded, person));
        }
        if person.quirk % 50 == 12 && person.standing != Standing::Pending {
            json.item(|json| assignment(json, expanded, person));
        }
        if !early {
            own(json);
        }
    });
}

fn personal(json: &mut Json, expanded: &Expanded, person: &Person, sparse: bool) {
    let plain = person.given().map(|given| format!("{given} {}", person.family()));
    // Some names are what their parts make.
    let made_up = person.quirk.is_multiple_of(5) && plain.as_deref() == Some(&person.display());
    let formal = person.quirk % 5 == 2;
    json.field("startDate", &day(&start(person)));
    json.field("endDate", FOREVER);
    json.maybe(sparse, "firstName", person.given());
    json.field("lastName", person.family());
    json.maybe(sparse, "middleName", (person.quirk % 4 == 1).then_some("M."));
    json.maybe(sparse, "preferredName", person.quirk.is_multiple_of(4).then(|| person.given()).flatten());
    json.maybe(sparse, "displayName", (!made_up && !formal).then(|| person.display()));
    json.maybe(sparse, "formalName", (formal && !made_up).then(|| person.display()));
    json.field("salutation", "10808");
    expanded.pick(json, "personalInfoNav/salutationNav", (person.quirk % 20 == 7).then_some("DR"));
    json.maybe(sparse, "suffix", None::<&str>);
    expanded.pick(json, "personalInfoNav/suffixNav", (person.quirk % 7 == 2).then_some("JR"));
    json.field("nativePreferredLang", "10223");
    expanded.pick(json, "personalInfoNav/nativePreferredLangNav", Some(&person.place().language[..2]));
    json.field("lastModifiedDateTime", &instant(modified(person, 1)));
}

/// Where the work address stands: among the addresses with a type, as the main
/// one of old records without, or on the account alone.
fn emails(json: &mut Json, expanded: &Expanded, person: &Person) {
    let mut one = |address: &str, kind: Option<&str>, primary: bool| {
        json.item(|json| {
            json.field("emailType", "8448");
            json.field("emailAddress", address);
            json.field("isPrimary", &primary);
            expanded.pick(json, "emailNav/emailTypeNav", kind);
            json.field("lastModifiedDateTime", &instant(modified(person, 2)));
        });
    };
    let on_account = on_account_alone(person);
    if person.quirk.is_multiple_of(3) {
        let private = format!("p{}@home.example.org", person.number);
        one(&private, Some("P"), person.email().is_none() || on_account);
    }
    match person.email() {
        Some(address) if !on_account => {
            let old = person.quirk % 4 == 2;
            one(address, (!old).then_some("B"), old || person.quirk.is_multiple_of(2));
        }
        _ => {}
    }
}

fn on_account_alone(person: &Person) -> bool {
    person.quirk % 4 == 3 && account_status(person).is_some()
}

fn phones(json: &mut Json, expanded: &Expanded, person: &Person) {
    let mut one = |country: &str, area: Option<&str>, number: &str, kind: &str| {
        json.item(|json| {
            json.field("phoneType", "10605");
            json.field("countryCode", country);
            json.field("areaCode", &area);
            json.field("phoneNumber", number);
            json.field("extension", &None::<&str>);
            json.field("isPrimary", &(kind == "B"));
            expanded.pick(json, "phoneNav/phoneTypeNav", Some(kind));
            json.field("lastModifiedDateTime", &instant(modified(person, 3)));
        });
    };
    if let Some(mobile) = person.mobile_phone() {
        one("49", None, mobile.trim_start_matches("+49"), "C");
    }
    let phone = person.work_phone();
    if let [country, area, number] = phone.trim_start_matches('+').split(' ').collect::<Vec<_>>()[..] {
        one(country, Some(area), number, "B");
    }
}

fn employment(json: &mut Json, expanded: &Expanded, company: &Company, person: &Person) {
    let first = start(person);
    json.field("userId", &user_id(person));
    json.field("personIdExternal", &person_id(person));
    json.field("startDate", &day(&first));
    json.field("originalStartDate", &(!person.quirk.is_multiple_of(3)).then(|| day(&first)));
    let open = person.quirk.is_multiple_of(4).then(|| FOREVER.to_owned());
    json.field("endDate", &person.end.as_deref().map(day).or(open));
    json.field("assignmentClass", "ST");
    json.field("isContingentWorker", &(person.kind != Kind::Employee));
    json.field("hiringNotCompleted", &false);
    json.field("lastModifiedDateTime", &instant(modified(person, 4)));
    match account_status(person) {
        None => json.field("userNav", &None::<&str>),
        Some(status) => expanded.write(json, "employmentNav/userNav", |json| {
            json.field("userId", &user_id(person));
            json.field("username", &username(person));
            json.field("status", status);
            let address =
                person.email().filter(|_| on_account_alone(person) || person.quirk.is_multiple_of(2));
            json.field("email", &address);
            json.field("defaultLocale", &person.place().language.replace('-', "_"));
            json.field("timeZone", person.place().timezone);
            json.field("custom01", &None::<&str>);
            json.field("custom02", &format!("Floor {}", person.quirk % 5));
            json.field("lastModifiedDateTime", &instant(modified(person, 5)));
        }),
    }
    expanded.write_many(json, "employmentNav/jobInfoNav", |json| {
        if jobless(person) {
            return;
        }
        json.item(|json| job(json, expanded, company, person, "2"));
        // Two changes on one day: the higher number counts.
        if person.quirk % 8 == 5 {
            json.item(|json| {
                json.field("seqNumber", "1");
                json.field("startDate", &day(&job_start(person)));
                json.field("endDate", FOREVER);
                expanded.pick(json, "employmentNav/jobInfoNav/emplStatusNav", Some("A"));
                json.field("jobTitle", "Before");
            });
        }
    });
}

fn job_start(person: &Person) -> String {
    // The record of an end begins the day after.
    let next = |end: &String| clock::day(clock::parse(end).unwrap_or_default() + 86_400);
    person.end.as_ref().map_or_else(|| start(person), next)
}

fn job(json: &mut Json, expanded: &Expanded, company: &Company, person: &Person, number: &str) {
    let local = person.quirk.is_multiple_of(9);
    let nav = |name: &str| format!("employmentNav/jobInfoNav/{name}");
    json.field("seqNumber", number);
    json.field("userId", &user_id(person));
    json.field("startDate", &day(&job_start(person)));
    json.field("endDate", FOREVER);
    json.field("emplStatus", "4596");
    expanded.pick(json, &nav("emplStatusNav"), status_code(person));
    json.field("jobTitle", &person.title.as_ref().filter(|_| !local));
    json.field("localJobTitle", &person.title.as_ref().filter(|_| local));
    let none = person.quirk.is_multiple_of(2).then(|| "NO_MANAGER".to_owned());
    json.field("managerId", &company.manager(person).map(user_id).or(none));
    for unit in UNITS {
        json.field(unit.field, &(unit.of)(person).map(|at| code(unit, at)));
    }
    json.field("employmentType", "3631");
    expanded.pick(json, &nav("employmentTypeNav"), Some(employment_type(person)));
    json.field("employeeClass", "4662");
    expanded.pick(json, &nav("employeeClassNav"), Some("WHITE"));
    json.field("isFulltimeEmployee", &true);
    json.field("fte", if person.quirk.is_multiple_of(6) { "0.5" } else { "1" });
    json.field("payGrade", &format!("GR-{:02}", person.quirk % 12));
    json.field("timezone", &person.quirk.is_multiple_of(2).then_some(person.place().timezone));
    json.field("countryOfCompany", country(person));
    json.field("customString1", &format!("Desk {}", person.quirk % 40));
    json.field("customString2", &person.badge);
    json.field("customDate1", &day(&person.start));
    json.field("customLong1", &(person.quirk % 1000).to_string());
    json.field("lastModifiedDateTime", &instant(modified(person, 6)));
}

fn employment_type(person: &Person) -> &'static str {
    match person.kind {
        Kind::Employee => "REGULAR",
        Kind::Contractor => "EXTERNAL",
        Kind::Guest => "VISITOR",
    }
}

/// The employment from before: its account is gone.
fn former(json: &mut Json, expanded: &Expanded, person: &Person) {
    json.field("userId", &person_id(person));
    json.field("personIdExternal", &person_id(person));
    json.field("startDate", &day("2008-01-07"));
    json.field("endDate", &day("2009-12-31"));
    json.field("assignmentClass", "ST");
    json.field("userNav", &None::<&str>);
    expanded.write_many(json, "employmentNav/jobInfoNav", |json| {
        json.item(|json| {
            json.field("seqNumber", "1");
            json.field("startDate", &day("2010-01-01"));
            json.field("endDate", FOREVER);
            expanded.pick(json, "employmentNav/jobInfoNav/emplStatusNav", Some("T"));
            json.field("jobTitle", "Trainee");
        });
    });
}

/// A global assignment, which is not somebody's own employment.
fn assignment(json: &mut Json, expanded: &Expanded, person: &Person) {
    json.field("userId", &format!("80{}", person.number));
    json.field("personIdExternal", &person_id(person));
    json.field("startDate", &day("2025-12-01"));
    json.field("endDate", &person.end.as_deref().map(day));
    json.field("assignmentClass", "GA");
    expanded.write_many(json, "employmentNav/jobInfoNav", |json| {
        json.item(|json| {
            json.field("seqNumber", "1");
            json.field("startDate", &day("2025-12-01"));
            json.field("endDate", FOREVER);
            let code = if terminated(person) { "T" } else { "A" };
            expanded.pick(json, "employmentNav/jobInfoNav/emplStatusNav", Some(code));
            json.field("jobTitle", "Expatriate");
        });
    });
}

/// Whose accounts these are.
pub fn accounts(stub: &Stub, ask: &Ask) -> Response {
    let (condition, (_, size, _)) = match filter(ask).and_then(|filter| Ok((filter, window(stub, ask)?))) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let (Some(condition), Some("userId,personIdExternal")) = (condition, ask.query.get("$select")) else {
        return refuse("This list is too large.");
    };
    stub.list(JSON, ask.key(), |company| {
        let is = |person: &&Person| {
            condition
                .holds(|path| if path == "userId" { Found::Text(user_id(person)) } else { Found::Nothing })
        };
        let found = company.staff().filter(is).take(size);
        let rows: Vec<Value> =
            found.map(|one| json!({"userId": user_id(one), "personIdExternal": person_id(one)})).collect();
        json!({"d": {"results": rows}}).to_string().into_bytes()
    })
}

fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, person_id);
        told["employee_number"] = person_id(person).into();
        told["user_name"] = username(person).into();
        told["start_date"] = start(person).into();
        told["team"] = Value::Null;
        if jobless(person) {
            for field in ["title", "manager_id", "department", "cost_center", "company", "location"] {
                told[field] = Value::Null;
            }
        }
        told
    };
    company.employed.iter().map(one).collect()
}
