//! Factorial: a list of people that names its units by id, and lists beside it.
//! Every list is read by a cursor, in the order of ids.

use axum::http::Method;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth, bearer};
use crate::people::{
    COMPANIES, Company, DEPARTMENTS, LOCATIONS, Location, Person, Standing, TEAMS, cost_center,
};
use crate::server::Stub;
use crate::tokens::{self, Grant};
use crate::truth::{self, Units};
use crate::web::{self, Ask, JSON};

const SHAPE: Shape = Shape {
    list: "/data",
    absent: false,
    next: Next::Token("/meta/end_cursor"),
    totals: &["/meta/total"],
    id: "/id",
    title: "/preferred_name",
};

pub const INTERFACE: Interface =
    Interface {
        name: "factorial",
        data: "/factorial",
        tokens: "/factorial/oauth",
        token,
        admit,
        answer,
        failure,
        quota: None,
        truth: Truth {
            people,
            groups: |_| {
                let mut all = UNITS.groups();
                for (team, (_, of)) in all.iter_mut().filter(|one| one["kind"] == "team").zip(TEAMS) {
                    team["parent_ids"] = json!([department_id(*of)]);
                }
                all.extend(departments().map(|(id, name)| truth::group(id, name, "team", Vec::new())));
                all
            },
            memberships: |company| {
                let employed: Vec<&Person> = company.staff().collect();
                let mut all = UNITS.memberships(employed.iter().copied());
                let of = |person: &&Person| Some((person.department?, person_id(person)));
                all.extend(employed.iter().filter_map(of).map(|(department, id)| {
                    truth::membership("team", department_id(department), "worker", id)
                }));
                all
            },
        },
    };

/// The departments are teams as well, above the others.
const UNITS: Units = Units {
    person_id,
    department: None,
    cost_center: Some(cost_center_id),
    team: Some(team_id),
    nested: false,
    location: Some(location_id),
    company: Some(legal_entity_id),
};

fn departments() -> impl Iterator<Item = (String, &'static str)> {
    DEPARTMENTS.iter().enumerate().map(|(at, (name, _))| (department_id(at), *name))
}

fn person_id(person: &Person) -> String {
    (4_100_000 + 3 * u64::from(person.index)).to_string()
}

fn department_id(at: usize) -> String {
    (81 + at).to_string()
}

fn team_id(at: usize) -> String {
    (181 + at).to_string()
}

fn location_id(at: usize) -> String {
    (81 + 2 * at).to_string()
}

fn legal_entity_id(at: usize) -> String {
    (21 + at).to_string()
}

fn cost_center_id(at: usize) -> String {
    (2_051 + at).to_string()
}

fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, person_id);
        told["team"] = json!(person.team_name().or(person.department_name()));
        told["kind"] = json!(if part(person) < 10_000 { "part-time" } else { "full-time" });
        if person.standing == Standing::Inactive {
            told["status"] = json!("terminated");
        }
        if let Some(title) = person.title.as_ref().filter(|_| has_level(person)) {
            told["title"] = json!(format!("{title} II"));
        }
        told["custom"] = json!({"badge": person.badge});
        told
    };
    company.employed.iter().map(one).collect()
}

/// The key goes into a header of its own, and nowhere else.
/// The key of the company in a header of its own, or a token; not both.
fn admit(interface: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    match ask.header("x-api-key") {
        Some(key) => (key == stub.options.client_secret && ask.header("authorization").is_none())
            .then_some(Grant::Full),
        None => bearer(interface, stub, ask),
    }
}

/// The token endpoint: the client stands in the form.
fn token(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST || ask.path != "/factorial/oauth/token" {
        return failure(404);
    }
    let form = ask.form();
    let field = |name: &str| form.get(name).map(str::to_owned);
    tokens::refreshed(stub, ask, "factorial", field("client_id").zip(field("client_secret")))
}

fn failure(status: u16) -> Response {
    let message = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not found",
        429 => "Too many requests",
        400 | 422 => "Validation failed",
        _ => "Internal server error",
    };
    web::value(status, JSON, &json!({"message": message}))
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["factorial", "api", version, "resources", domain, resource] = segments[..] else {
        return failure(404);
    };
    if ask.method != Method::GET || version.parse::<jiff::civil::Date>().is_err() {
        return failure(404);
    }
    let (Some(window), Some(since)) = (Window::of(stub, ask), since(ask)) else { return failure(400) };
    if (domain, resource) == ("employees", "employees") {
        return employees(stub, ask, version, &window, since);
    }
    let rows = match (domain, resource) {
        ("contracts", "reference_contracts" | "contract_versions") => contracts,
        ("job_catalog", "levels") => levels,
        ("teams", "teams") => teams,
        ("teams", "memberships") => memberships,
        ("locations", "locations") => locations,
        ("companies", "legal_entities") => legal_entities,
        ("finance", "cost_centers") => cost_centers,
        ("finance", "cost_center_memberships") if is_day(ask.query.get("active_on")) => shares,
        ("finance", "cost_center_memberships") => return failure(400),
        ("custom_fields", "fields") => fields,
        ("custom_fields", "values") => values,
        ("timeoff", "leaves") => leaves,
        ("api_public", "credentials") => credentials,
        _ => return failure(404),
    };
    stub.list(JSON, ask.key(), |company| {
        window.page(version, rows(company, &Filter::of(ask, since))).to_string().into_bytes()
    })
}

fn is_day(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok())
}

/// Whom and what a list is asked for.
struct Filter<'a> {
    ids: Vec<&'a str>,
    people: Vec<&'a str>,
    since: i64,
}

impl<'a> Filter<'a> {
    fn of(ask: &'a Ask, since: i64) -> Self {
        let people = [ask.query.all("employee_ids[]"), ask.query.all("employee_id")].concat();
        Self { ids: ask.query.all("ids[]"), people, since }
    }

    fn people<'c>(&self, company: &'c Company) -> impl Iterator<Item = &'c Person> {
        let is_meant = |person: &&Person| {
            let is_named = self.people.is_empty() || self.people.contains(&person_id(person).as_str());
            is_named && person.changed >= self.since
        };
        company.staff().filter(is_meant)
    }
}

/// The part of a list that a request asks for.
struct Window {
    after: u64,
    limit: usize,
    beginning: bool,
}

impl Window {
    fn of(stub: &Stub, ask: &Ask) -> Option<Self> {
        let (largest, default) = stub.options.sizes(100, 100);
        let limit = match ask.query.get("limit") {
            Some(limit) => limit.parse::<usize>().ok().filter(|limit| *limit > 0)?.min(largest),
            None => default,
        };
        let after = match ask.query.get("after_id") {
            Some(cursor) => String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?.parse().ok()?,
            None => 0,
        };
        Some(Self { after, limit, beginning: ask.query.get("after_id").is_none() })
    }

    /// A page of a list that is not of people.
    fn page(&self, version: &str, mut rows: Vec<Value>) -> Value {
        let number = |row: &Value| row["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(u64::MAX);
        rows.sort_by_key(number);
        let total = rows.len();
        let start = rows.iter().position(|row| number(row) > self.after).unwrap_or(total);
        let last = rows.get((start + self.limit).min(total).wrapping_sub(1)).map(number);
        let page: Vec<Value> = rows.into_iter().skip(start).take(self.limit).collect();
        self.envelope(version, page, total, start, last)
    }

    fn envelope(
        &self,
        version: &str,
        mut data: Vec<Value>,
        total: usize,
        start: usize,
        last: Option<u64>,
    ) -> Value {
        // Until then ids were numbers.
        if version < "2026-10-01" {
            data.iter_mut().for_each(ids_as_numbers);
        }
        let first = data.first().map(|row| row["id"].clone());
        json!({
            "data": data,
            "meta": {
                "limit": self.limit,
                "total": total,
                "has_next_page": start + self.limit < total,
                "has_previous_page": start > 0,
                "start_cursor": first.and_then(|id| Some(STANDARD.encode(id.as_str()?))),
                "end_cursor": last.map(|last| STANDARD.encode(last.to_string())),
            },
        })
    }
}

fn ids_as_numbers(row: &mut Value) {
    let Some(members) = row.as_object_mut() else { return };
    for (key, value) in members.iter_mut().filter(|(key, _)| *key == "id" || key.ends_with("_id")) {
        let number = value.as_str().and_then(|text| text.parse::<u64>().ok());
        if let Some(number) = number.filter(|_| key != "access_id") {
            *value = number.into();
        }
    }
}

/// The instant of `updated_at_gteq`, of which only the day counts.
fn since(ask: &Ask) -> Option<i64> {
    match ask.query.get("updated_at_gteq") {
        None => Some(i64::MIN),
        Some(text) => clock::parse(text).map(|instant| instant - instant.rem_euclid(86_400)),
    }
}

fn employees(stub: &Stub, ask: &Ask, version: &str, window: &Window, since: i64) -> Response {
    let ids = ask.query.all("ids[]");
    let only_active = ask.query.flag("only_active");
    stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, faults| {
        let keep = |row: &&u32| {
            let person = company.person(**row);
            person.changed >= since
                && (!only_active || person.end.is_none())
                && (ids.is_empty() || ids.contains(&person_id(person).as_str()))
        };
        let list: Vec<u32> = company.employed.iter().filter(keep).copied().collect();
        let id = |row: u32| person_id(company.person(row)).parse::<u64>().unwrap_or(u64::MAX);
        let start = list.iter().position(|row| id(*row) > window.after).unwrap_or(list.len());
        let last = list.get((start + window.limit).min(list.len()).wrapping_sub(1)).map(|row| id(*row));
        let rows = faults.rows(&list, start, window.limit);
        let data = rows.iter().map(|row| employee(company, company.person(*row))).collect();
        let body = window.envelope(version, data, list.len(), start, last);
        Page {
            body: Bytes::from(body.to_string()),
            number: start / window.limit + 1,
            beginning: window.beginning,
            own: STANDARD.encode(window.after.to_string()),
        }
    })
}

fn employee(company: &Company, person: &Person) -> Value {
    let gone = matches!(person.standing, Standing::Terminated | Standing::Inactive);
    let place = person.place();
    let mut row = json!({
        "id": person_id(person),
        "access_id": format!("9{}", person_id(person)),
        "first_name": person.given(),
        "last_name": person.family(),
        "full_name": person.display(),
        "preferred_name": person.quirk.is_multiple_of(11).then(|| person.given()).flatten(),
        "birth_name": null,
        "email": person.email(),
        "login_email": person.email().filter(|_| !person.quirk.is_multiple_of(6)),
        "personal_email": person.quirk.is_multiple_of(9).then(|| format!("p{}@example.net", person.index)),
        "communications_email": null,
        "phone_number": person.mobile_phone(),
        "company_identifier": person.number,
        "company_id": "12",
        "legal_entity_id": legal_entity_id(person.company()),
        "location_id": location_id(person.location),
        "default_work_area_id": null,
        "manager_id": company.manager(person).map(person_id),
        "timeoff_manager_id": company.manager(person).map(person_id),
        // Whoever may not see it gets null.
        "active": (gone || person.quirk % 40 != 9).then_some(!gone),
        "is_terminating": false,
        "terminated_on": person.end,
        "termination_reason": person.end.as_ref().map(|_| "voluntary"),
        "seniority_calculation_date": person.start,
        "address_line_1": null,
        "city": null,
        "country": place.country_code.to_lowercase(),
        "birthday_on": "1980-02-29",
        "identifier": format!("{:08}Z", person.index),
        "identifier_type": "dni",
        "gender": null,
        "attendable": !gone,
        "created_at": clock::utc_millis(person.created),
        "updated_at": clock::utc_millis(person.changed),
    });
    // Old accounts leave out what they do not have.
    if person.quirk % 10 == 1
        && let Some(members) = row.as_object_mut()
    {
        members.retain(|_, value| !value.is_null());
    }
    row
}

/// The id of a row that belongs to somebody, in a list of which each has so
/// many at most.
fn row_id(person: &Person, place: u64) -> String {
    (500 + 10 * u64::from(person.index) + place).to_string()
}

/// Of a full position, in hundredths of a percent.
fn part(person: &Person) -> u64 {
    if person.quirk.is_multiple_of(5) { 5_000 } else { 10_000 }
}

/// Whether the job is told by the job catalog alone.
fn has_level(person: &Person) -> bool {
    person.quirk % 7 == 3
}

fn levels(company: &Company, filter: &Filter) -> Vec<Value> {
    let level = |person: &Person| {
        let id = row_id(person, 0);
        let is_meant = has_level(person) && (filter.ids.is_empty() || filter.ids.contains(&id.as_str()));
        let title = person.title.as_ref().filter(|_| is_meant)?;
        Some(
            json!({"id": id, "role_id": "1", "role_name": title, "name": "II", "order": 2, "archived": false,
            "is_default": false}),
        )
    };
    filter.people(company).filter_map(level).collect()
}

fn contracts(company: &Company, filter: &Filter) -> Vec<Value> {
    filter.people(company).map(contract).collect()
}

fn contract(person: &Person) -> Value {
    let level = person.title.as_ref().filter(|_| has_level(person)).map(|_| row_id(person, 0));
    json!({
        "id": row_id(person, 0), "company_id": "12", "employee_id": person_id(person),
        "effective_on": person.start,
        // The first contract of long ago says only since when it is in force.
        "starts_on": (person.quirk % 8 != 5).then_some(&person.start),
        "ends_on": null,
        "job_title": person.title.as_ref().filter(|_| !has_level(person)),
        "job_catalog_level_id": level,
        "salary_amount": 4_200_000, "salary_currency": "EUR",
        "working_hours": 40 * part(person) / 100, "working_hours_frequency": "week",
        "working_time_percentage_in_cents": part(person),
        "created_at": clock::utc_millis(person.created), "updated_at": clock::utc_millis(person.changed),
    })
}

fn teams(company: &Company, _: &Filter) -> Vec<Value> {
    let team = |id: String, name: &str, parent: Option<String>, is_in: &dyn Fn(&Person) -> bool| {
        let people = company.staff().filter(|one| is_in(one));
        let depth = if parent.is_some() { 2 } else { 1 };
        json!({"id": id, "name": name, "company_id": "12", "description": null, "avatar": null,
            "employee_ids": people.map(person_id).collect::<Vec<_>>(), "lead_ids": [], "depth": depth,
            "parent_team_id": parent})
    };
    let departments = DEPARTMENTS.iter().enumerate();
    let mut all: Vec<Value> = departments
        .map(|(at, (name, _))| team(department_id(at), name, None, &|one| one.department == Some(at)))
        .collect();
    all.extend(TEAMS.iter().enumerate().map(|(at, (name, of))| {
        team(team_id(at), name, Some(department_id(*of)), &|one| one.team == Some(at))
    }));
    all
}

/// A row for the team, and one for the team above it, which has come down.
fn memberships(company: &Company, filter: &Filter) -> Vec<Value> {
    let of = |person: &Person| {
        let teams = person.team.map(team_id).into_iter().chain(person.department.map(department_id));
        let row = |(place, team): (usize, String)| {
            json!({"id": row_id(person, place as u64), "employee_id": person_id(person), "team_id": team,
                "lead": false, "company_id": "12", "direct": null, "source_team_ids": [], "parent_team_ids": []})
        };
        teams.enumerate().map(row).collect::<Vec<_>>()
    };
    filter.people(company).flat_map(of).collect()
}

fn locations(_: &Company, _: &Filter) -> Vec<Value> {
    let location = |(at, place): (usize, &Location)| {
        json!({
            "id": location_id(at), "company_id": "12", "name": place.name, "main": at == 0,
            "timezone": place.timezone, "country": place.country_code.to_lowercase(), "state": place.region,
            "city": place.name, "address_line_1": place.street, "address_line_2": null,
            "postal_code": place.postal_code, "phone_number": place.phone,
        })
    };
    LOCATIONS.iter().enumerate().map(location).collect()
}

fn legal_entities(_: &Company, _: &Filter) -> Vec<Value> {
    let entity = |(at, name): (usize, &&str)| {
        json!({"id": legal_entity_id(at), "company_id": "12", "country": "es", "legal_name": name,
            "currency": "EUR", "tin": null, "city": null})
    };
    COMPANIES.iter().enumerate().map(entity).collect()
}

fn cost_centers(_: &Company, _: &Filter) -> Vec<Value> {
    let center = |at: usize| {
        // A code beside the name is the exception.
        let code = at.is_multiple_of(3).then(|| cost_center(at));
        json!({"id": cost_center_id(at), "name": cost_center(at), "code": code, "status": "active",
            "company_id": "12", "legal_entity_id": null, "deactivation_date": null,
            "active_employees_count": 0, "historical_employees_count": 0})
    };
    (0..DEPARTMENTS.len()).map(center).collect()
}

fn shares(company: &Company, filter: &Filter) -> Vec<Value> {
    let share = |person: &Person| {
        Some(json!({"id": row_id(person, 0), "employee_id": person_id(person),
            "cost_center_id": cost_center_id(person.department?), "start_date": person.start, "end_date": null,
            "percentage": 100.0}))
    };
    filter.people(company).filter_map(share).collect()
}

fn fields(_: &Company, _: &Filter) -> Vec<Value> {
    vec![
        json!({"id": "75", "slug": "badge", "label_text": "Badge number", "field_type": "text"}),
        json!({"id": "76", "slug": "first_aid", "label_text": "First aider", "field_type": "checkbox"}),
        json!({"id": "77", "slug": "vest_size", "label_text": "Vest size", "field_type": "single_choice"}),
        json!({"id": "78", "slug": "medical_on", "label_text": "Medical check", "field_type": "date"}),
        json!({"id": "79", "slug": null, "label_text": "Bonus", "field_type": "cents"}),
    ]
}

fn values(company: &Company, filter: &Filter) -> Vec<Value> {
    let of = |person: &Person| {
        let row = |place: u64, field: &str, label: &str, key: &str, value: Value| {
            let mut row = json!({"id": row_id(person, place), "custom_field_identifier": format!("f{field}"),
                "field_id": field, "valuable_id": person_id(person), "valuable_type": "Employee",
                "label": label, "value": null, "long_text_value": null, "date_value": null,
                "single_choice_value": null, "cents_value": null, "updated_at": clock::utc(person.changed)});
            row[key] = value;
            row
        };
        let mut all = Vec::new();
        all.extend(person.badge.as_ref().map(|badge| row(0, "75", "Badge number", "value", json!(badge))));
        if person.quirk.is_multiple_of(4) {
            all.push(row(1, "76", "First aider", "value", json!("true")));
            all.push(row(2, "77", "Vest size", "single_choice_value", json!("M")));
            all.push(row(3, "78", "Medical check", "date_value", json!("2025-11-30")));
            all.push(row(4, "79", "Bonus", "cents_value", json!(125_000)));
        }
        all
    };
    filter.people(company).flat_map(of).collect()
}

fn leaves(company: &Company, filter: &Filter) -> Vec<Value> {
    let leave = |person: &Person| {
        json!({"id": row_id(person, 5), "employee_id": person_id(person), "company_id": "12",
            "start_on": clock::day(company.now - 40 * 86_400), "finish_on": null, "approved": true,
            "days_taken": 40, "updated_at": clock::utc_millis(person.changed)})
    };
    filter.people(company).filter(|one| one.standing == Standing::OnLeave).map(leave).collect()
}

fn credentials(_: &Company, _: &Filter) -> Vec<Value> {
    vec![json!({"id": "api-key", "company_id": "12", "employee_id": null, "legal_name": "Example Holding SL",
        "name": "Example", "role": "admin", "locale": "es"})]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{compare, read, send, stub, truth};

    const KEY: &[(&str, &str)] = &[("x-api-key", "stub-secret")];

    async fn page(stub: &Stub, version: &str, path: &str) -> Value {
        let url = format!("/factorial/api/{version}/resources{path}");
        let (status, page) = read(send(stub, "GET", &url, KEY, "").await).await;
        assert_eq!(status, 200, "{url}: {page}");
        page
    }

    /// All rows of a list, by its cursors.
    async fn all(stub: &Stub, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut after = String::new();
        loop {
            let page = page(stub, "2026-10-01", &format!("{path}?limit=70{after}")).await;
            rows.extend(page["data"].as_array().cloned().unwrap_or_default());
            if page["meta"]["has_next_page"] == false {
                assert_eq!(page["meta"]["total"], rows.len());
                return rows;
            }
            let cursor = page["meta"]["end_cursor"].as_str().unwrap_or_default();
            after = format!("&after_id={}", cursor.replace('=', "%3D"));
        }
    }

    #[tokio::test]
    async fn pages_of_factorial_together_are_the_truth() {
        let stub = stub(500, false, None, &[]);
        let people = all(&stub, "/employees/employees").await;
        let facts =
            [("/id", "id"), ("/email", "email"), ("/full_name", "display"), ("/manager_id", "manager_id")];
        compare(&people, &truth(&stub, "factorial").await, &facts);
        let groups = truth(&stub, "factorial/groups").await;
        for (list, kind) in [
            ("/teams/teams", "team"),
            ("/locations/locations", "location"),
            ("/companies/legal_entities", "legal-entity"),
            ("/finance/cost_centers", "cost-center"),
        ] {
            let told = groups.iter().filter(|group| group["kind"] == kind).count();
            assert_eq!(all(&stub, list).await.len(), told, "{list}");
        }
        let of_teams = truth(&stub, "factorial/memberships").await;
        let of_teams = of_teams.iter().filter(|one| one["group_kind"] == "team").count();
        assert_eq!(all(&stub, "/teams/memberships").await.len(), of_teams);
    }

    #[tokio::test]
    async fn ids_were_numbers_in_factorials_older_version() {
        let stub = stub(20, false, None, &[]);
        let older = page(&stub, "2026-04-01", "/employees/employees?limit=1").await;
        assert!(older["data"][0]["id"].is_number() && older["data"][0]["location_id"].is_number());
        let newer = page(&stub, "2026-10-01", "/employees/employees?limit=1").await;
        assert!(newer["data"][0]["id"].is_string());
    }

    #[tokio::test]
    async fn factorials_key_has_a_header_of_its_own() {
        let stub = stub(20, false, None, &[]);
        let url = "/factorial/api/2026-10-01/resources/employees/employees";
        for headers in [&[("authorization", "Bearer stub-secret")][..], &[("x-api-key", "another")], &[]] {
            let (status, body) = read(send(&stub, "GET", url, headers, "").await).await;
            assert_eq!((status, &body["message"]), (401, &json!("Unauthorized")));
        }
    }
}
