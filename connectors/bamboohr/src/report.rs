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
    /// A sentence for each of these fields that is not in it: what the key may
    /// not see is left out without a word.
    pub fn hidden(&self, names: &[&str]) -> Vec<String> {
        let has = |name: &str| self.fields.iter().any(|field| field.id.as_str() == Some(name));
        let hidden = names.iter().filter(|name| !has(name));
        hidden
            .map(|name| {
                format!("The field `{name}` does not exist, or the user of this API key may not see it.")
            })
            .collect()
    }

    /// The kinds of its fields, by name.
    fn kinds(&self) -> Vec<(String, AttributeKind)> {
        let kind = |field: &Field| Some((field.id.get()?, fields::kind_of(field.r#type.as_str())));
        self.fields.iter().filter_map(kind).collect()
    }

    /// Whoever is in it, each with an id.
    fn people(self, answer: &Answer) -> Result<Vec<Employee<'a>>> {
        match self.employees.iter().position(|one| one.id.is_none()) {
            Some(nth) => Err(answer.invalid(&format!("employees[{nth}].id: nobody can be told by it"))),
            None => Ok(self.employees),
        }
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

/// `current`: as things are today, and not as they will be.
fn report(
    cx: &Context,
    fields: &[&str],
    filters: Option<Filters>,
    current: bool,
    purpose: &str,
) -> Result<Answer> {
    let order = Order { title: "Rollcall", fields, filters, filter_duplicates: "no" };
    let call = cx.post("api", "/api/v1/reports/custom").auth("key").purpose(purpose);
    let call =
        call.query("format", "json").query("onlyCurrent", current).header("accept", "application/json");
    call.json_body(&order)?.send()
}

/// Whose turn it is in a read.
pub struct Page {
    pub ids: Vec<String>,
    /// The first of the read: what is hidden is logged once.
    pub is_first: bool,
    /// They were listed: whoever is missing is lost, and not merely hidden from
    /// this key.
    pub is_listed: bool,
}

/// What `make` makes of these people. As things are today, whoever begins later
/// has no unit and no manager, if they are in the report at all: for them there
/// is a second one, which looks ahead. It would give all others the department
/// of their next transfer.
pub fn about<T>(
    cx: &Context,
    fields: &[&str],
    page: &Page,
    purpose: &str,
    mut make: impl FnMut(Employee, &[(String, AttributeKind)]) -> T,
) -> Result<Vec<T>> {
    let (mut made, mut rest) = (Vec::new(), page.ids.clone());
    for current in [true, false] {
        // A report about no ids might be one about all.
        if rest.is_empty() {
            break;
        }
        let filters = Filters::EmployeeIds(numbers(&rest, purpose)?);
        let answer = report(cx, fields, Some(filters), current, purpose)?;
        let report: Report = answer.json()?;
        if page.is_first && current {
            report.hidden(fields).iter().for_each(|what| warn!("{what}"));
        }
        let kinds = report.kinds();
        let (mut people, _) = asked_for(report.people(&answer)?, &rest, |one| one.id.as_str());
        people.retain(|one| !(current && one.begins_later(cx)));
        rest.retain(|id| !people.iter().any(|one| one.id.as_str() == Some(id)));
        made.extend(people.into_iter().map(|one| make(one, &kinds)));
    }
    match rest.len() {
        0 => Ok(made),
        missing if page.is_listed => Err(Failure::InvalidResponse(format!(
            "{purpose}: {missing} people are listed, and not in the report about them"
        ))),
        missing => {
            warn!("{missing} people changed who are not visible to this API key");
            Ok(made)
        }
    }
}

fn numbers(ids: &[String], purpose: &str) -> Result<Vec<u64>> {
    let number = |id: &String| {
        id.parse().map_err(|_| Failure::InvalidResponse(format!("{purpose}: an id is no number")))
    };
    ids.iter().map(number).collect()
}

/// About whoever changes from now on, which is nobody.
pub fn unchanged(cx: &Context, fields: &[&str], purpose: &str) -> Result<Answer> {
    let value = Since::now(cx).less_minutes(0).to_string();
    report(cx, fields, Some(Filters::LastChanged { include_null: "no", value }), true, purpose)
}

/// The ids of everybody, those among them who begin later.
pub fn everybody(cx: &Context) -> Result<Vec<String>> {
    let answer = report(cx, &["id"], None, false, "ids of all people")?;
    let people = answer.json::<Report>()?.people(&answer)?;
    Ok(people.into_iter().filter_map(|one| one.id.take()).collect())
}
