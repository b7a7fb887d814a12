//! Cursors and checkpoints.

use rollcall_sdk::cursor::Shape;

use super::*;

/// A state with whatever JSON has, and text of every kind.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Mark {
    text: String,
    number: u64,
    list: Vec<Option<bool>>,
}

impl Shape for Mark {
    const SHAPE: &'static str = "mark/1";
}

fn mark() -> Mark {
    Mark {
        text: "Zoë \u{1f388} \"quoted\" \\ line\nbreak".to_owned(),
        number: 9_007_199_254_740_991,
        list: vec![Some(true), Some(false), None],
    }
}

/// Goes out on the first page and comes back on the second, which gives it as
/// the checkpoint.
pub struct Cursors;

impl Connector for Cursors {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(_: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let id = match cursor.get::<Mark>()? {
            None => {
                let page = WorkerPage::of(vec![Worker::new("first page", WorkerStatus::Active)]);
                // A page that is not the last loses its checkpoint.
                return Ok(page.next(Some(mark())).checkpoint(&mark()));
            }
            Some(state) if state == mark() => "came back",
            Some(_) => "came back as another",
        };
        let page = WorkerPage::of(vec![Worker::new(id, WorkerStatus::Active)]);
        Ok(page.next(None::<Mark>).checkpoint(&mark()))
    }
}

/// Reads of changes: from the checkpoint above, from none, from a damaged one.
pub struct Changes;

impl Connector for Changes {
    fn check(cx: &Context) -> Result<AccountInfo> {
        saw(vec![match cx.changes_since::<Mark>()? {
            None => "a full read".to_owned(),
            Some(since) if since == mark() => "changes since the mark".to_owned(),
            Some(_) => "changes since another mark".to_owned(),
        }])
    }

    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        cx.changes_since::<Mark>()?;
        let page = GroupPage { deleted: vec!["g1".into(), "g2".into()], ..GroupPage::default() };
        Ok(page.total(Some(0)))
    }

    fn memberships(cx: &Context, _: Cursor) -> Result<MembershipPage> {
        cx.changes_since::<Mark>()?;
        let deleted = vec![Membership::worker("g1", "1"), Membership::group("g1", "g2")];
        Ok(MembershipPage { deleted, ..MembershipPage::default() }.checkpoint(&mark()))
    }

    fn workers(cx: &Context, _: Cursor) -> Result<WorkerPage> {
        cx.changes_since::<Mark>()?;
        let page = WorkerPage::of(vec![Worker::new("1", WorkerStatus::Active)]);
        Ok(WorkerPage { deleted: vec!["2".into(), "3".into()], ..page }.checkpoint(&mark()))
    }
}
