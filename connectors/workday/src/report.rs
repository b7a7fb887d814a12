//! RaaS: one document, the report of a customer's own, whose columns have the
//! names that its author gave them. It has no pages: where it is too long for
//! one, it is asked for again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rollcall_sdk::fault;
use rollcall_sdk::json::{Fields, Unread};
use rollcall_sdk::prelude::*;

use crate::fields::{self, Custom, FIELDS, Record};
use crate::slot;

/// The units that are groups.
const UNITS: [(GroupKind, &str); 5] = [
    (GroupKind::Department, "department"),
    (GroupKind::Division, "division"),
    (GroupKind::CostCenter, "cost_center"),
    (GroupKind::LegalEntity, "company"),
    (GroupKind::Location, "location"),
];

/// The host takes 5,000 memberships a page, and everybody may have five.
const LARGEST_PAGE: u32 = 1000;

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Report<'a> {
    #[serde(rename = "Report_Entry")]
    rows: Vec<Fields<'a, Unread<'a>>>,
}

/// Which column has which field.
fn columns(cx: &Context) -> Result<Vec<(&str, &str)>> {
    let setting = cx.setting("columns");
    let mut columns: Vec<_> = FIELDS.iter().map(|(field, _, column)| (*field, *column)).collect();
    for entry in setting.list() {
        let (field, column) = entry.split_once('=').ok_or_else(|| setting.wrong("needs `field=column`"))?;
        let known = columns.iter_mut().find(|(known, _)| *known == field.trim());
        known.ok_or_else(|| setting.wrong(&format!("has no field `{}`", field.trim())))?.1 = column.trim();
    }
    Ok(columns)
}

pub struct Row<'a> {
    columns: &'a [(&'a str, &'a str)],
    values: Vec<(Cow<'a, str>, Scalar<'a>)>,
}

impl Record for Row<'_> {
    fn text(&self, field: &str) -> Text<'_> {
        let column = self.columns.iter().find(|(known, _)| *known == field);
        let value = column.and_then(|(_, column)| self.values.iter().find(|(name, _)| name == column));
        value.and_then(|(_, value)| value.clone().into_text()).map(Text::from).unwrap_or_default()
    }

    /// Every other column.
    fn custom(&self) -> Vec<Custom> {
        let is_other = |name: &str| !self.columns.iter().any(|(_, known)| *known == name);
        let others = self.values.iter().filter(|(name, _)| is_other(name));
        let custom = |(name, value): &(Cow<str>, Scalar)| {
            let value = value.clone().into_value()?;
            Some(Custom { name: name.to_string(), label: name.to_string(), value })
        };
        others.filter_map(custom).collect()
    }
}

impl Row<'_> {
    /// A unit without an id is known by its name.
    fn groups(&self) -> impl Iterator<Item = Group> {
        UNITS.iter().filter_map(|(kind, field)| {
            let Unit { id, name } = fields::unit(self.text(&format!("{field}_id")), self.text(field))?;
            let id = id.or_else(|| name.clone())?;
            Some(Group::new(*kind, kind.id_of(&id), name.unwrap_or(id)))
        })
    }
}

/// A column of several values is a list of objects, of which each has one text.
fn value<'a>(json: Unread<'a>) -> Scalar<'a> {
    let only = |object: Fields<'a, Text<'a>>| {
        let mut texts = object.into_iter();
        texts.next().filter(|_| texts.next().is_none())?.1.into_inner()
    };
    match json.get().starts_with('[').then(|| json.read::<Vec<_>>()).flatten() {
        Some(objects) if !objects.is_empty() => {
            objects.into_iter().map(only).collect::<Option<_>>().map_or(Scalar::None, Scalar::Texts)
        }
        _ => json.read().unwrap_or_default(),
    }
}

/// Hands all people to `take`. Of somebody's rows only one counts, and that of
/// an ended employment only where there is no other.
pub fn read(cx: &Context, purpose: &str, take: &mut dyn FnMut(&[Row])) -> Result<()> {
    let part = |key| cx.setting(key).required().map(|text| segment(text).into_owned());
    let path = format!("/{}/{}", part("report_owner")?, part("report_name")?);
    let columns = columns(cx)?;
    let call = cx.get("report", path).query("format", "json").purpose(purpose);
    let Some(answer) = call.auth(slot(cx, "report")?).send_unless(&[404])? else {
        let wrong = "names no report of this owner that is enabled as a web service";
        return Err(cx.setting("report_name").wrong(wrong));
    };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for row in answer.json::<Report>()?.rows {
        let values = row.into_iter().map(|(name, json)| (name, value(json))).collect();
        let row = Row { columns: &columns, values };
        let id = row.text("id").take();
        let id = id.ok_or_else(|| answer.invalid("a row has no id: is the setting `columns` right?"))?;
        let is_over = |known: &Row| fields::status(known, cx.today()) == WorkerStatus::Terminated;
        if rows.get(&id).is_none_or(is_over) {
            rows.insert(id, row);
        }
    }
    take(&rows.into_values().collect::<Vec<_>>());
    Ok(())
}

/// A report is refused with a status, and a user's name has two forms.
pub fn failure(answer: &Answer) -> Option<Failure> {
    let said = || fault::usual_reason(answer).unwrap_or_else(|| answer.to_string());
    let check = "check `username` and `password` or `refresh_token`, and for a report `report_user`";
    (answer.status() == 401).then(|| Failure::AuthFailed(format!("{}: {check}", said())))
}

/// Hands each row whose turn it is to `take`. Where the read goes on, and how
/// many rows there are.
fn page(
    cx: &Context,
    cursor: &Cursor,
    purpose: &str,
    take: &mut dyn FnMut(&Row),
) -> Result<(Option<Turn>, u64)> {
    let turn: Turn = cursor.read()?;
    let mut page = (None, 0);
    read(cx, purpose, &mut |rows| {
        let ids = rows.iter().filter_map(|row| row.text("id").take()).collect();
        let (ids, next) = turn.take(ids, cx.page_size(LARGEST_PAGE));
        let has_turn = |row: &&Row| row.text("id").as_str().is_some_and(|id| ids.iter().any(|one| one == id));
        rows.iter().filter(has_turn).for_each(&mut *take);
        page = (next, rows.len() as u64);
    })?;
    Ok(page)
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let mut workers = Vec::new();
    let take = &mut |row: &Row| workers.push(fields::worker(cx, row, cx.today()));
    let (next, total) = page(cx, cursor, "report", take)?;
    Ok(WorkerPage::of(workers).next(next).total(Some(total)))
}

/// There is no list of units: each page has those of its people.
pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let mut groups = BTreeMap::new();
    let take = &mut |row: &Row| groups.extend(row.groups().map(|group| (group.id.clone(), group)));
    let (next, _) = page(cx, cursor, "groups of the report", take)?;
    Ok(GroupPage::of(groups.into_values().collect()).next(next))
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let mut memberships = Vec::new();
    let (next, _) = page(cx, cursor, "memberships of the report", &mut |row| {
        let id = row.text("id").take().unwrap_or_default();
        let groups = row.groups().filter(|group| cx.wants_group(&group.id));
        memberships.extend(groups.map(|group| Membership::worker(group.id, id.as_str())));
    })?;
    Ok(MembershipPage::of(memberships).next(next))
}
