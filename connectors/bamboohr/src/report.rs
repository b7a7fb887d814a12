//! The report: chosen fields of everybody, or of some.

use rollcall_sdk::paging::asked_for;
use rollcall_sdk::prelude::*;

use crate::employee::Employee;
use crate::fields;

rollcall_sdk::shapes! {
    struct Field<'a> { id: Text<'a>, r#type: Text<'a> }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub struct Report<'a> {
    fields: Vec<Field<'a>>,
    employees: Vec<Employee<'a>>,
}

impl<'a> Report<'a> {
    /// Whether the field is in it: what the key may not see is left out without
    /// a word.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.id.as_str() == Some(name))
    }

    /// The kinds of its fields, by name.
    pub fn kinds(&self) -> Vec<(String, AttributeKind)> {
        let kind = |field: &Field| Some((field.id.get()?, fields::kind_of(field.r#type.as_str())));
        self.fields.iter().filter_map(kind).collect()
    }

    /// Those who were asked for. `all`: whoever is missing was listed, so that
    /// they are lost, and not merely hidden from this key.
    pub fn people(self, answer: &Answer, ids: &[String], all: bool) -> Result<Vec<Employee<'a>>> {
        if let Some(nth) = self.employees.iter().position(|one| one.id.is_none()) {
            return Err(answer.invalid(&format!("employees[{nth}].id: nobody can be told by it")));
        }
        let (people, missing) = asked_for(self.employees, ids, |one| one.id.as_str());
        if missing > 0 && all {
            return Err(
                answer.invalid(&format!("{missing} people are listed, and not in the report about them"))
            );
        }
        if missing > 0 {
            warn!("{missing} people changed who are not visible to this API key");
        }
        Ok(people)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    title: &'a str,
    fields: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<Filters>,
    filter_duplicates: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Filters {
    EmployeeIds(Vec<u64>),
    #[serde(rename_all = "camelCase")]
    LastChanged {
        include_null: &'static str,
        value: String,
    },
}

fn report(cx: &Context, fields: &[&str], filters: Option<Filters>, purpose: &str) -> Result<Answer> {
    let order = Order { title: "Rollcall", fields, filters, filter_duplicates: "no" };
    let call = cx.post("api", "/api/v1/reports/custom").auth("key").purpose(purpose);
    // What changes in the future is not yet so.
    let call = call.query("format", "json").query("onlyCurrent", true).header("accept", "application/json");
    call.json_body(&order)?.send()
}

/// About these people.
pub fn about(cx: &Context, fields: &[&str], ids: &[String], purpose: &str) -> Result<Answer> {
    let number = |id: &String| {
        id.parse().map_err(|_| Failure::InvalidResponse(format!("{purpose}: an id is no number")))
    };
    let ids = ids.iter().map(number).collect::<Result<_>>()?;
    report(cx, fields, Some(Filters::EmployeeIds(ids)), purpose)
}

/// About whoever changes from now on, which is nobody.
pub fn unchanged(cx: &Context, fields: &[&str], purpose: &str) -> Result<Answer> {
    let value = cx.now().to_string();
    report(cx, fields, Some(Filters::LastChanged { include_null: "no", value }), purpose)
}

/// The ids of everybody.
pub fn everybody(cx: &Context) -> Result<Vec<String>> {
    let answer = report(cx, &["id"], None, "ids of all people")?;
    let people = answer.json::<Report>()?.employees;
    let id = |(nth, one): (usize, Employee)| {
        one.id.take().ok_or_else(|| answer.invalid(&format!("employees[{nth}].id: nobody can be told by it")))
    };
    people.into_iter().enumerate().map(id).collect()
}
