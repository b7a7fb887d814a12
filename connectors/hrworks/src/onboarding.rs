//! People to come who are no persons yet, but documents that they fill in.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::call;
use crate::people::{Listed, everybody, listed};
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

/// Whoever has become a person is a namesake of theirs, and takes a request: a
/// call of the host has two hundred.
const MOST_DOCUMENTS: u32 = 40;

/// The list, which comes whole.
pub fn list(cx: &Context, purpose: &str) -> Result<Answer> {
    call(cx, "/v2/persons/onboarding", purpose).send()
}

/// Those who are no persons yet, some documents at a time.
pub fn workers(cx: &Context, turn: &Turn) -> Result<(Vec<Worker>, Option<Turn>)> {
    let answer = list(cx, "onboarding documents")?;
    let mut documents = BTreeMap::new();
    for (nth, one) in answer.json::<List>()?.onboarding_documents.0.into_iter().enumerate() {
        let wrong = || answer.invalid(&format!("onboardingDocuments[{nth}].id: nobody can be told by it"));
        if documents.insert(one.id.get().ok_or_else(wrong)?, one).is_some() {
            return Err(wrong());
        }
    }
    let (ids, next) = turn.take(documents.keys().cloned().collect(), cx.page_size(MOST_DOCUMENTS));
    if ids.is_empty() {
        return Ok((Vec::new(), next));
    }
    let everybody = everybody(cx, "names of people for onboarding documents")?;
    let everybody: Vec<_> = listed(&everybody)?.collect();
    let mut workers = Vec::new();
    for one in ids.iter().filter_map(|id| documents.remove(id)) {
        let is_namesake = |person: &&Listed| {
            let names = [(&person.first_name, &one.first_name), (&person.last_name, &one.last_name)];
            names.iter().all(|(name, other)| name.as_str() == other.as_str())
        };
        if !begins(cx, everybody.iter().filter(is_namesake), &one.join_date)? {
            workers.push(one.into_worker());
        }
    }
    Ok((workers, next))
}

/// Whether one of these people has this first day. The list of names has no
/// days.
fn begins<'p>(cx: &Context, people: impl Iterator<Item = &'p Listed<'p>>, day: &Text) -> Result<bool> {
    for person in people {
        let keys = [("uuid", person.uuid.as_str()), ("personnelNumber", person.personnel_number.as_str())];
        let Some((kind, key)) = keys.into_iter().find_map(|(kind, key)| Some((kind, key?))) else { continue };
        let path = format!("/v2/persons/{}/master-data", segment(key));
        let call = call(cx, &path, "first day of a namesake").query("personIdentifierType", kind);
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
