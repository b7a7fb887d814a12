//! Lists: pages with a cursor, and the rows of those that lie beside the people.

use std::collections::BTreeSet;

use rollcall_sdk::prelude::*;

use crate::call;

/// What the provider gives at most. More is silently this.
pub const LARGEST_PAGE: u32 = 100;

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
pub struct Page<'a, T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub meta: Meta<'a>,
}

rollcall_sdk::shapes! {
    pub struct Meta<'a> { pub total: Number, has_next_page: Flag, end_cursor: Text<'a> }

    /// A row of any of these lists, whose names for things agree.
    pub struct Row<'a> {
        pub id: Text<'a>,
        pub employee_id: Text<'a>,
        pub name: Text<'a>,
        pub legal_name: Text<'a>,
        pub code: Text<'a>,
        pub description: Text<'a>,
        pub parent_team_id: Text<'a>,
        pub team_id: Text<'a>,
        pub cost_center_id: Text<'a>,
        pub percentage: Number,
        pub location_id: Text<'a>,
        pub legal_entity_id: Text<'a>,
        pub timezone: Text<'a>,
        pub country: Text<'a>,
        pub state: Text<'a>,
        pub city: Text<'a>,
        pub postal_code: Text<'a>,
        pub address_line_1: Text<'a>,
        pub effective_on: Text<'a>,
        pub starts_on: Text<'a>,
        pub ends_on: Text<'a>,
        pub job_title: Text<'a>,
        pub job_catalog_level_id: Text<'a>,
        pub role_name: Text<'a>,
        pub working_time_percentage_in_cents: Number,
        pub start_on: Text<'a>,
        pub finish_on: Text<'a>,
        pub slug: Text<'a>,
        pub label_text: Text<'a>,
        pub field_type: Text<'a>,
        pub field_id: Text<'a>,
        pub valuable_id: Text<'a>,
        pub valuable_type: Text<'a>,
        pub value: Text<'a>,
        pub long_text_value: Text<'a>,
        pub date_value: Text<'a>,
        pub single_choice_value: Text<'a>,
        pub cents_value: Text<'a>,
    }
}

/// Where a list is, and how many of its rows were read.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    token: Token,
    read: u64,
}

impl Shape for Place {
    const SHAPE: &'static str = "factorial-list/1";
}

impl<T> Page<'_, T> {
    /// Where the list goes on. One that ends before it has given all that it
    /// counts is a failure.
    pub fn next(&self, answer: &Answer, at: &Place) -> Result<Option<Place>> {
        let read = at.read + self.data.len() as u64;
        let end = if self.meta.has_next_page.or(true) { self.meta.end_cursor.as_str() } else { None };
        match at.token.after(end)? {
            Some(token) => Ok(Some(Place { token, read })),
            None if self.total().is_some_and(|total| read < total) => {
                Err(answer.invalid("the list ends before its `meta.total`"))
            }
            None => Ok(None),
        }
    }

    /// How many there are in all.
    pub fn total(&self) -> Option<u64> {
        self.meta.total.count()
    }
}

/// A page of a list.
pub fn page_of<'a>(cx: &'a Context, path: &str, at: &Place, limit: u32, purpose: &str) -> Call<'a> {
    call(cx, path, purpose).query("limit", limit).query_if("after_id", at.token.get())
}

impl Row<'_> {
    /// Whose it is, or itself where it is nobody's.
    fn whose(&self) -> Option<&str> {
        [&self.employee_id, &self.valuable_id, &self.id].into_iter().find_map(|id| id.as_str())
    }

    /// Of a contract or whatever else has custom fields, and numbers of its own.
    pub fn is_of_a_thing(&self) -> bool {
        self.valuable_type.as_str().is_some_and(|kind| !kind.to_ascii_lowercase().contains("employee"))
    }
}

/// Each row of a list that is read whole. One that was not asked for is a
/// failure: in its place another is missing.
pub fn every(
    cx: &Context,
    path: &str,
    filter: &[(&str, &str)],
    purpose: &str,
    take: impl FnMut(Row),
) -> Result<()> {
    every_within(cx, path, filter, purpose, u64::MAX, take).map(|_| ())
}

/// As [`every`], unless its first page says that there are more pages than that:
/// then nothing is taken, and `false` told.
pub fn every_within(
    cx: &Context,
    path: &str,
    filter: &[(&str, &str)],
    purpose: &str,
    most_pages: u64,
    mut take: impl FnMut(Row),
) -> Result<bool> {
    let mut within = true;
    let asked: BTreeSet<_> =
        filter.iter().filter(|(key, _)| key.ends_with("ids[]")).map(|(_, id)| *id).collect();
    cx.every_page(|at: Place| {
        let call = page_of(cx, path, &at, LARGEST_PAGE, purpose);
        let answer = filter.iter().fold(call, |call, (key, value)| call.query(key, value)).send()?;
        let page: Page<Row> = answer.json()?;
        let next = page.next(&answer, &at)?;
        let pages = page.total().map_or(0, |total| total.div_ceil(LARGEST_PAGE.into()));
        if at == Place::default() && pages > most_pages {
            within = false;
            return Ok(None);
        }
        let is_asked = |row: &Row| {
            asked.is_empty() || row.is_of_a_thing() || row.whose().is_some_and(|id| asked.contains(id))
        };
        if let Some(nth) = page.data.iter().position(|row| !is_asked(row)) {
            return Err(answer.invalid(&format!("data[{nth}] was not asked for")));
        }
        page.data.into_iter().for_each(&mut take);
        Ok(next)
    })?;
    Ok(within)
}
