//! A person, as both generations of the interface come to have them, and the
//! worker that it makes.

use rollcall_sdk::prelude::*;

use crate::fields::{Custom, FieldMap};

#[derive(Default)]
pub struct Profile<'a> {
    pub id: Text<'a>,
    pub status: Text<'a>,
    pub email: Text<'a>,
    pub first_name: Text<'a>,
    pub last_name: Text<'a>,
    /// A whole name.
    pub preferred_name: Text<'a>,
    pub title: Text<'a>,
    pub employment_type: Text<'a>,
    pub hours: Number,
    pub full_time_hours: Number,
    pub start: Text<'a>,
    /// The end of an employment that was ended: it settles the status.
    pub termination: Text<'a>,
    /// Other dates that may stand for the end, the better one first.
    pub other_ends: [Text<'a>; 2],
    pub manager_id: Text<'a>,
    pub units: Vec<Place<'a>>,
    pub created_at: Text<'a>,
    pub updated_at: Text<'a>,
    pub custom: Vec<Custom<'a>>,
}

/// A unit that a person is in. Of several cost centers the largest comes first.
pub struct Place<'a> {
    pub kind: GroupKind,
    pub id: Text<'a>,
    pub name: Text<'a>,
}

const STATUS: StatusTable = &[
    ("active", WorkerStatus::Active),
    ("onboarding", WorkerStatus::Pending),
    ("leave", WorkerStatus::OnLeave),
    ("inactive", WorkerStatus::Inactive),
];

impl Profile<'_> {
    pub fn into_worker(self, cx: &Context, fields: &FieldMap) -> Worker {
        // A status that is missing or unknown removes nobody.
        let status = status::lookup_or(STATUS, self.status.as_str(), WorkerStatus::Active);
        let status = status::settle(status, self.start.day(), self.termination.day(), cx.today());
        let [contract_end, last_working_day] = &self.other_ends;
        let ends = [&self.termination, contract_end, last_working_day];
        let mut worker = Worker {
            user_name: self.email.get(),
            name: Name {
                display: self.preferred_name.get(),
                preferred: self.preferred_name.take(),
                given: self.first_name.take(),
                family: self.last_name.take(),
                ..Name::default()
            }
            .or_both(),
            employment: Employment {
                title: self.title.take(),
                employment_type: self.employment_type.take().map(|word| word.to_ascii_lowercase()),
                fte: self.hours.part_of(self.full_time_hours),
                start_date: self.start.date(),
                end_date: ends.into_iter().find_map(Text::date),
                manager_id: self.manager_id.take(),
                ..Employment::default()
            },
            contact: Contact { work_email: self.email.take(), ..Contact::default() },
            created_at: self.created_at.instant(),
            updated_at: self.updated_at.instant(),
            ..Worker::new(self.id.take().unwrap_or_default(), status)
        };
        let organization = &mut worker.organization;
        for place in self.units {
            let unit = Unit::of(place.id.take(), place.name.take());
            let field = match place.kind {
                GroupKind::Team => {
                    organization.teams.extend(unit);
                    continue;
                }
                GroupKind::Department => &mut organization.department,
                GroupKind::Location => &mut organization.location,
                GroupKind::LegalEntity => &mut organization.company,
                _ => &mut organization.cost_center,
            };
            *field = field.take().or(unit);
        }
        fields.put(cx, &mut worker, &self.custom);
        worker
    }

    /// That the person belongs to each unit that is wanted.
    pub fn memberships(&self, cx: &Context) -> impl Iterator<Item = Membership> {
        let id = self.id.as_str().unwrap_or_default();
        let groups = self.units.iter().filter_map(Place::group_id).filter(|group| cx.wants_group(group));
        groups.map(move |group| Membership::worker(group, id))
    }
}

impl Place<'_> {
    /// A unit without an id is known by its name.
    pub fn group_id(&self) -> Option<String> {
        self.id.as_str().or(self.name.as_str()).map(|id| self.kind.id_of(id))
    }

    pub fn group(&self) -> Option<Group> {
        Some(Group::new(self.kind, self.group_id()?, self.name.as_str().or(self.id.as_str())?))
    }
}

/// Moves the one with the largest share to the front, the first of equal ones.
pub fn largest_first<T>(all: &mut [T], share: impl Fn(&T) -> Number) {
    let mut largest = 0;
    let mut most = f64::NEG_INFINITY;
    for (at, one) in all.iter().enumerate() {
        let share = share(one).get().unwrap_or(0.0);
        if share > most {
            (largest, most) = (at, share);
        }
    }
    if let Some(head) = all.get_mut(..=largest) {
        head.rotate_right(1);
    }
}
