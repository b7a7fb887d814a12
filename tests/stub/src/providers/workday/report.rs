//! A report of the customer's: one document without pages.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

use super::{TENANT, TRUTH, USER, token, wid};
use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, bearer};
use crate::json::Json;
use crate::people::{Company, Kind, Person, Standing};
use crate::server::Stub;
use crate::tokens::Grant;
use crate::web::{self, Ask, JSON};

const SHAPE: Shape = Shape {
    list: "/Report_Entry",
    absent: false,
    next: Next::Position,
    totals: &[],
    id: "/Employee_ID",
    title: "/Business_Title",
};

pub const INTERFACE: Interface = Interface {
    name: "workday-report",
    data: "/workday/ccx/service/customreport2",
    tokens: "/workday/ccx/oauth2",
    token,
    admit,
    answer,
    failure,
    quota: None,
    truth: TRUTH,
};

fn admit(_: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    if ask.credential("bearer").is_some() {
        return bearer(&super::soap::INTERFACE, stub, ask);
    }
    let (name, password) = ask.basic()?;
    let known = name == USER || name == format!("{USER}@{TENANT}");
    (known && password == stub.options.client_secret).then_some(Grant::Full)
}

fn failure(status: u16) -> Response {
    let message = match status {
        401 => "invalid username or password",
        403 => "The task submitted is not authorized.",
        404 => "Report not found",
        _ => "Processing error occurred.",
    };
    web::value(status, JSON, &json!({"error": {"message": message}}))
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let [_, _, _, _, tenant, owner, report] = segments.as_slice() else { return failure(404) };
    if ask.method != Method::GET || tenant != TENANT || owner != USER || report != "Directory_Export" {
        return failure(404);
    }
    if ask.query.get("format") != Some("json") {
        return web::html(200);
    }
    stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, _| {
        let body = Json::object(|json| {
            json.list("Report_Entry", |json| {
                for index in &company.employed {
                    json.item(|json| row(json, company, company.person(*index)));
                }
            });
        });
        Page { body: Bytes::from(body), number: 1, beginning: true, own: String::new() }
    })
}

/// A column without a value is left out; booleans are text.
fn row(json: &mut Json, company: &Company, person: &Person) {
    let manager = company.manager(person);
    let bit = |flag: bool| if flag { "1" } else { "0" };
    let active = matches!(person.standing, Standing::Active | Standing::OnLeave);
    json.field("Employee_ID", &person.number);
    json.field("WID", &wid(person));
    json.some("User_Name", person.email());
    json.some("First_Name", person.given());
    json.field("Last_Name", person.family());
    json.field("Full_Name", &person.display());
    json.some("Work_Email", person.email());
    json.field("Work_Phone", &person.work_phone());
    json.some("Business_Title", person.title.as_ref());
    json.field("Worker_Type", if person.kind == Kind::Employee { "Employee" } else { "Contingent Worker" });
    json.field("Worker_Sub_Type", "Full time");
    json.field("Active_Status", bit(active));
    json.field("On_Leave", bit(person.standing == Standing::OnLeave));
    json.field("Hire_Date", &person.start);
    json.some("Termination_Date", person.end.as_ref());
    json.some("Manager_Employee_ID", manager.map(|manager| &manager.number));
    json.some("Manager_WID", manager.map(wid));
    json.some("Department_ID", person.department.map(|at| format!("SUP-{at}")));
    json.some("Department", person.department_name());
    json.some("Cost_Center", person.cost_center());
    json.field("Company", person.company_name());
    json.field("Location", person.place().name);
    json.field("Country", person.place().country_code);
    json.some("Team", person.team_name());
    json.field("Last_Modified", &clock::utc(person.changed));
    json.some("Badge", person.badge.as_ref());
}
