//! SAP SuccessFactors, OData v2: a company with Employee Central, and one that
//! has accounts alone.

mod assertion;
mod filter;
mod people;
#[cfg(test)]
mod tests;
mod units;
mod users;

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, bearer};
use crate::json::Json;
use crate::people::{Company, Person, Standing};
use crate::server::Stub;
use crate::tokens::Grant;
use crate::web::{self, Ask, JSON};
use filter::Filter;

pub const CENTRAL: Interface = Interface {
    name: "successfactors",
    data: "/successfactors",
    tokens: "/successfactors/oauth/token",
    token: |stub, ask| assertion::token(&CENTRAL, stub, ask),
    admit,
    answer: |stub, ask| answer(&CENTRAL, stub, ask),
    failure,
    quota: None,
    truth: people::TRUTH,
};

pub const ACCOUNTS: Interface = Interface {
    name: "successfactors-accounts",
    data: "/successfactors-accounts",
    tokens: "/successfactors-accounts/oauth/token",
    token: |stub, ask| assertion::token(&ACCOUNTS, stub, ask),
    answer: |stub, ask| answer(&ACCOUNTS, stub, ask),
    truth: users::TRUTH,
    ..CENTRAL
};

const COMPANY_ID: &str = "SFPART012345";
const API_USER: &str = "SFAPI";
/// Where the provider believes itself to be: its links have the port.
const HOST: &str = "https://api012.successfactors.eu:443";
/// `9999-12-31`: no end.
const FOREVER: &str = "/Date(253402214400000)/";

const SHAPE: Shape = Shape {
    list: "/d/results",
    absent: false,
    next: Next::Url("/d/__next"),
    totals: &[],
    id: "/personIdExternal",
    title: "/employmentNav/results/0/jobInfoNav/results/0/jobTitle",
};

/// A token, or the user with the company behind the name.
fn admit(interface: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    bearer(interface, stub, ask).or_else(|| {
        let (name, password) = ask.basic()?;
        let known = name.starts_with(&format!("{API_USER}@")) && password == stub.options.client_secret;
        known.then_some(Grant::Full)
    })
}

fn error(status: u16, code: &str, message: &str) -> Response {
    let message = json!({"lang": "en-US", "value": message});
    web::value(status, JSON, &json!({"error": {"code": code, "message": message}}))
}

fn failure(status: u16) -> Response {
    match status {
        401 => error(401, "LGN0007", "[LGN0007]The credential is not valid, or has expired."),
        403 => error(403, "COE_FORBIDDEN", "[COE0020]User SFAPI does not have the permission for this."),
        404 => error(404, "COE_NOT_FOUND", "[COE0018]There is nothing here."),
        429 => error(429, "TOO_MANY_REQUESTS", "Too many requests."),
        _ => error(status, "COE_GENERAL_SERVER_ERROR", "[COE0001]The metadata is being generated."),
    }
}

fn refuse(why: &str) -> Response {
    error(400, "COE_GENERAL_BAD_REQUEST", &format!("[COE0017]{why}"))
}

fn no_entity(name: &str) -> Response {
    error(400, "COE_ENTITY_NOT_FOUND", &format!("[COE0019]Entity {name} is not found."))
}

fn no_property(path: &str) -> Response {
    let hint = "Please check the property name and start/end with no space.";
    error(400, "COE_PROPERTY_NOT_FOUND", &format!("[COE0021]Invalid property names: {path}. {hint}"))
}

fn answer(interface: &Interface, stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let [_, "odata", "v2", path @ ..] = &segments[..] else { return failure(404) };
    if ask.method != Method::GET {
        return failure(404);
    }
    if let Some((name, _)) = ask.basic()
        && name != format!("{API_USER}@{COMPANY_ID}")
    {
        return error(403, "LGN0008", "[LGN0008]The company ID is not known.");
    }
    let central = interface.name == CENTRAL.name;
    match path {
        [entity, "$metadata"] => units::metadata(entity, central),
        // The default is Atom.
        [_] if ask.query.get("$format") != Some("json") => {
            web::answer(200, "application/atom+xml;charset=utf-8", "<feed></feed>")
        }
        ["User"] => users::list(stub, ask),
        ["PerPerson"] if central => people::list(stub, ask),
        ["EmpEmployment"] if central => people::accounts(stub, ask),
        [entity] if central => units::list(stub, ask, entity),
        [entity] => no_entity(entity),
        _ => failure(404),
    }
}

/// Offset and page size, and whether it is the beginning.
fn window(stub: &Stub, ask: &Ask) -> Result<(usize, usize, bool), Box<Response>> {
    let (largest, default) = stub.options.sizes(1000, 1000);
    let size = match ask.query.get("customPageSize").map(str::parse::<usize>) {
        None => default,
        Some(Ok(size)) if size > 0 => size.min(largest),
        Some(_) => return Err(Box::new(refuse("customPageSize has to be a number."))),
    };
    if ask.query.get("$top").is_some() && ask.query.get("paging") == Some("snapshot") {
        return Err(Box::new(refuse("$top cannot be used with snapshot paging.")));
    }
    match ask.query.get("$skiptoken") {
        None => Ok((0, size, true)),
        Some(token) => match web::read_token::<1>("", token) {
            Some([offset]) => Ok((offset, size, false)),
            None => Err(Box::new(refuse("The skip token is not valid."))),
        },
    }
}

/// The link to the page of the same list that begins at an offset.
fn link_at(ask: &Ask, offset: usize) -> String {
    let path = ask.path.split_once("/odata/").map_or("", |(_, path)| path);
    format!("{HOST}/odata/{path}?{}", ask.query.with("$skiptoken", &web::token("", &[offset])))
}

/// A page of people in a list, each written by `write`.
fn page(
    stub: &Stub,
    ask: &Ask,
    shape: &Shape,
    keep: impl Fn(&Company, &Person) -> bool,
    write: impl Fn(&mut Json, &Company, &Person),
) -> Response {
    let (offset, size, beginning) = match window(stub, ask) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    stub.people(ask, shape, JSON, ask.key(), failure, |company, faults| {
        let kept = company.employed.iter().filter(|row| keep(company, company.person(**row)));
        let list: Vec<u32> = kept.copied().collect();
        let rows = faults.rows(&list, offset, size);
        let next = offset + size;
        let body = Json::object(|json| {
            json.nested("d", |json| {
                json.list("results", |json| {
                    for row in &rows {
                        json.item(|json| write(json, company, company.person(*row)));
                    }
                });
                json.some("__next", (next < list.len()).then(|| link_at(ask, next)));
            });
        });
        let own = link_at(ask, offset);
        Page { body: Bytes::from(body), number: offset / size + 1, beginning, own }
    })
}

/// The condition of a request; an answer where nobody can read it.
fn filter(ask: &Ask) -> Result<Option<Filter>, Box<Response>> {
    let text = ask.query.get("$filter");
    text.map(Filter::parse).transpose().map_err(|why| Box::new(refuse(&why)))
}

/// Midnight of a day, in milliseconds.
fn day(text: &str) -> String {
    format!("/Date({})/", clock::parse(text).unwrap_or_default() * 1000)
}

fn instant(seconds: i64) -> String {
    format!("/Date({}+0000)/", seconds * 1000)
}

/// Whether somebody was here before: the account is another since.
fn returned(person: &Person) -> bool {
    person.quirk % 50 == 11
}

fn person_id(person: &Person) -> String {
    format!("10{}", person.number)
}

/// The account of somebody's employment.
fn user_id(person: &Person) -> String {
    if returned(person) { format!("90{}", person.number) } else { person_id(person) }
}

/// The first day. Whoever starts does so within the year that can be asked for.
fn start(person: &Person) -> String {
    match person.standing {
        Standing::Pending => clock::day(clock::START + (2 + (person.quirk % 300) as i64) * 86_400),
        _ => person.start.clone(),
    }
}

/// Country by three letters.
fn country(person: &Person) -> &'static str {
    match person.place().country_code {
        "DE" => "DEU",
        "BE" => "BEL",
        "FR" => "FRA",
        "KR" => "KOR",
        "IN" => "IND",
        _ => "ISR",
    }
}
