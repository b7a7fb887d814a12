//! Departments, divisions and locations. People have their names; the lists of
//! values have an id for each, which outlives a new name.

use rollcall_sdk::prelude::*;

use crate::employee::Employee;

/// What memberships are made of, and who begins later.
pub const FIELDS: [&str; 5] = ["id", "hireDate", "department", "division", "location"];

/// The kinds; their lists of values are called like them.
const KINDS: [GroupKind; 3] = [GroupKind::Department, GroupKind::Division, GroupKind::Location];

rollcall_sdk::shapes! {
    struct ValueList<'a> { alias: Text<'a>, options: OneOrMany<Choice<'a>> }
    struct Choice<'a> { id: Text<'a>, archived: Flag, name: Text<'a> }
}

/// A kind, an id and a name for each.
#[derive(Default)]
pub struct Units(Vec<(GroupKind, String, String)>);

impl Units {
    /// None where the host uses names alone.
    pub fn wanted(cx: &Context) -> Result<Self> {
        let any = KINDS.iter().any(|kind| cx.wants(&format!("{}_id", kind.word())));
        if any { Self::read(cx) } else { Ok(Self::default()) }
    }

    pub fn read(cx: &Context) -> Result<Self> {
        let answer = crate::get(cx, "/api/v1/meta/lists", "lists of values").send()?;
        let mut units = Self::default();
        for list in answer.json::<Vec<ValueList>>()? {
            let Some(kind) = KINDS.into_iter().find(|kind| list.alias.as_str() == Some(kind.word())) else {
                continue;
            };
            // Names come back after they were archived: the one in use counts.
            let (archived, used): (Vec<_>, Vec<_>) =
                list.options.0.into_iter().partition(|one| one.archived.or(false));
            for one in used.into_iter().chain(archived) {
                let (Some(id), Some(name)) = (one.id.take(), one.name.take()) else { continue };
                if units.id(kind, &name).is_none() {
                    units.0.push((kind, id, name));
                }
            }
        }
        Ok(units)
    }

    fn id(&self, kind: GroupKind, name: &str) -> Option<&str> {
        self.0.iter().find(|one| one.0 == kind && one.2 == name).map(|(_, id, _)| id.as_str())
    }

    /// As it stands on a person.
    pub fn unit(&self, kind: GroupKind, name: Text) -> Option<Unit> {
        let id = name.as_str().and_then(|name| self.id(kind, name)).map(str::to_owned);
        Unit::of(id, name.take())
    }

    pub fn groups(self) -> Vec<Group> {
        self.0.into_iter().map(|(kind, id, name)| Group::new(kind, kind.id_of(&id), name)).collect()
    }
}

impl Employee<'_> {
    /// That the person belongs to each unit that is wanted.
    pub fn memberships(&self, cx: &Context, units: &Units) -> Vec<Membership> {
        let id = self.id.as_str().unwrap_or_default();
        let names = [&self.department, &self.division, &self.location];
        let group = |(kind, name): (GroupKind, &Text)| {
            let unit = units.id(kind, name.as_str()?)?;
            Some(kind.id_of(unit)).filter(|group| cx.wants_group(group))
        };
        KINDS.into_iter().zip(names).filter_map(group).map(|group| Membership::worker(group, id)).collect()
    }
}
