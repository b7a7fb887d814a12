//! The service Human_Resources: `Server_Timestamp_Get`, `Get_Workers`,
//! `Get_Organizations`.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use super::person::{Told, worker};
use super::request::{Request, signed_in};
use super::{OWNER, TRUTH, company_id, cost_center, department, team, token};
use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, bearer};
use crate::json::Json;
use crate::people::{COMPANIES, Company, DEPARTMENTS, Person, TEAMS};
use crate::server::Stub;
use crate::tokens::Grant;
use crate::web::{self, Ask, XML};

const SHAPE: Shape = Shape {
    list: "/Get_Workers_Response/Response_Data/Worker",
    absent: true,
    next: Next::Position,
    totals: &["/Get_Workers_Response/Response_Results/Total_Results"],
    id: "/Worker_Reference/ID/0/_text",
    title: "/Worker_Data/Employment_Data/Worker_Job_Data/0/Position_Data/Business_Title",
};

pub const INTERFACE: Interface = Interface {
    name: OWNER,
    data: "/workday/ccx/service",
    tokens: "/workday/ccx/oauth2",
    token,
    admit,
    answer,
    failure,
    quota: None,
    truth: TRUTH,
};

/// The integration system whose fields are told, and its fields.
const SYSTEM: &str = "Directory_Fields";

fn admit(interface: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    if ask.credential("bearer").is_some() {
        return bearer(interface, stub, ask);
    }
    signed_in(ask, &stub.options.client_secret).then_some(Grant::Full)
}

/// Whatever is refused has the status 500.
fn failure(status: u16) -> Response {
    match status {
        401 => fault("Client.authenticationError", "invalid username or password", ""),
        403 => fault(
            "Server.processingError",
            "Processing error occurred. The task submitted is not authorized.",
            "",
        ),
        400 => invalid("The request is not valid."),
        429 => web::answer(429, "text/plain", "Too many requests.\n"),
        404 => web::html(404),
        _ => {
            let detail = "<wd:Processing_Fault><wd:Detail_Message>Try again later.</wd:Detail_Message></wd:Processing_Fault>";
            fault("Server.processingError", "Processing error occurred.", detail)
        }
    }
}

fn invalid(what: &str) -> Response {
    let what = quick_xml::escape::escape(what);
    let detail = format!(
        "<wd:Validation_Fault><wd:Validation_Error><wd:Message>{what}</wd:Message>\
         <wd:Detail_Message>{what}</wd:Detail_Message></wd:Validation_Error></wd:Validation_Fault>"
    );
    fault("Client.validationError", &format!("Validation error occurred. {what}"), &detail)
}

fn fault(code: &str, what: &str, detail: &str) -> Response {
    let detail = if detail.is_empty() { String::new() } else { format!("<detail>{detail}</detail>") };
    let body = format!(
        "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>\
         <SOAP-ENV:Fault xmlns:wd=\"urn:com.workday/bsvc\"><faultcode>SOAP-ENV:{code}</faultcode>\
         <faultstring>{what}</faultstring>{detail}</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>\n"
    );
    web::answer(500, XML, body)
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let [_, _, _, _, service, version] = segments.as_slice() else { return failure(404) };
    if ask.method != Method::POST || service != "Human_Resources" {
        return failure(404);
    }
    let request = match Request::read(&ask.body) {
        Ok(request) => request,
        Err(what) => return invalid(&what),
    };
    if *version != request.version {
        return invalid("The version of the request is not that of the service.");
    }
    let now = stub.company().now;
    if request.as_of_entry.is_some_and(|entry| entry > now && request.references.is_empty()) {
        return invalid("As_Of_Entry_DateTime may not be after the current moment.");
    }
    match request.name.as_str() {
        "Server_Timestamp_Get" => {
            let told = json!({"@version": request.version, "Server_Timestamp_Data": moment(now)});
            web::answer(
                200,
                XML,
                crate::xml::envelope(json!({"Server_Timestamp": told}).to_string().as_bytes()),
            )
        }
        "Get_Workers_Request" => workers(stub, ask, &request, now),
        "Get_Organizations_Request" => organizations(stub, ask, &request),
        _ => invalid("There is no such operation."),
    }
}

/// As a tenant in Lisbon has it, whose days are those of the company.
fn moment(seconds: i64) -> String {
    clock::utc_millis(seconds).replace('Z', "+00:00")
}

/// What of an answer says where in the list it is.
fn results(json: &mut Json, request: &Request, total: usize, size: usize, here: usize) {
    json.nested("Response_Filter", |json| {
        json.some("As_Of_Effective_Date", request.as_of_day.as_ref());
        json.some("As_Of_Entry_DateTime", request.as_of_entry.map(moment));
        json.field("Page", &request.page);
        json.field("Count", &size);
    });
    json.nested("Response_Results", |json| {
        json.field("Total_Results", &total);
        json.field("Total_Pages", &total.div_ceil(size));
        json.field("Page_Results", &here);
        json.field("Page", &request.page);
    });
}

/// The people whom a request is for.
fn chosen(company: &Company, request: &Request, now: i64) -> Result<Vec<u32>, String> {
    let today = request.as_of_day.clone().unwrap_or_else(|| clock::day(now));
    let keep = |keep: &dyn Fn(&Person) -> bool| -> Vec<u32> {
        company.employed.iter().filter(|row| keep(company.person(**row))).copied().collect()
    };
    if !request.references.is_empty() {
        let found = keep(&|person| request.references.contains(&super::wid(person)));
        if found.len() < request.references.len() {
            return Err("Invalid ID value. The ID is not a valid ID value for type = 'WID'".to_owned());
        }
        return Ok(found);
    }
    let within = |day: &str, (from, through): (i64, i64)| {
        clock::parse(day).is_some_and(|moment| (from..=through).contains(&moment))
    };
    match &request.log {
        // Whoever is to come is in no list but that of hires.
        None => Ok(keep(&|person| person.start <= today)),
        Some(log) => match (log.updated, log.effective) {
            (Some((_, through)), _) if through > now => {
                Err("Updated_Through may not be after the current moment.".to_owned())
            }
            (Some((from, through)), _) => Ok(keep(&|person| (from..=through).contains(&person.changed))),
            (None, Some(range)) if log.types.is_empty() => Ok(keep(&|person| {
                within(&person.start, range) || person.end.as_ref().is_some_and(|end| within(end, range))
            })),
            (None, Some(range)) => Ok(keep(&|person| {
                let hired = if person.kind_word() == "Employee" {
                    "Hire Employee"
                } else {
                    "Contract Contingent Worker"
                };
                log.types.iter().any(|kind| kind == hired) && within(&person.start, range)
            })),
            (None, None) => Ok(keep(&|_| true)),
        },
    }
}

fn workers(stub: &Stub, ask: &Ask, request: &Request, now: i64) -> Response {
    if request.system.as_ref().is_some_and(|system| system != SYSTEM) {
        return invalid(
            "Invalid ID value. The ID is not a valid ID value for type = 'Integration_System_ID'",
        );
    }
    let (largest, default) = stub.options.sizes(999, 100);
    let size = request.count.unwrap_or(default).min(largest);
    let list = match chosen(&stub.company(), request, now) {
        Ok(list) => list,
        Err(what) => return invalid(&what),
    };
    let key = format!("{} {}", ask.key(), String::from_utf8_lossy(&ask.body));
    stub.people(ask, &SHAPE, XML, key, failure, |company, faults| {
        let offset = (request.page - 1) * size;
        let rows = faults.rows_at(&list, offset, size);
        let body = Json::object(|json| {
            json.nested("Get_Workers_Response", |json| {
                json.field("@version", &request.version);
                results(json, request, list.len(), size, rows.len());
                if rows.is_empty() {
                    return;
                }
                json.nested("Response_Data", |json| {
                    json.list("Worker", |json| {
                        for row in &rows {
                            let told = Told { company, request, today: clock::day(now) };
                            json.item(|json| worker(json, company.person(*row), &told));
                        }
                    });
                });
            });
        });
        Page { body: Bytes::from(body), number: request.page, beginning: offset == 0, own: String::new() }
    })
}

fn organizations(stub: &Stub, ask: &Ask, request: &Request) -> Response {
    let mut all: Vec<Value> = Vec::new();
    let mut add = |kind: &str,
                   word: &str,
                   wid: String,
                   id: &str,
                   name: &str,
                   above: Option<(String, &str)>| {
        if !request.types.is_empty() && !request.types.iter().any(|one| one == kind) {
            return;
        }
        all.push(json!({"kind": kind, "word": word, "wid": wid, "id": id, "name": name,
            "above": above.as_ref().map(|(wid, _)| wid), "above_name": above.as_ref().map(|(_, name)| name)}));
    };
    for (at, (name, _)) in DEPARTMENTS.iter().enumerate() {
        add("SUPERVISORY", "Supervisory", department(at), &format!("SUP-{at}"), name, None);
        let code = crate::people::cost_center(at);
        add("COST_CENTER", "Cost Center", cost_center(at), &code, &code, None);
    }
    for (at, (name, of)) in TEAMS.iter().enumerate() {
        let above = Some((department(*of), DEPARTMENTS[*of].0));
        add("TEAM", "Team", team(at), &format!("TEAM-{at}"), name, above);
    }
    for (at, name) in COMPANIES.iter().enumerate() {
        add("COMPANY", "Company", company_id(at), &format!("CO-{at}"), name, None);
    }
    let (largest, default) = stub.options.sizes(999, 100);
    let size = request.count.unwrap_or(default).min(largest);
    let from = ((request.page - 1) * size).min(all.len());
    let rows = &all[from..(from + size).min(all.len())];
    let key = format!("{} {}", ask.key(), String::from_utf8_lossy(&ask.body));
    stub.list(XML, key, |_| {
        Json::object(|json| {
            json.nested("Get_Organizations_Response", |json| {
                json.field("@version", &request.version);
                results(json, request, all.len(), size, rows.len());
                if rows.is_empty() {
                    return;
                }
                json.nested("Response_Data", |json| {
                    json.list("Organization", |json| {
                        rows.iter().for_each(|row| json.item(|json| entry(json, row)))
                    });
                });
            });
        })
    })
}

fn entry(json: &mut Json, row: &Value) {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let wid = |json: &mut Json, wid: &str| {
        json.item(|json| {
            json.field("@type", "WID");
            json.field("_text", wid);
        });
    };
    json.nested("Organization_Reference", |json| {
        json.field("@Descriptor", text("name"));
        json.list("ID", |json| wid(json, text("wid")));
    });
    json.nested("Organization_Data", |json| {
        json.field("Reference_ID", text("id"));
        json.field("Name", text("name"));
        json.field("Organization_Code", text("id"));
        json.nested("Organization_Type_Reference", |json| {
            json.field("@Descriptor", text("word"));
            json.list("ID", |json| {
                json.item(|json| {
                    json.field("@type", "Organization_Type_ID");
                    json.field("_text", text("kind"));
                });
            });
        });
        json.field("Last_Updated_DateTime", "2024-05-02T02:40:41.260-07:00");
        json.field("Inactive", &false);
        json.nested("Hierarchy_Data", |json| {
            let Some(above) = row["above"].as_str() else { return };
            json.nested("Superior_Organization_Reference", |json| {
                json.field("@Descriptor", text("above_name"));
                json.list("ID", |json| wid(json, above));
            });
        });
    });
}
