//! What a connector's author writes.

use crate::{
    AccountInfo, Answer, AttributeDefinition, Context, Cursor, Failure, Files, GroupPage, MembershipPage,
    WorkerPage, fault,
};

/// The outcome of whatever can fail in a connector.
pub type Result<T, E = Failure> = core::result::Result<T, E>;

/// A provider, read. Each call runs in a fresh instance: whatever a later call
/// needs goes into the page's `next` or `checkpoint`.
pub trait Connector {
    /// Tries the connection with the least that shows it works, and names what
    /// is missing without stopping a read as a warning.
    fn check(cx: &Context) -> Result<AccountInfo>;

    /// One page of the people.
    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage>;

    /// One page of the groups. Without it: the provider has none.
    fn groups(_cx: &Context, _cursor: Cursor) -> Result<GroupPage> {
        Ok(GroupPage::default())
    }

    /// One page of who belongs to the wanted groups. Without it: nobody.
    fn memberships(_cx: &Context, _cursor: Cursor) -> Result<MembershipPage> {
        Ok(MembershipPage::default())
    }

    /// The attributes of this account beyond the fields of a worker. Without
    /// it: none.
    fn discover(_cx: &Context) -> Result<Vec<AttributeDefinition>> {
        Ok(Vec::new())
    }

    /// What an answer that is no success means, where the provider departs from
    /// the meaning of HTTP statuses. `None`: the status decides, see
    /// [`fault::of_status`].
    fn failure(_answer: &Answer) -> Option<Failure> {
        None
    }

    /// The provider's own words for what went wrong, out of an answer that is
    /// no success. Without it: the usual places are tried.
    fn reason(answer: &Answer) -> Option<String> {
        fault::usual_reason(answer)
    }
}

/// Files that a customer sends, read: as [`Connector`], with [`Files`] where
/// that has requests.
pub trait FileConnector {
    /// Looks at the files with the least that shows that they can be read.
    fn check(files: &Files) -> Result<AccountInfo>;

    /// One page of the people.
    fn workers(files: &Files, cursor: Cursor) -> Result<WorkerPage>;

    /// One page of the groups. Without it: there are none.
    fn groups(_files: &Files, _cursor: Cursor) -> Result<GroupPage> {
        Ok(GroupPage::default())
    }

    /// One page of who belongs to the wanted groups. Without it: nobody.
    fn memberships(_files: &Files, _cursor: Cursor) -> Result<MembershipPage> {
        Ok(MembershipPage::default())
    }

    /// The attributes that the files have beyond the fields of a worker. Without
    /// it: none.
    fn discover(_files: &Files) -> Result<Vec<AttributeDefinition>> {
        Ok(Vec::new())
    }
}
