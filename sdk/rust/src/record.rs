//! Writing the contract's records as struct literals.

use crate::cursor::{Shape, encode};
use crate::{
    AccountInfo, Address, AttributeDefinition, AttributeKind, Contact, CustomAttribute, Employment, Group,
    GroupKind, GroupPage, Member, Membership, MembershipPage, Name, Organization, Unit, Value, Worker,
    WorkerPage, WorkerStatus,
};

impl Worker {
    /// A worker with nothing but what each has to have; the base of a literal:
    /// `Worker { name: ..., ..Worker::new(id, status) }`.
    pub fn new(id: impl Into<String>, status: WorkerStatus) -> Self {
        Self {
            id: id.into(),
            status,
            user_name: None,
            name: Name::default(),
            contact: Contact::default(),
            employment: Employment::default(),
            organization: Organization::default(),
            address: None,
            custom: Vec::new(),
            created_at: None,
            updated_at: None,
        }
    }
}

impl Name {
    /// With given and family name for the whole one, where the provider has none.
    #[must_use]
    pub fn or_both(mut self) -> Self {
        self.display = self.display.or_else(|| joined([self.given.as_deref(), self.family.as_deref()]));
        self
    }
}

/// The parts that are there, with a space between them.
pub fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> Option<String> {
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

impl Unit {
    /// A unit, where at least one of the two is there.
    pub fn of(id: Option<String>, name: Option<String>) -> Option<Self> {
        (id.is_some() || name.is_some()).then_some(Self { id, name })
    }
}

impl Address {
    /// This address, unless nothing is in it.
    pub fn if_any(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

impl CustomAttribute {
    pub fn new(name: impl Into<String>, value: Value) -> Self {
        Self { name: name.into(), value }
    }
}

impl AttributeDefinition {
    /// An attribute that may have any value of its kind.
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: AttributeKind) -> Self {
        Self { name: name.into(), label: label.into(), kind, options: Vec::new() }
    }
}

impl Group {
    /// A group; parent and description by `Group { parent_id, ..Group::new() }`.
    pub fn new(kind: GroupKind, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), kind, parent_id: None, description: None }
    }
}

impl Membership {
    /// That a worker belongs to a group.
    pub fn worker(group_id: impl Into<String>, worker_id: impl Into<String>) -> Self {
        Self { group_id: group_id.into(), member: Member::Worker(worker_id.into()) }
    }

    /// That a group belongs to a group.
    pub fn group(group_id: impl Into<String>, member_id: impl Into<String>) -> Self {
        Self { group_id: group_id.into(), member: Member::Group(member_id.into()) }
    }
}

impl GroupKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::SecurityGroup,
        Self::Team,
        Self::Department,
        Self::Division,
        Self::BusinessUnit,
        Self::LegalEntity,
        Self::CostCenter,
        Self::Location,
        Self::OrgUnit,
    ];

    /// The id of a group where units of different kinds may have the same one:
    /// `team:81`.
    pub fn id_of(self, id: &str) -> String {
        format!("{}:{id}", self.word())
    }

    /// As settings and the contract spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::SecurityGroup => "security-group",
            Self::Team => "team",
            Self::Department => "department",
            Self::Division => "division",
            Self::BusinessUnit => "business-unit",
            Self::LegalEntity => "legal-entity",
            Self::CostCenter => "cost-center",
            Self::Location => "location",
            Self::OrgUnit => "org-unit",
        }
    }
}

macro_rules! default_of {
    ($($record:ident { $($field:ident),* $(,)? })*) => {
        $(impl Default for $record {
            fn default() -> Self {
                Self { $($field: Default::default()),* }
            }
        })*
    };
}

default_of! {
    Name { given, middle, family, display, preferred, honorific_prefix, honorific_suffix }
    Contact { work_email, personal_email, work_phone, mobile_phone, preferred_language, locale, timezone }
    Employment {
        employee_number, title, employment_type, worker_type, grade, fte, start_date, end_date, manager_id,
        is_manager,
    }
    Organization {
        company, business_unit, division, department, cost_center, location, org_unit, teams,
    }
    Unit { id, name }
    Address { street, locality, region, postal_code, country }
    AccountInfo { name, id, warnings }
    WorkerPage { workers, deleted, next, checkpoint, total }
    GroupPage { groups, deleted, next, checkpoint, total }
    MembershipPage { memberships, deleted, next, checkpoint, total }
}

macro_rules! page {
    ($($page:ident $records:ident $record:ident)*) => {
        $(impl $page {
            /// A page with these records, and nothing after it so far.
            pub fn of($records: Vec<$record>) -> Self {
                Self { $records, ..Self::default() }
            }

            /// Where the next page begins; `None`: this is the last.
            pub fn next<S: Shape>(mut self, state: Option<S>) -> Self {
                self.next = state.as_ref().map(encode);
                self
            }

            /// Where a later read of changes begins. Left out unless this is
            /// the last page, so call it after `next`.
            pub fn checkpoint<S: Shape>(mut self, state: &S) -> Self {
                self.checkpoint = self.next.is_none().then(|| encode(state));
                self
            }

            /// How many the provider says there are.
            pub fn total(mut self, total: Option<u64>) -> Self {
                self.total = total;
                self
            }
        })*
    };
}

page! {
    WorkerPage workers Worker
    GroupPage groups Group
    MembershipPage memberships Membership
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paging::Offset;

    #[test]
    fn a_checkpoint_is_on_the_last_page_only() {
        let mark = Offset::default();
        let middle = WorkerPage::of(Vec::new()).next(Some(Offset::default())).checkpoint(&mark);
        assert!(middle.next.is_some() && middle.checkpoint.is_none());
        let last = WorkerPage::of(Vec::new()).next(None::<Offset>).checkpoint(&mark).total(Some(3));
        assert!(last.next.is_none() && last.checkpoint.is_some());
        assert_eq!(last.total, Some(3));
    }

    #[test]
    fn a_whole_name_out_of_both() {
        let display = |given: Option<&str>, family: Option<&str>, display: Option<&str>| {
            let [given, family, display] = [given, family, display].map(|part| part.map(str::to_owned));
            Name { given, family, display, ..Name::default() }.or_both().display
        };
        assert_eq!(display(Some("Mara"), Some("Lind"), None).as_deref(), Some("Mara Lind"));
        assert_eq!(display(None, Some("Lind"), None).as_deref(), Some("Lind"));
        assert_eq!(display(Some("Mara"), Some("Lind"), Some("Lind M.")).as_deref(), Some("Lind M."));
        assert_eq!(display(None, None, None), None);
    }

    #[test]
    fn a_group_of_another_kind_has_another_id() {
        assert_eq!(GroupKind::Team.id_of("81"), "team:81");
        assert_eq!(GroupKind::LegalEntity.id_of("81"), "legal-entity:81");
    }

    #[test]
    fn an_empty_unit_or_address_is_none() {
        assert_eq!(Unit::of(None, None), None);
        assert!(Unit::of(Some("1".into()), None).is_some());
        assert_eq!(Address::default().if_any(), None);
    }
}
