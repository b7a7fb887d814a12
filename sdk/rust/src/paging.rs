//! The shapes in which providers hand out lists. Each is the state of a read
//! and says what follows a page: the next state, the end (`None`), or a failure
//! where the provider's paging does not move.

use serde::{Deserialize, Serialize};

use crate::cursor::Shape;
use crate::{Failure, Result};

/// `?offset=200&limit=100`: how many items were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    pub offset: u64,
    #[serde(default)]
    pub seen: Seen,
}

impl Shape for Offset {
    const SHAPE: &'static str = "offset/1";
}

impl Offset {
    /// After a page with these ids. The list ends with an empty page, when the
    /// `total` is reached, or, where the provider states none, with a page of
    /// fewer than `limit` items.
    pub fn after<I: AsRef<str>>(
        &self,
        ids: impl IntoIterator<Item = I>,
        total: Option<u64>,
        limit: u32,
    ) -> Result<Option<Self>> {
        let (seen, count) = self.seen.and(ids)?;
        let offset = self.offset.saturating_add(count);
        Ok(goes_on(count, offset, total, limit).then_some(Self { offset, seen }))
    }
}

/// `?page=3&per_page=100`. `page` counts from 0; add the provider's first
/// number to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageNumber {
    pub page: u64,
    /// How many items were read.
    pub read: u64,
    #[serde(default)]
    pub seen: Seen,
}

impl Shape for PageNumber {
    const SHAPE: &'static str = "page-number/1";
}

impl PageNumber {
    /// After a page with these ids; ends as [`Offset::after`] does.
    pub fn after<I: AsRef<str>>(
        &self,
        ids: impl IntoIterator<Item = I>,
        total: Option<u64>,
        limit: u32,
    ) -> Result<Option<Self>> {
        let (seen, count) = self.seen.and(ids)?;
        let read = self.read.saturating_add(count);
        Ok(goes_on(count, read, total, limit).then_some(Self {
            page: self.page.saturating_add(1),
            read,
            seen,
        }))
    }

    /// After one of `pages` pages with these ids.
    pub fn after_of<I: AsRef<str>>(
        &self,
        ids: impl IntoIterator<Item = I>,
        pages: u64,
    ) -> Result<Option<Self>> {
        let (seen, count) = self.seen.and(ids)?;
        let page = self.page.saturating_add(1);
        Ok((page < pages).then_some(Self { page, read: self.read.saturating_add(count), seen }))
    }
}

fn goes_on(count: u64, read: u64, total: Option<u64>, limit: u32) -> bool {
    count > 0 && total.map_or(count >= u64::from(limit), |total| read < total)
}

/// Several lists, one after the other: which one a read is at, and where in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lists<P> {
    pub list: usize,
    pub at: P,
}

impl<P: Shape> Shape for Lists<P> {
    const SHAPE: &'static str = "lists/1";
}

impl<P: Default> Lists<P> {
    /// The first list from here on that is wanted, and where in it.
    pub fn find<T>(self, lists: &[T], wanted: impl Fn(&T) -> bool) -> Option<(&T, Self)> {
        let (list, found) = lists.iter().enumerate().skip(self.list).find(|(_, list)| wanted(list))?;
        let at = if list == self.list { self.at } else { P::default() };
        Some((found, Self { list, at }))
    }

    /// After a page: where its list goes on, else the next of so many lists.
    pub fn after(&self, next: Option<P>, lists: usize) -> Option<Self> {
        let list = self.list + 1;
        let following = (list < lists).then(|| Self { list, at: P::default() });
        next.map(|at| Self { list: self.list, at }).or(following)
    }
}

/// A token, or a whole link, that the provider gives for its next page. Empty
/// on the first page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub token: Option<String>,
}

impl Shape for Token {
    const SHAPE: &'static str = "token/1";
}

impl Token {
    /// The token, if this is not the first page.
    pub fn get(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// After a page that gave this token. None, or an empty one, is the end;
    /// the one that led here is a failure, as it would never end.
    pub fn after(&self, next: Option<&str>) -> Result<Option<Self>> {
        let Some(next) = next.map(str::trim).filter(|next| !next.is_empty()) else { return Ok(None) };
        if self.get() == Some(next) {
            return Err(stuck("the provider gave the same next page again"));
        }
        Ok(Some(Self { token: Some(next.to_owned()) }))
    }
}

/// A list that comes whole, and may be more than one answer holds: each page
/// reads the ids of all again, and of the records only those whose turn it is.
/// Whoever comes or goes between two pages moves nobody else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The id that was read last.
    last: String,
}

impl Shape for Turn {
    const SHAPE: &'static str = "turn/1";
}

impl Turn {
    /// The ids of this page out of those of all, at most `limit`, and the turn
    /// after it. Numbers come in their order, so that new ones come last.
    pub fn take(&self, mut ids: Vec<String>, limit: u32) -> (Vec<String>, Option<Self>) {
        fn order(id: &str) -> (usize, &str) {
            (id.len(), id)
        }
        ids.retain(|id| order(id) > order(&self.last));
        ids.sort_unstable_by(|one, other| order(one).cmp(&order(other)));
        ids.dedup();
        let more = ids.len() > limit as usize;
        ids.truncate(limit as usize);
        let next = ids.last().filter(|_| more).map(|last| Self { last: last.clone() });
        (ids, next)
    }
}

/// Of an answer's records those that were asked for by id, and how many of the
/// ids have none. Whoever is dropped looks as if they had left: without a reason
/// for it, what is missing is a failure.
pub fn asked_for<T>(mut records: Vec<T>, ids: &[String], id: impl Fn(&T) -> Option<&str>) -> (Vec<T>, usize) {
    records.retain(|one| ids.iter().any(|asked| id(one) == Some(asked)));
    let is_missing = |asked: &&String| !records.iter().any(|one| id(one) == Some(asked.as_str()));
    let missing = ids.iter().filter(is_missing).count();
    (records, missing)
}

/// What the guard remembers between pages: fingerprints of the first page and
/// of the last. A provider that ignores its paging parameter repeats one of the
/// two; a whole set of ids would not fit a cursor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    first: u64,
    last: u64,
}

impl Seen {
    /// With one page more; a page that was there before is a failure. Gives the
    /// number of ids too.
    pub fn and<I: AsRef<str>>(&self, ids: impl IntoIterator<Item = I>) -> Result<(Self, u64)> {
        let (mut page, mut count) = (0_u64, 0);
        for id in ids {
            // A sum, so that the same people in another order are the same page.
            page = page.wrapping_add(fnv1a(id.as_ref()));
            count += 1;
        }
        if count > 0 && (page == self.first || page == self.last) {
            return Err(stuck("a page has only records that were on an earlier one"));
        }
        Ok((Self { first: if self.first == 0 { page } else { self.first }, last: page }, count))
    }
}

fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn stuck(why: &str) -> Failure {
    Failure::InvalidResponse(format!("the paging does not move: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_records_those_that_were_asked_for() {
        let ids = ["1", "2", "3"].map(str::to_owned);
        let (found, missing) = asked_for(vec!["3", "7", "1", "3"], &ids, |one| Some(one));
        assert_eq!((found, missing), (vec!["3", "1", "3"], 1));
    }

    #[test]
    fn offset_ends_at_the_total_at_an_empty_page_or_at_a_short_one() {
        let start = Offset::default();
        let second = start.after(["a", "b"], Some(3), 2).unwrap().unwrap();
        assert_eq!(second.offset, 2);
        assert_eq!(second.after(["c"], Some(3), 2), Ok(None));
        assert_eq!(second.after([""; 0], Some(3), 2), Ok(None));
        assert_eq!(start.after(["a"], None, 2), Ok(None));
        assert_eq!(start.after(["a", "b"], None, 2).unwrap().unwrap().offset, 2);
        // The provider gave less than asked; its total says that there is more.
        assert_eq!(start.after(["a"], Some(2), 2).unwrap().unwrap().offset, 1);
    }

    #[test]
    fn a_page_that_repeats_is_a_failure() {
        let second = Offset::default().after(["a", "b"], Some(9), 2).unwrap().unwrap();
        assert!(matches!(second.after(["b", "a"], Some(9), 2), Err(Failure::InvalidResponse(_))));
        let third = second.after(["c", "d"], Some(9), 2).unwrap().unwrap();
        assert!(third.after(["a", "b"], Some(9), 2).is_err());
        assert!(third.after(["c", "d"], Some(9), 2).is_err());
        assert!(third.after(["e", "d"], Some(9), 2).is_ok());
    }

    #[test]
    fn page_numbers() {
        let second = PageNumber::default().after(["a", "b"], None, 2).unwrap().unwrap();
        assert_eq!((second.page, second.read), (1, 2));
        assert_eq!(second.after(["c"], None, 2), Ok(None));
        assert_eq!(second.after_of(["c"], 2), Ok(None));
        assert_eq!(second.after_of(["c"], 3).unwrap().unwrap().page, 2);
        assert!(second.after_of(["a", "b"], 3).is_err());
    }

    #[test]
    fn lists_follow_one_another() {
        let lists = ["a", "b", "c"];
        let (list, first) = Lists::<Offset>::default().find(&lists, |list| *list != "a").unwrap();
        assert_eq!((*list, first.list), ("b", 1));
        let within = first.after(Some(Offset { offset: 5, ..Offset::default() }), lists.len()).unwrap();
        assert_eq!(within.clone().find(&lists, |_| true), Some((&"b", within.clone())));
        // What is passed over takes its place in the list along.
        let (list, last) = within.clone().find(&lists, |list| *list == "c").unwrap();
        assert_eq!((*list, last.at.offset), ("c", 0));
        assert_eq!(within.after(None, lists.len()), Some(last.clone()));
        assert_eq!(last.after(None, lists.len()), None);
    }

    #[test]
    fn tokens() {
        let start = Token::default();
        assert_eq!(start.after(None), Ok(None));
        assert_eq!(start.after(Some(" ")), Ok(None));
        let second = start.after(Some("t")).unwrap().unwrap();
        assert_eq!(second.get(), Some("t"));
        assert!(second.after(Some("t")).is_err());
    }

    #[test]
    fn turns() {
        let all = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (first, second) = Turn::default().take(all(&["10", "9", "9", "8", "11"]), 2);
        assert_eq!(first, ["8", "9"]);
        // Meanwhile one was hired, and one of the first page is gone.
        let (rest, end) = second.unwrap().take(all(&["12", "10", "9", "11"]), 3);
        assert_eq!((rest, end), (all(&["10", "11", "12"]), None));
        assert_eq!(Turn::default().take(Vec::new(), 2), (Vec::new(), None));
    }
}
