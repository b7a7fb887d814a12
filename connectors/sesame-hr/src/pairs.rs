//! Who is whose manager, and in which department and office: lists of pairs,
//! which can be asked for one person, or read whole.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::lists::{At, DEPARTMENTS_OF_PEOPLE, OFFICES_OF_PEOPLE, Page, Row, page_of};

/// A list of no more pages is read whole for each page of people; of a longer one
/// a request for each person costs less.
const WHOLE_PAGES: u64 = 5;

/// By the person's id. What comes first in order counts.
#[derive(Default)]
pub struct Pairs {
    pub managers: BTreeMap<String, Ranked<String>>,
    pub departments: BTreeMap<String, Ranked<Unit>>,
    pub offices: BTreeMap<String, Ranked<(Unit, Option<String>)>>,
}

/// A value, and its place among those of the same person.
pub struct Ranked<T> {
    rank: i64,
    pub value: T,
}

fn keep<T>(of: &mut BTreeMap<String, Ranked<T>>, person: String, rank: i64, value: T) {
    if of.get(&person).is_none_or(|known| rank < known.rank) {
        of.insert(person, Ranked { rank, value });
    }
}

impl Pairs {
    pub fn read(cx: &Context, people: &[&str]) -> Result<Self> {
        let mut all = Self::default();
        if cx.wants("manager_id") {
            read(cx, "/core/v3/employee-managers", people, "managers of people", |row| {
                // There are approvers and no line managers. Who approves vacations is
                // nearer to one than who approves the clock.
                let kind = match row.permission.as_str() {
                    Some("vacation") => 0,
                    Some("check") => 1,
                    _ => 2,
                };
                let rank = kind * 1_000 + row.order.get().unwrap_or(0.0).clamp(0.0, 999.0) as i64;
                let (person, manager) = row.employee.id.take().zip(row.manager.id.take())?;
                if kind < 2 {
                    keep(&mut all.managers, person, rank, manager);
                }
                Some(())
            })?;
        }
        if cx.wants_unit("department") {
            read(cx, DEPARTMENTS_OF_PEOPLE, people, "departments of people", |row| {
                let unit = Unit::of(row.department.id.take(), row.department.name.take());
                keep(&mut all.departments, row.employee.id.take()?, since(&row.created_at), unit?);
                Some(())
            })?;
        }
        if cx.wants_unit("location") || cx.wants_any("work_address.") {
            read(cx, OFFICES_OF_PEOPLE, people, "offices of people", |row| {
                let address = row.office.address.take();
                let unit = Unit::of(row.office.id.take(), row.office.name.take());
                keep(&mut all.offices, row.employee.id.take()?, since(&row.created_at), (unit?, address));
                Some(())
            })?;
        }
        Ok(all)
    }
}

fn since(created_at: &Text) -> i64 {
    created_at.as_str().and_then(Instant::parse).map_or(i64::MAX, Instant::millis)
}

/// Each row of everybody, or of these people. One that `take` can make nothing
/// of is no pair.
fn read(
    cx: &Context,
    path: &str,
    people: &[&str],
    purpose: &str,
    mut take: impl FnMut(Row) -> Option<()>,
) -> Result<()> {
    let mut each = |at: &At, page: Page<Row>, answer: &Answer| {
        let next = page.after(at, page.data.iter().filter_map(|row| row.id.as_str()), answer)?;
        for (nth, row) in page.data.into_iter().enumerate() {
            take(row).ok_or_else(|| answer.invalid(&format!("data[{nth}] is no pair of ids")))?;
        }
        Ok(next)
    };
    let mut is_long = false;
    cx.every_page(|at: At| {
        let answer = page_of(cx, path, &at, purpose)?.send()?;
        let page: Page<Row> = answer.json()?;
        is_long = page.last(&answer)? > WHOLE_PAGES;
        if is_long { Ok(None) } else { each(&at, page, &answer) }
    })?;
    if !is_long {
        return Ok(());
    }
    let of = |id: &&str| Ok(page_of(cx, path, &At::default(), purpose)?.query("employeeId", id));
    let calls = people.iter().map(of).collect::<Result<_>>()?;
    for answer in cx.fetch_all(calls) {
        let answer = answer?;
        if each(&At::default(), answer.json()?, &answer)?.is_some() {
            return Err(answer.invalid("more than a page of pairs for one person"));
        }
    }
    Ok(())
}
