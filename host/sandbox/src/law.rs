//! What holds for every answer of a connector, whatever it is about. A guest that
//! breaks it has broken the contract.

use rollcall_model::{Address, Failure, Group, Member, Membership, Unit, Value, Worker};

use crate::limits::{DEFINITIONS, ID_BYTES, Limits, WARNINGS};
use crate::page::{AccountInfo, AttributeDefinition, GroupPage, MembershipPage, WorkerPage};

/// What is wrong with an answer. Never has a value in it: values are people's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Breach {
    /// No connector that keeps the contract answers so.
    Connector(String),
    /// Ids are the provider's own, and one that cannot be a key was one before a
    /// connector saw it.
    Provider(String),
}

impl From<Breach> for Failure {
    fn from(breach: Breach) -> Self {
        match breach {
            Breach::Connector(detail) => Self::Contract { detail },
            Breach::Provider(detail) => Self::InvalidResponse { detail },
        }
    }
}

pub(crate) trait Lawful {
    fn check(&self, limits: &Limits) -> Result<(), Breach>;
}

impl Lawful for AccountInfo {
    fn check(&self, limits: &Limits) -> Result<(), Breach> {
        count("warnings", self.warnings.len(), WARNINGS)?;
        size(text(&self.name) + text(&self.id) + texts(&self.warnings), limits)
    }
}

impl Lawful for Vec<AttributeDefinition> {
    fn check(&self, limits: &Limits) -> Result<(), Breach> {
        count("attributes", self.len(), DEFINITIONS)?;
        self.iter().try_for_each(|definition| id("an attribute", &definition.name))?;
        size(self.iter().map(|one| one.name.len() + one.label.len() + texts(&one.options)).sum(), limits)
    }
}

impl Lawful for WorkerPage {
    fn check(&self, limits: &Limits) -> Result<(), Breach> {
        count("records", self.workers.len().saturating_add(self.deleted.len()), limits.page_records)?;
        cursors(&self.next, &self.checkpoint, limits)?;
        for worker in &self.workers {
            id("a worker", worker.id.as_str())?;
        }
        self.deleted.iter().try_for_each(|deleted| id("a deleted worker", deleted))?;
        size(self.workers.iter().map(weigh_worker).sum::<usize>() + texts(&self.deleted), limits)
    }
}

impl Lawful for GroupPage {
    fn check(&self, limits: &Limits) -> Result<(), Breach> {
        count("records", self.groups.len().saturating_add(self.deleted.len()), limits.page_records)?;
        cursors(&self.next, &self.checkpoint, limits)?;
        for group in &self.groups {
            id("a group", &group.id)?;
            group.parent_id.as_deref().map_or(Ok(()), |parent| id("a group's parent", parent))?;
        }
        self.deleted.iter().try_for_each(|deleted| id("a deleted group", deleted))?;
        size(self.groups.iter().map(weigh_group).sum::<usize>() + texts(&self.deleted), limits)
    }
}

impl Lawful for MembershipPage {
    fn check(&self, limits: &Limits) -> Result<(), Breach> {
        let all = || self.memberships.iter().chain(&self.deleted);
        count("records", self.memberships.len().saturating_add(self.deleted.len()), limits.page_records)?;
        cursors(&self.next, &self.checkpoint, limits)?;
        for membership in all() {
            id("a membership's group", &membership.group_id)?;
            id("a membership's member", member(membership))?;
        }
        size(all().map(|one| one.group_id.len() + member(one).len()).sum(), limits)
    }
}

fn member(membership: &Membership) -> &str {
    match &membership.member {
        Member::Worker(id) => id.as_str(),
        Member::Group(id) => id,
    }
}

fn count(what: &str, found: usize, limit: usize) -> Result<(), Breach> {
    if found > limit {
        return Err(Breach::Connector(format!("{found} {what} in one answer, {limit} allowed")));
    }
    Ok(())
}

fn size(bytes: usize, limits: &Limits) -> Result<(), Breach> {
    if bytes > limits.page_bytes {
        let limit = limits.page_bytes;
        return Err(Breach::Connector(format!("{bytes} bytes of text in one answer, {limit} allowed")));
    }
    Ok(())
}

fn cursors(next: &Option<Vec<u8>>, checkpoint: &Option<Vec<u8>>, limits: &Limits) -> Result<(), Breach> {
    for (what, bytes) in [("a cursor", next), ("a checkpoint", checkpoint)] {
        let found = bytes.as_ref().map_or(0, Vec::len);
        if found > limits.cursor {
            let limit = limits.cursor;
            return Err(Breach::Connector(format!("{what} of {found} bytes, {limit} allowed")));
        }
    }
    if next.is_some() && checkpoint.is_some() {
        return Err(Breach::Connector("a checkpoint on a page that is not the last".to_owned()));
    }
    Ok(())
}

/// Ids are keys of tables and parts of log lines.
fn id(what: &str, id: &str) -> Result<(), Breach> {
    if id.is_empty() {
        return Err(Breach::Connector(format!("{what} without an id")));
    }
    if id.len() > ID_BYTES {
        let bytes = id.len();
        return Err(Breach::Provider(format!("{what} whose id has {bytes} bytes, {ID_BYTES} allowed")));
    }
    // ASCII control characters are single bytes in UTF-8, so the common case is
    // a scan without decoding; those of the second block begin with 0xC2.
    let suspicious = |byte: u8| byte < 0x20 || byte == 0x7f || byte == 0xc2;
    if id.bytes().any(suspicious) && id.chars().any(char::is_control) {
        return Err(Breach::Provider(format!("{what} whose id has a control character")));
    }
    Ok(())
}

fn text(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn texts(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

fn sum<const N: usize>(fields: [&Option<String>; N]) -> usize {
    fields.into_iter().map(text).sum()
}

fn weigh_worker(worker: &Worker) -> usize {
    let (name, contact, job) = (&worker.name, &worker.contact, &worker.employment);
    worker.id.as_str().len()
        + sum([&worker.user_name, &worker.created_at, &worker.updated_at])
        + sum([&name.given, &name.middle, &name.family, &name.display, &name.preferred])
        + sum([&name.honorific_prefix, &name.honorific_suffix])
        + sum([&contact.work_email, &contact.personal_email, &contact.work_phone, &contact.mobile_phone])
        + sum([&contact.preferred_language, &contact.locale, &contact.timezone])
        + sum([&job.employee_number, &job.title, &job.employment_type, &job.worker_type, &job.grade])
        + sum([&job.start_date, &job.end_date, &job.manager_id])
        + weigh_organization(worker)
        + worker.address.as_ref().map_or(0, weigh_address)
        + worker.custom.iter().map(|custom| custom.name.len() + weigh_value(&custom.value)).sum::<usize>()
}

fn weigh_organization(worker: &Worker) -> usize {
    let at = &worker.organization;
    let units = [
        &at.company,
        &at.business_unit,
        &at.division,
        &at.department,
        &at.cost_center,
        &at.location,
        &at.org_unit,
    ];
    units.into_iter().flatten().chain(&at.teams).map(weigh_unit).sum()
}

fn weigh_unit(unit: &Unit) -> usize {
    sum([&unit.id, &unit.name])
}

fn weigh_address(address: &Address) -> usize {
    sum([&address.street, &address.locality, &address.region, &address.postal_code, &address.country])
}

/// Besides their text, values count for what they hold: a list of a million
/// empty texts is not nothing.
fn weigh_value(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Date(text) => text.len(),
        Value::Number(_) | Value::Boolean(_) => size_of::<f64>(),
        Value::Texts(all) => texts(all) + all.len(),
    }
}

fn weigh_group(group: &Group) -> usize {
    group.id.len() + group.name.len() + sum([&group.parent_id, &group.description])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breach(result: Result<(), Breach>) -> String {
        match result {
            Ok(()) => String::new(),
            Err(Breach::Connector(what) | Breach::Provider(what)) => what,
        }
    }

    #[test]
    fn an_id_that_cannot_be_a_key_is_the_providers() {
        assert!(matches!(id("a worker", &"x".repeat(1025)), Err(Breach::Provider(_))));
        assert!(matches!(id("a worker", "a\nb"), Err(Breach::Provider(_))));
        assert!(matches!(id("a worker", ""), Err(Breach::Connector(_))));
    }

    #[test]
    fn ids() {
        let check =
            |text: &str, expected: bool| assert_eq!(id("a worker", text).is_ok(), expected, "{text:?}");
        check("4711", true);
        check("CN=Anna Schäfer,OU=Über", true);
        check("", false);
        check("a\nb", false);
        check("a\u{7f}", false);
        check("a\u{85}", false);
        check(&"x".repeat(1024), true);
        check(&"x".repeat(1025), false);
    }

    #[test]
    fn pages() {
        let limits = Limits { page_records: 2, page_bytes: 10, cursor: 4, ..Limits::COMPILED };
        let group = |id: &str| Group {
            id: id.to_owned(),
            name: "n".to_owned(),
            kind: rollcall_model::GroupKind::Team,
            parent_id: None,
            description: None,
        };
        let check = |page: GroupPage, expected: &str| {
            assert_eq!(breach(page.check(&limits)), expected);
        };
        let page = GroupPage::default();
        check(page.clone(), "");
        check(GroupPage { groups: vec![group("a"), group("b")], ..page.clone() }, "");
        check(
            GroupPage { groups: vec![group("a"), group("b")], deleted: vec!["c".into()], ..page.clone() },
            "3 records in one answer, 2 allowed",
        );
        check(
            GroupPage { groups: vec![group("0123456789")], ..page.clone() },
            "11 bytes of text in one answer, 10 allowed",
        );
        check(GroupPage { next: Some(vec![0; 5]), ..page.clone() }, "a cursor of 5 bytes, 4 allowed");
        check(
            GroupPage { checkpoint: Some(vec![0; 5]), ..page.clone() },
            "a checkpoint of 5 bytes, 4 allowed",
        );
        check(
            GroupPage { next: Some(vec![]), checkpoint: Some(vec![]), ..page.clone() },
            "a checkpoint on a page that is not the last",
        );
        check(GroupPage { groups: vec![group("")], ..page }, "a group without an id");
    }

    #[test]
    fn warnings_and_definitions() {
        let check = |answer: &dyn Lawful, expected: &str| {
            assert_eq!(breach(answer.check(&Limits::COMPILED)), expected);
        };
        let info = |warnings| AccountInfo { warnings: vec![String::new(); warnings], ..Default::default() };
        check(&info(WARNINGS), "");
        check(&info(WARNINGS + 1), "101 warnings in one answer, 100 allowed");
        let one = AttributeDefinition {
            name: "shoe-size".to_owned(),
            label: String::new(),
            kind: crate::AttributeKind::Number,
            options: vec![],
        };
        check(&vec![one.clone(); DEFINITIONS], "");
        check(&vec![one; DEFINITIONS + 1], "5001 attributes in one answer, 5000 allowed");
    }
}
