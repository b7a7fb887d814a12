//! A read of the members of groups: several groups at a time, a page of each.

use serde::{Deserialize, Serialize};

use crate::cursor::Shape;
use crate::paging::Token;
use crate::{Context, Result};

/// Where such a read is: groups that the host names, or all that are listed.
/// `P` is where the list of all groups is.
///
/// ```ignore
/// let mut walk: GroupWalk = cursor.read()?;
/// let turn = walk.turn(cx, AT_ONCE, |paging| listed(cx, paging))?;
/// let calls = turn.iter().map(|(group, paging)| members(cx, group, paging)).collect();
/// for ((group, paging), answer) in turn.into_iter().zip(cx.fetch_all(calls)) {
///     // ...
///     walk.go_on(group, paging.after(answer?.next_link())?);
/// }
/// Ok(MembershipPage::of(memberships).next(walk.next()))
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupWalk<P = Token> {
    /// Groups whose members go on.
    open: Vec<(String, Token)>,
    /// Groups of the list whose turn has not come.
    waiting: Vec<String>,
    /// How many of the named groups were begun.
    begun: usize,
    /// Of the list of all groups.
    list: P,
    /// Whether all groups were named or listed.
    all_known: bool,
}

impl<P: Shape> Shape for GroupWalk<P> {
    const SHAPE: &'static str = "group-walk/2";
}

impl<P: Default> GroupWalk<P> {
    /// The groups whose turn it is, at most `at_once`: those that go on, or else
    /// the next ones. `list` gives a page of all groups, of any size, and is asked
    /// where the host names none.
    pub fn turn(
        &mut self,
        cx: &Context,
        at_once: usize,
        list: impl FnOnce(&P) -> Result<(Vec<String>, Option<P>)>,
    ) -> Result<Vec<(String, Token)>> {
        self.turn_among(cx, |_| true, at_once, list)
    }

    /// As [`turn`](Self::turn), where the host also names groups whose members are
    /// found elsewhere.
    pub fn turn_among(
        &mut self,
        cx: &Context,
        is_one: impl Fn(&str) -> bool,
        at_once: usize,
        list: impl FnOnce(&P) -> Result<(Vec<String>, Option<P>)>,
    ) -> Result<Vec<(String, Token)>> {
        if !self.open.is_empty() {
            return Ok(self.open.drain(..at_once.min(self.open.len())).collect());
        }
        let groups: Vec<String> = if cx.wanted_groups().is_empty() {
            if self.waiting.is_empty() && !self.all_known {
                let (groups, next) = list(&self.list)?;
                self.waiting = groups;
                self.all_known = next.is_none();
                self.list = next.unwrap_or_default();
            }
            self.waiting.drain(..at_once.min(self.waiting.len())).collect()
        } else {
            let named = cx.wanted_groups().iter().filter(|group| is_one(group));
            let mut rest = named.skip(self.begun).cloned();
            let groups: Vec<String> = rest.by_ref().take(at_once).collect();
            self.begun += groups.len();
            self.all_known = rest.next().is_none();
            groups
        };
        Ok(groups.into_iter().map(|group| (group, Token::default())).collect())
    }

    /// Notes where the members of a group go on, if they do.
    pub fn go_on(&mut self, group: String, next: Option<Token>) {
        self.open.extend(next.map(|next| (group, next)));
    }

    /// Whether all was read.
    pub fn is_done(&self) -> bool {
        self.all_known && self.waiting.is_empty() && self.open.is_empty()
    }

    /// Where the next page begins; `None` at the end.
    pub fn next(self) -> Option<Self> {
        (!self.is_done()).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Provider;
    use crate::{AccountInfo, Connector, Cursor, WorkerPage};

    struct Nobody;

    impl Connector for Nobody {
        fn check(_: &Context) -> Result<AccountInfo> {
            Ok(AccountInfo::default())
        }

        fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
            Ok(WorkerPage::default())
        }
    }

    fn token(text: &str) -> Token {
        Token { token: Some(text.into()) }
    }

    /// The groups of each turn of at most two, where group `b` has two pages of
    /// members, and the list has `a`, `b` and `x`, then `c`.
    fn turns(wanted: &[&str]) -> Vec<String> {
        let provider = Provider::new().wants_groups(wanted);
        let cx = provider.context::<Nobody>();
        let mut walk = Some(GroupWalk::default());
        let mut turns = Vec::new();
        while let Some(mut at) = walk {
            let list = |paging: &Token| {
                Ok(match paging.get() {
                    None => (["a", "b", "x"].map(str::to_owned).to_vec(), Some(token("2"))),
                    Some(_) => (vec!["c".into()], None),
                })
            };
            let turn = at.turn_among(&cx, |group| group != "unit", 2, list).unwrap();
            turns.push(turn.iter().map(|(group, _)| group.as_str()).collect::<String>());
            for (group, paging) in turn {
                let goes_on = group == "b" && paging == Token::default();
                at.go_on(group, goes_on.then(|| token("m")));
            }
            walk = at.next();
        }
        turns
    }

    #[test]
    fn every_page_of_every_group_has_its_turn() {
        assert_eq!(turns(&[]), ["ab", "b", "x", "c"]);
        assert_eq!(turns(&["c", "b", "a"]), ["cb", "b", "a"]);
        assert_eq!(turns(&["c", "b"]), ["cb", "b"]);
        assert_eq!(turns(&["a"]), ["a"]);
        assert_eq!(turns(&["unit", "a", "unit", "b", "c"]), ["ab", "b", "c"]);
        assert_eq!(turns(&["unit"]), [""]);
    }

    #[test]
    fn what_finds_no_room_waits() {
        let provider = Provider::new().wants_groups(&["a", "b", "c"]);
        let cx = provider.context::<Nobody>();
        let mut walk = GroupWalk::<Token>::default();
        let mut turn = |at_once| {
            let turn = walk.turn(&cx, at_once, |_| Ok((Vec::new(), None))).unwrap();
            for (group, paging) in turn.iter().filter(|(_, paging)| *paging == Token::default()) {
                walk.go_on(group.clone(), paging.after(Some("m")).unwrap());
            }
            turn.into_iter().map(|(group, _)| group).collect::<String>()
        };
        assert_eq!([turn(2), turn(1), turn(0), turn(9), turn(9), turn(9)], ["ab", "a", "", "b", "c", "c"]);
        assert!(walk.is_done());
    }
}
