//! A read of the members of groups: several groups at a time, a page of each.

use serde::{Deserialize, Serialize};

use crate::cursor::Shape;
use crate::paging::Token;
use crate::{Context, Result};

/// Where such a read is: groups that the host names, or all that are listed.
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
pub struct GroupWalk {
    /// Groups whose members go on.
    open: Vec<(String, Token)>,
    /// How many of the named groups were begun.
    begun: usize,
    /// Of the list of all groups.
    list: Token,
    /// Whether all groups were begun.
    all_begun: bool,
}

impl Shape for GroupWalk {
    const SHAPE: &'static str = "group-walk/1";
}

impl GroupWalk {
    /// The groups whose turn it is: those that go on, or else the next ones.
    /// `list` gives a page of all groups, of at most `at_once`, and is asked
    /// where the host names none.
    pub fn turn(
        &mut self,
        cx: &Context,
        at_once: usize,
        list: impl FnOnce(&Token) -> Result<(Vec<String>, Option<Token>)>,
    ) -> Result<Vec<(String, Token)>> {
        if !self.open.is_empty() {
            return Ok(std::mem::take(&mut self.open));
        }
        let groups = if cx.wanted_groups().is_empty() {
            let (groups, next) = list(&self.list)?;
            self.all_begun = next.is_none();
            self.list = next.unwrap_or_default();
            groups
        } else {
            let mut rest = cx.wanted_groups().iter().skip(self.begun).cloned();
            let groups: Vec<String> = rest.by_ref().take(at_once).collect();
            self.begun += groups.len();
            self.all_begun = rest.next().is_none();
            groups
        };
        Ok(groups.into_iter().map(|group| (group, Token::default())).collect())
    }

    /// Notes where the members of a group go on, if they do.
    pub fn go_on(&mut self, group: String, next: Option<Token>) {
        self.open.extend(next.map(|next| (group, next)));
    }

    /// Where the next page begins; `None` at the end.
    pub fn next(self) -> Option<Self> {
        (!self.open.is_empty() || !self.all_begun).then_some(self)
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

    /// The groups of each turn, where group `b` has two pages of members.
    fn turns(wanted: &[&str]) -> Vec<String> {
        let token = |text: &str| Token { token: Some(text.into()) };
        let provider = Provider::new().wants_groups(wanted);
        let cx = provider.context::<Nobody>();
        let mut walk = Some(GroupWalk::default());
        let mut turns = Vec::new();
        while let Some(mut at) = walk {
            let list = |paging: &Token| {
                Ok(match paging.get() {
                    None => (vec!["a".into(), "b".into()], Some(token("2"))),
                    Some(_) => (vec!["c".into()], None),
                })
            };
            let turn = at.turn(&cx, 2, list).unwrap();
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
        assert_eq!(turns(&[]), ["ab", "b", "c"]);
        assert_eq!(turns(&["c", "b", "a"]), ["cb", "b", "a"]);
        assert_eq!(turns(&["c", "b"]), ["cb", "b"]);
        assert_eq!(turns(&["a"]), ["a"]);
    }
}
