//! People to come who are no persons yet, but documents that they fill in.

use rollcall_sdk::prelude::*;
use rollcall_sdk::segment;

use crate::call;
use crate::people::{everybody, listed};
use crate::person::{Person, Unity};

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    struct Document<'a> {
        id: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        join_date: Text<'a>,
        private_email: Text<'a>,
        status_identifier: Text<'a>,
        organization_unit: Unity<'a>,
    }
    #[serde(rename_all = "camelCase")]
    struct List<'a> { onboarding_documents: OneOrMany<Document<'a>> }
}

/// While somebody is still to come. Of another word it is not known whether they
/// come at all: such a document lets nobody in, and removes nobody.
const STATUS: StatusTable = &[
    ("created", WorkerStatus::Pending),
    ("activated", WorkerStatus::Pending),
    ("editingFinished", WorkerStatus::Pending),
];

/// Those who are no persons yet.
pub fn workers(cx: &Context) -> Result<Vec<Worker>> {
    let answer = call(cx, "/v2/persons/onboarding", "onboarding documents").send()?;
    let documents = answer.json::<List>()?.onboarding_documents.0;
    if let Some(nth) = documents.iter().position(|one| one.id.is_none()) {
        return Err(answer.invalid(&format!("onboardingDocuments[{nth}].id: nobody can be told by it")));
    }
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let everybody = everybody(cx, "names of people for onboarding documents")?;
    let everybody: Vec<_> = listed(&everybody)?.collect();
    let mut workers = Vec::new();
    for one in documents {
        let namesakes = everybody.iter().filter(|person| {
            let names = [(&person.first_name, &one.first_name), (&person.last_name, &one.last_name)];
            names.iter().all(|(name, other)| name.as_str() == other.as_str())
        });
        let ids: Vec<_> = namesakes.filter_map(|person| person.uuid.as_str()).collect();
        if !begins(cx, &ids, &one.join_date)? {
            workers.push(one.into_worker());
        }
    }
    Ok(workers)
}

/// Whether one of these people has this first day. The list of names has no
/// days, and few have a namesake.
fn begins(cx: &Context, ids: &[&str], day: &Text) -> Result<bool> {
    for id in ids {
        let path = format!("/v2/persons/{}/master-data", segment(id));
        let call = call(cx, &path, "first day of a namesake").query("personIdentifierType", "uuid");
        let answer = call.send()?;
        if answer.json::<Person>()?.join_date.as_str() == day.as_str() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Document<'_> {
    fn into_worker(self) -> Worker {
        let status = status::lookup_or(STATUS, self.status_identifier.as_str(), WorkerStatus::Inactive);
        Worker {
            name: Name { given: self.first_name.take(), family: self.last_name.take(), ..Name::default() }
                .or_both(),
            contact: Contact { personal_email: self.private_email.take(), ..Contact::default() },
            employment: Employment { start_date: self.join_date.date(), ..Employment::default() },
            organization: Organization {
                department: Unit::of(
                    self.organization_unit.key(GroupKind::OrgUnit).map(str::to_owned),
                    self.organization_unit.name.get(),
                ),
                ..Organization::default()
            },
            ..Worker::new(format!("onboarding:{}", self.id.as_str().unwrap_or_default()), status)
        }
    }
}
