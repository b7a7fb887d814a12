//! The search: chosen fields of everybody, or of some. It reads, though it is a
//! `POST`.

use rollcall_sdk::paging::asked_for;
use rollcall_sdk::prelude::*;

use crate::employee::Employee;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    fields: &'a [&'a str],
    show_inactive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    human_readable: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<[Filter<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Filter<'a> {
    field_path: &'static str,
    operator: &'static str,
    values: &'a [String],
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Found<'a> {
    employees: Vec<Employee<'a>>,
}

fn send(cx: &Context, order: &Order, purpose: &str) -> Result<Answer> {
    let call = cx.post("api", "/v1/people/search").auth("service-user").purpose(purpose);
    call.header("accept", "application/json").json_body(order)?.send()
}

/// Each with their id.
fn read(answer: &Answer) -> Result<Vec<(String, Employee<'_>)>> {
    let people = answer.json::<Found>()?.employees.into_iter().enumerate();
    people
        .map(|(nth, one)| match one.text("root.id") {
            Some(id) => Ok((id, one)),
            None => Err(answer.invalid(&format!("employees[{nth}].id: nobody can be told by it"))),
        })
        .collect()
}

/// Who there is.
pub struct Everybody {
    pub ids: Vec<String>,
    /// Whether somebody has left: a service user may see active people alone.
    pub has_inactive: bool,
}

pub fn everybody(cx: &Context, purpose: &str) -> Result<Everybody> {
    let fields = ["root.id", "internal.status"];
    let order = Order { fields: &fields, show_inactive: true, human_readable: None, filters: None };
    let answer = send(cx, &order, purpose)?;
    let people = read(&answer)?;
    let is_inactive = |(_, one): &(String, Employee)| {
        one.text("internal.status").is_some_and(|status| status.eq_ignore_ascii_case("inactive"))
    };
    let has_inactive = people.iter().any(is_inactive);
    Ok(Everybody { ids: people.into_iter().map(|(id, _)| id).collect(), has_inactive })
}

/// A search for these people.
pub fn about(cx: &Context, fields: &[&str], ids: &[String], purpose: &str) -> Result<Answer> {
    let filter = Filter { field_path: "root.id", operator: "equals", values: ids };
    let order =
        Order { fields, show_inactive: true, human_readable: Some("APPEND"), filters: Some([filter]) };
    send(cx, &order, purpose)
}

/// All of them: whoever was listed and is not found would look as if they had
/// left.
pub fn people<'a>(answer: &'a Answer, ids: &[String]) -> Result<Vec<(String, Employee<'a>)>> {
    let (people, missing) = asked_for(read(answer)?, ids, |(id, _)| Some(id));
    if missing > 0 {
        return Err(answer.invalid(&format!("{missing} people are listed, and not in the search for them")));
    }
    Ok(people)
}

/// Nobody can be told to be active by it.
pub fn hidden_state() -> Failure {
    Failure::PermissionMissing("View on the category Lifecycle".into())
}

/// The fields that none of these people has.
pub fn hidden<'f>(cx: &Context, fields: &[&'f str], ids: &[String]) -> Result<Vec<&'f str>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let answer = about(cx, fields, ids, "fields that the service user sees")?;
    let people = people(&answer, ids)?;
    Ok(fields.iter().copied().filter(|field| !people.iter().any(|(_, one)| one.has(field))).collect())
}
