//! Stage 11: what an update takes away from those who use it, and what it
//! widens.

use rollcall_grants::{Difference, differences};
use semver::Version;

use super::Tested;
use crate::report::Notebook;

pub fn run(tested: &Tested<'_>, book: &mut Notebook) {
    let old = match &tested.published {
        None => return book.skip("nothing was published yet; put the released file into published/"),
        Some(Err(why)) => {
            return book.check(
                None,
                Some((
                    format!("published/ cannot be read: {why}"),
                    "put the released file there, unmodified",
                )),
            );
        }
        Some(Ok(old)) => old,
    };
    let new = tested.connector.manifest();
    book.holds(
        None,
        old.id == new.id,
        || format!("the id was `{}` and is `{}`", old.id, new.id),
        "keep the id: tenants are connected to it",
    );
    let (Ok(was), Ok(is)) = (Version::parse(&old.version), Version::parse(&new.version)) else { return };
    let all = differences(old, new);
    if !all.is_empty() {
        book.holds(
            None,
            is > was,
            || format!("version {is} differs from the published {was}, and does not follow it"),
            "raise `version` in connector.toml",
        );
    }
    let breaking = is.major > was.major || (was.major == 0 && is.minor > was.minor);
    for difference in all {
        match difference {
            Difference::Narrower(what) => {
                book.holds(
                    None,
                    breaking,
                    || format!("since {was}: {what}"),
                    "raise the major version, or keep what tenants use",
                );
            }
            Difference::Wider(what) => book.note(format!("for the reviewer, wider since {was}: {what}")),
            Difference::Other(what) => book.note(format!("since {was}: {what}")),
        }
    }
}
