//! Lists: numbered pages, the units as groups, and who is in them.

use rollcall_sdk::prelude::*;

use crate::call;

/// What is documented as the default; whether more is taken is not.
const USUAL_PAGE: u32 = 100;

/// Where a read is in a list, and how many rows it had.
#[derive(Default, Serialize, Deserialize)]
pub struct At {
    pub page: PageNumber,
    total: u64,
}

impl Shape for At {
    const SHAPE: &'static str = "sesame-hr/1";
}

#[derive(Deserialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Meta {
    current_page: Number,
    last_page: Number,
    total: Number,
}

rollcall_sdk::shapes! {
    /// A row of any list but that of people. Of the people in it nothing but ids
    /// is read.
    #[serde(rename_all = "camelCase")]
    pub struct Row<'a> {
        pub id: Text<'a>,
        pub name: Text<'a>,
        pub slug: Text<'a>,
        pub description: Text<'a>,
        pub address: Text<'a>,
        pub language: Text<'a>,
        pub employee: Id<'a>,
        pub manager: Id<'a>,
        pub department: Reference<'a>,
        pub office: Reference<'a>,
        pub permission: Text<'a>,
        pub order: Number,
        pub date: Text<'a>,
        pub created_at: Text<'a>,
    }
    pub struct Id<'a> { pub id: Text<'a> }
    pub struct Reference<'a> { pub id: Text<'a>, pub name: Text<'a>, pub address: Text<'a> }
}

impl<T> Page<T> {
    /// Where it is missing, whatever follows the first page would be lost.
    pub fn last(&self, answer: &Answer) -> Result<u64> {
        self.meta.last_page.count().ok_or_else(|| answer.invalid("there is no `meta.lastPage`"))
    }

    /// What follows this page with these ids. A list that ends before its total
    /// is not whole; nor is one that becomes shorter, where a row may have moved
    /// up to a page that was read before.
    pub fn after<I: AsRef<str>>(
        &self,
        at: &At,
        ids: impl IntoIterator<Item = I>,
        answer: &Answer,
    ) -> Result<Option<At>> {
        if self.meta.current_page.count().is_some_and(|page| page != at.page.page + 1) {
            return Err(answer.invalid("meta.currentPage: another page than the one asked for"));
        }
        let total = self.meta.total.count().unwrap_or(at.total);
        if total < at.total {
            return Err(answer.invalid("the list became shorter while it was read"));
        }
        let next = at.page.after_of(ids, self.last(answer)?)?;
        if next.is_none() && at.page.read + (self.data.len() as u64) < total {
            return Err(answer.invalid("the list ends before its `meta.total`"));
        }
        Ok(next.map(|page| At { page, total }))
    }
}

/// How many rows a page has.
pub fn page_size(cx: &Context) -> Result<u32> {
    let size = cx.setting("page_size").parse("a number of rows")?.unwrap_or(USUAL_PAGE);
    Ok(cx.page_size(size))
}

/// A page of a list.
pub fn page_of<'a>(cx: &'a Context, path: &str, at: &At, purpose: &str) -> Result<Call<'a>> {
    Ok(call(cx, path, purpose).query("limit", page_size(cx)?).query("page", at.page.page + 1))
}

/// Each page of a list that is read whole.
pub fn every(
    cx: &Context,
    path: &str,
    filter: &[(&str, &str)],
    purpose: &str,
    mut take: impl FnMut(Row),
) -> Result<()> {
    cx.every_page(|at: At| {
        let call = page_of(cx, path, &at, purpose)?;
        let answer = filter.iter().fold(call, |call, (key, value)| call.query(key, value)).send()?;
        let page: Page<Row> = answer.json()?;
        let next = page.after(&at, page.data.iter().filter_map(|row| row.id.as_str()), &answer)?;
        page.data.into_iter().for_each(&mut take);
        Ok(next)
    })
}

/// A kind of units: their list, and the list of who is in them.
struct Units {
    kind: GroupKind,
    list: &'static str,
    members: &'static str,
    purpose: &'static str,
}

pub const DEPARTMENTS_OF_PEOPLE: &str = "/core/v3/employee-department-assignations";
pub const OFFICES_OF_PEOPLE: &str = "/core/v3/employee-office-assignations";

const UNITS: [Units; 2] = [
    Units {
        kind: GroupKind::Department,
        list: "/core/v3/departments",
        members: DEPARTMENTS_OF_PEOPLE,
        purpose: "departments",
    },
    Units {
        kind: GroupKind::Location,
        list: "/core/v3/offices",
        members: OFFICES_OF_PEOPLE,
        purpose: "offices",
    },
];

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let lists = cursor.read::<Lists<At>>()?;
    let Some((units, lists)) = lists.find(&UNITS, |_| true) else { return Ok(GroupPage::default()) };
    let answer = page_of(cx, units.list, &lists.at, units.purpose)?.send()?;
    let page: Page<Row> = answer.json()?;
    let next = page.after(&lists.at, page.data.iter().filter_map(|row| row.id.as_str()), &answer)?;
    let group = |row: Row| {
        let id = row.id.take()?;
        let name = row.name.take().unwrap_or_else(|| id.clone());
        Some(Group { description: row.description.take(), ..Group::new(units.kind, id, name) })
    };
    let groups = page.data.into_iter().filter_map(group).collect();
    Ok(GroupPage::of(groups).next(lists.after(next, UNITS.len())))
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let lists = cursor.read::<Lists<At>>()?;
    let Some((units, lists)) = lists.find(&UNITS, |_| true) else { return Ok(MembershipPage::default()) };
    let purpose = format!("who is in {}", units.purpose);
    let answer = page_of(cx, units.members, &lists.at, &purpose)?.send()?;
    let page: Page<Row> = answer.json()?;
    let next = page.after(&lists.at, page.data.iter().filter_map(|row| row.id.as_str()), &answer)?;
    let mut all = Vec::new();
    for (nth, row) in page.data.iter().enumerate() {
        let unit = if units.kind == GroupKind::Department { &row.department } else { &row.office };
        let pair = unit.id.as_str().zip(row.employee.id.as_str());
        let (unit, person) = pair.ok_or_else(|| answer.invalid(&format!("data[{nth}] is no pair of ids")))?;
        all.extend(cx.wants_group(unit).then(|| Membership::worker(unit, person)));
    }
    Ok(MembershipPage::of(all).next(lists.after(next, UNITS.len())))
}
