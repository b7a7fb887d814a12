//! HiBob: a search without pages, whose values are in two places, and lists.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth};
use crate::people::{COMPANIES, Company, DEPARTMENTS, LOCATIONS, Person, Standing, TEAMS, cost_center, mix};
use crate::server::Stub;
use crate::tokens::Grant;
use crate::truth::{self, Units};
use crate::web::{self, Ask, JSON};

const SHAPE: Shape = Shape {
    list: "/employees",
    absent: false,
    next: Next::Position,
    totals: &[],
    id: "/id",
    title: "/work/title",
};

/// A search takes no more fields.
const MOST_FIELDS: usize = 400;

pub const INTERFACE: Interface = Interface {
    name: "hibob",
    data: "/hibob",
    // A token that does not end is all there is.
    tokens: "",
    token: |_, _| failure(404),
    admit: |_, stub, ask| {
        let (user, token) = ask.basic()?;
        // The other environment knows nobody of this one.
        let is_here = !ask.path.starts_with("/hibob/elsewhere/");
        (is_here && user.starts_with("SERVICE-") && token == stub.options.client_secret)
            .then_some(Grant::Full)
    },
    answer,
    failure,
    quota: None,
    truth: Truth { people, groups, memberships: |company| UNITS.memberships(company.staff()) },
};

fn failure(status: u16) -> Response {
    let (key, text) = match status {
        400 => ("validations.employee.search.invalid_filter", "Unsupported filter field"),
        401 => ("unauthorized", "Authentication failed"),
        403 => ("permissions.denied", "The service user lacks permission"),
        404 => ("not.found", "Not found"),
        429 => ("rate.limit", "Too many requests"),
        _ => ("internal", "Something went wrong"),
    };
    web::value(status, JSON, &json!({"key": key, "error": text}))
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let path = ask.path.strip_prefix("/hibob/v1").unwrap_or_default();
    match (&ask.method, path) {
        (&Method::POST, "/people/search") => search(stub, ask),
        (&Method::GET, "/company/people/fields") => definitions(),
        (&Method::GET, path) => path.strip_prefix("/company/named-lists/").map_or_else(|| failure(404), list),
        _ => failure(404),
    }
}

// ----------------------------------------------------------------- search ----

/// The ids that are asked for, if not everybody is.
fn filter(order: &Value) -> Result<Option<Vec<&str>>, ()> {
    let Some(filters) = order["filters"].as_array() else { return Ok(None) };
    let [one] = filters.as_slice() else { return Err(()) };
    let values = one["values"].as_array().filter(|values| !values.is_empty()).ok_or(())?;
    if one["fieldPath"] != "root.id" || one["operator"] != "equals" {
        return Err(());
    }
    values.iter().map(|id| id.as_str().ok_or(())).collect::<Result<_, _>>().map(Some)
}

fn search(stub: &Stub, ask: &Ask) -> Response {
    let Ok(order) = serde_json::from_slice::<Value>(&ask.body) else { return failure(400) };
    let Some(asked) = order["fields"].as_array().filter(|fields| fields.len() <= MOST_FIELDS) else {
        return failure(400);
    };
    let Ok(ids) = filter(&order) else { return failure(400) };
    // What is unknown is left out without a word.
    let fields: Vec<&Field> =
        asked.iter().filter_map(|id| FIELDS.iter().find(|field| *id == field.id)).collect();
    let (everybody, append) = (order["showInactive"] == true, order["humanReadable"] == "APPEND");
    // There are no pages: whoever reads all first asks who there is.
    let number = if ids.is_none() { 1 } else { 2 };
    let key = format!("{} {}", ask.key(), String::from_utf8_lossy(&ask.body));
    stub.people(ask, &SHAPE, JSON, key, failure, |company, faults| {
        let keep = |person: &Person| {
            let is_asked = ids.as_ref().is_none_or(|ids| ids.contains(&&*id(person)));
            is_asked && (everybody || is_active(person))
        };
        let rows = company.employed.iter().copied().filter(|row| keep(company.person(*row)));
        let rows: Vec<u32> = rows.collect();
        let rows: Vec<u32> = match number {
            // Somebody may be found twice.
            2 => faults.again(&rows).into_iter().chain(rows).collect(),
            _ => rows,
        };
        let found = rows.iter().map(|row| employee(company, company.person(*row), &fields, append));
        let body = json!({"employees": found.collect::<Vec<_>>()});
        Page { body: Bytes::from(body.to_string()), number, beginning: number == 1, own: String::new() }
    })
}

/// A value is flat, or nested by category, or both; the category `root` has no
/// place of its own among the nested ones.
fn employee(company: &Company, person: &Person, fields: &[&Field], append: bool) -> Value {
    let (mut found, mut names) = (Map::new(), Map::new());
    for field in fields {
        let (value, name) = (field.value)(company, person);
        let nested: Vec<&str> = field.id.trim_start_matches("root.").split('.').collect();
        // The id is always where it was in the first place.
        if field.id == "root.id" || person.quirk % 3 != 1 {
            put(&mut found, &nested, value.clone());
        }
        if person.quirk % 3 != 2 {
            found.insert(format!("/{}", field.id.replace('.', "/")), json!({"value": value}));
        }
        if append && !name.is_null() {
            put(&mut names, &nested, name);
        }
    }
    if append {
        found.insert("humanReadable".to_owned(), names.into());
    }
    found.into()
}

fn put(into: &mut Map<String, Value>, path: &[&str], value: Value) {
    let [key, rest @ ..] = path else { return };
    if rest.is_empty() {
        into.insert((*key).to_owned(), value);
    } else if let Some(below) = into.entry(*key).or_insert_with(|| json!({})).as_object_mut() {
        put(below, rest, value);
    }
}

/// Nineteen digits, as text.
fn id(person: &Person) -> String {
    (3_332_883_884_017_000_000 + 13 * u64::from(person.index)).to_string()
}

fn is_active(person: &Person) -> bool {
    !matches!(person.standing, Standing::Terminated | Standing::Inactive)
}

struct Field {
    id: &'static str,
    kind: &'static str,
    list: Option<&'static str>,
    label: &'static str,
    /// The value, and what people call it.
    value: fn(&Company, &Person) -> (Value, Value),
}

/// What is its own name.
fn plain(value: Value) -> (Value, Value) {
    (value.clone(), value)
}

/// A date, which people see in another order.
fn day(date: Option<&str>) -> (Value, Value) {
    let parts: Vec<&str> = date.unwrap_or_default().split('-').collect();
    let seen = match parts.as_slice() {
        [year, month, day] => json!(format!("{day}/{month}/{year}")),
        _ => Value::Null,
    };
    (json!(date), seen)
}

/// An item of a list.
fn item(id: Option<String>, name: Option<&str>) -> (Value, Value) {
    (json!(id), json!(name))
}

macro_rules! fields {
    ($($id:literal $kind:literal $list:expr, $label:literal $value:expr;)*) => {
        &[$(Field { id: $id, kind: $kind, list: $list, label: $label, value: $value }),*]
    };
}

/// A field of the company's own.
const BADGE: &str = "work.custom.field_1651169416679";

const FIELDS: &[Field] = fields! {
    "root.id" "text" None, "ID" |_, one| plain(json!(id(one)));
    "root.email" "text" None, "Email" |_, one| plain(json!(one.email()));
    "root.firstName" "text" None, "First name" |_, one| plain(json!(one.given()));
    "root.surname" "text" None, "Last name" |_, one| plain(json!(one.family()));
    "root.middleName" "text" None, "Middle name" |_, one| plain(json!((one.quirk % 8 == 3).then_some("Lee")));
    "root.displayName" "text" None, "Display name" |_, one| plain(json!((one.quirk % 7 != 2).then(|| one.display())));
    "root.fullName" "text" None, "Full name" |_, one| plain(json!(one.display()));
    "root.creationDateTime" "text" None, "Created" |_, one| plain(json!(clock::utc(one.created).trim_end_matches('Z')));
    "personal.honorific" "list" Some("honorific"), "Title" |_, one| item((one.quirk % 20 == 7).then(|| "11".to_owned()), (one.quirk % 20 == 7).then_some("Dr."));
    "work.title" "list" Some("title"), "Job title" |_, one| item(one.title.as_deref().map(title_id), one.title.as_deref());
    "work.department" "list" Some("department"), "Department" |_, one| item(one.department.map(department_id), one.department_name());
    "work.site" "list" Some("site"), "Site" |_, one| plain(json!(one.place().name));
    "work.siteId" "number" None, "Site ID" |_, one| plain(json!(number(&site_id(one.location))));
    "work.reportsTo" "employee-reference" None, "Reports to" |company, one| reports_to(company, one);
    "work.manager" "text" None, "Manager" |company, one| plain(json!(company.manager(one).map(id)));
    "work.startDate" "date" None, "Start date" |_, one| day(Some(&one.start));
    "work.employeeIdInCompany" "number" None, "Employee ID" |_, one| plain(json!(one.number));
    "work.isManager" "boolean" None, "Is manager" |_, one| plain(json!(one.quirk.is_multiple_of(2)));
    "work.workPhone" "text" None, "Work phone" |_, one| plain(json!(one.work_phone()));
    "work.workMobile" "text" None, "Work mobile" |_, one| plain(json!(one.mobile_phone()));
    "home.privateEmail" "text" None, "Private email" |_, one| plain(json!((one.quirk % 5 == 3).then(|| format!("p{}@home.example.org", one.index))));
    "address.country" "list" Some("country"), "Country" |_, one| item(Some(one.place().country_code.to_lowercase()), Some(one.place().country));
    "internal.status" "text" None, "Status" |_, one| plain(json!(if is_active(one) { "Active" } else { "Inactive" }));
    "internal.lifecycleStatus" "list" Some("lifecycle"), "Lifecycle status" |_, one| plain(json!(lifecycle(one)));
    "internal.terminationDate" "date" None, "Termination date" |_, one| day(one.end.as_deref());
    "employment.type" "list" Some("type"), "Employment type" |_, one| item(Some(format!("t{}", one.kind_word().len())), Some(one.kind_word()));
    "employment.contract" "list" Some("contract"), "Contract" |_, one| plain(json!(if one.quirk.is_multiple_of(3) { "Part time" } else { "Full time" }));
    "work.customColumns.column_1651169416681" "list" Some("team"), "Team" |_, one| item(one.team.map(team_id), one.team_name());
    "work.customColumns.column_1651169416682" "list" Some("costCenter"), "Cost center" |_, one| item(one.department.map(cost_center_id), one.cost_center().as_deref());
    "payroll.field_1651169416684" "list" Some("legalEntity"), "Legal entity" |_, one| item(Some(company_id(one.company())), Some(one.company_name()));
    "work.custom.field_1651169416679" "text" None, "Badge" |_, one| plain(json!(one.badge));
    "work.custom.field_1651169416690" "multi-list" Some("language"), "Languages" |_, one| if one.quirk.is_multiple_of(3) { (json!(["71", "72"]), json!(["German", "English"])) } else { (json!(["72"]), json!(["English"])) };
    "work.custom.field_1651169416691" "date" None, "Desk since" |_, one| day((one.quirk % 4 == 1).then_some(&*one.start));
    "work.custom.field_1651169416692" "number" None, "Desks" |_, one| plain(json!(one.quirk % 3));
};

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn reports_to(company: &Company, person: &Person) -> (Value, Value) {
    // Of some the manager is known by the id alone.
    let manager = company.manager(person).filter(|_| person.quirk % 5 != 1);
    let one = |boss: &Person| {
        json!({"id": id(boss), "firstName": boss.given(), "surname": boss.family(),
            "email": boss.email(), "displayName": boss.display()})
    };
    (json!(manager.map(one)), json!(manager.map(Person::display)))
}

fn lifecycle(person: &Person) -> &'static str {
    match person.standing {
        Standing::Active => "employed",
        // Somebody to come may be employed already, by the word.
        Standing::Pending if person.quirk.is_multiple_of(2) => "employed",
        Standing::Pending => "hired",
        Standing::OnLeave => "parental leave",
        Standing::Inactive => "garden_leave",
        Standing::Terminated => "terminated",
    }
}

// ------------------------------------------------------------------ lists ----

fn definitions() -> Response {
    let one = |field: &Field| {
        let category = field.id.split('.').next();
        json!({"id": field.id, "categoryId": category, "category": category, "name": field.label,
            "description": null, "jsonPath": field.id.trim_start_matches("root."), "type": field.kind,
            "typeData": field.list.map_or_else(|| json!({}), |list| json!({"listId": list})), "historical": false})
    };
    web::value(200, JSON, &FIELDS.iter().map(one).collect())
}

fn list(name: &str) -> Response {
    let one = |(id, name): (String, String), children: Vec<Value>| json!({"id": number(&id), "value": name, "name": name, "archived": false, "children": children});
    let flat = |all: Vec<(String, String)>| all.into_iter().map(|item| one(item, Vec::new())).collect();
    let items: Vec<Value> = match name {
        // The second is within the first.
        "department" => {
            let mut all: Vec<_> =
                (0..DEPARTMENTS.len()).map(|at| (department_id(at), DEPARTMENTS[at].0.to_owned())).collect();
            let (first, second) = (all.remove(0), all.remove(0));
            let rest: Vec<Value> = flat(all);
            [one(first, vec![one(second, Vec::new())])].into_iter().chain(rest).collect()
        }
        "site" => flat((0..LOCATIONS.len()).map(|at| (site_id(at), LOCATIONS[at].name.to_owned())).collect()),
        "team" => flat((0..TEAMS.len()).map(|at| (team_id(at), TEAMS[at].0.to_owned())).collect()),
        "costCenter" => {
            flat((0..DEPARTMENTS.len()).map(|at| (cost_center_id(at), cost_center(at))).collect())
        }
        "legalEntity" => {
            flat((0..COMPANIES.len()).map(|at| (company_id(at), COMPANIES[at].to_owned())).collect())
        }
        _ => return failure(404),
    };
    // An older form has another name for the same.
    let key = if name == "site" { "values" } else { "items" };
    web::value(200, JSON, &json!({"name": name, key: items}))
}

fn title_id(title: &str) -> String {
    (252_000_000 + mix(7, title, 0) % 999_999).to_string()
}

fn department_id(at: usize) -> String {
    (209_192_163 + 3 * at).to_string()
}

fn site_id(at: usize) -> String {
    (2_638_337 + 3 * at).to_string()
}

fn team_id(at: usize) -> String {
    (210_192_163 + 3 * at).to_string()
}

fn cost_center_id(at: usize) -> String {
    (211_192_163 + 3 * at).to_string()
}

fn company_id(at: usize) -> String {
    (212_192_163 + 3 * at).to_string()
}

// ------------------------------------------------------------------ truth ----

const UNITS: Units = Units {
    person_id: id,
    department: Some(department_id),
    cost_center: Some(cost_center_id),
    team: Some(team_id),
    nested: false,
    location: Some(site_id),
    company: Some(company_id),
};

fn people(company: &Company) -> Vec<Value> {
    let one = |person| {
        let mut told = truth::person(company, person, id);
        told["custom"] = json!({BADGE: person.badge});
        told
    };
    company.staff().map(one).collect()
}

fn groups(_: &Company) -> Vec<Value> {
    let mut all = UNITS.groups();
    for group in all.iter_mut().filter(|group| group["id"] == json!(department_id(1))) {
        group["parent_ids"] = json!([department_id(0)]);
    }
    all
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::tests::{read, send, stub};

    async fn found(stub: &Stub, user: &str, order: &Value) -> (u16, Value) {
        let credential = format!("Basic {}", STANDARD.encode(user));
        let headers = [("authorization", &*credential), ("content-type", JSON)];
        read(send(stub, "POST", "/hibob/v1/people/search", &headers, &order.to_string()).await).await
    }

    const USER: &str = "SERVICE-1:stub-secret";

    #[tokio::test]
    async fn searches_for_some_together_are_the_truth() {
        let stub = stub(60, false, None, &[]);
        let all = json!({"fields": ["root.id", "root.nothing"], "showInactive": true});
        let (_, all) = found(&stub, USER, &all).await;
        let all = all["employees"].as_array().expect("people");
        let ids: Vec<&str> = all.iter().filter_map(|one| one["id"].as_str()).collect();
        let mut emails = Vec::new();
        for ids in ids.chunks(7) {
            let filter = json!({"fieldPath": "root.id", "operator": "equals", "values": ids});
            let order =
                json!({"fields": ["root.email", "root.id"], "showInactive": true, "filters": [filter]});
            let (status, some) = found(&stub, USER, &order).await;
            let some = some["employees"].as_array().expect("people");
            assert_eq!((status, some.len()), (200, ids.len()));
            let email = |one: &Value| match &one["/root/email"] {
                Value::Null => one["email"].clone(),
                flat => flat["value"].clone(),
            };
            emails.extend(some.iter().map(|one| (one["id"].clone(), email(one))));
        }
        let truth = people(&stub.company());
        let truth: Vec<_> = truth.iter().map(|one| (one["id"].clone(), one["email"].clone())).collect();
        assert_eq!(emails, truth);
    }

    #[tokio::test]
    async fn hibob_takes_one_filter_for_somebody() {
        let stub = stub(20, false, None, &[]);
        let filter =
            |field: &str, values: Value| json!({"fieldPath": field, "operator": "equals", "values": values});
        for filters in [
            json!([filter("root.id", json!([]))]),
            json!([filter("work.title", json!(["1"]))]),
            json!([filter("root.id", json!(["1"])), filter("root.id", json!(["2"]))]),
        ] {
            let order = json!({"fields": ["root.id"], "filters": filters});
            assert_eq!(found(&stub, USER, &order).await.0, 400, "{order}");
        }
        let order = json!({"fields": ["root.id"]});
        assert_eq!(found(&stub, "SERVICE-1:another", &order).await.0, 401);
        let active = found(&stub, USER, &order).await.1;
        let active = active["employees"].as_array().map(Vec::len);
        assert_eq!(active, Some(stub.company().staff().filter(|one| is_active(one)).count()));
    }
}
