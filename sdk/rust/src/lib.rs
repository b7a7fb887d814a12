//! Write a Rollcall connector in Rust.
//!
//! A connector implements [`Connector`] and says `rollcall_sdk::export!(Mine);`.
//! It sees the contract's records under their own names, sends requests through
//! [`Context`], reads answers into types of [`json`], and is tested natively
//! with [`testing`]. `README.md` has a whole one.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod answer;
mod asked;
#[doc(hidden)]
pub mod bindings;
pub mod call;
mod connector;
pub mod context;
#[cfg(feature = "countries")]
pub mod country;
pub mod cursor;
pub mod date;
pub mod fault;
mod field;
pub mod files;
#[doc(hidden)]
#[cfg(target_arch = "wasm32")]
pub mod guest;
pub mod json;
pub mod log;
pub mod paging;
mod percent;
mod record;
pub mod setting;
mod since;
pub mod status;
#[cfg(not(target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
pub mod testing;
mod walk;
#[cfg(feature = "xml")]
pub mod xml;

pub use answer::Answer;
pub use asked::Asked;
pub use bindings::rollcall::connector::files::{FileError, FileInfo};
pub use bindings::rollcall::connector::http::{FetchError, Method, Request, Response, Target};
pub use bindings::rollcall::connector::log::Level;
pub use bindings::rollcall::connector::types::{
    AccountInfo, Address, AttributeDefinition, AttributeKind, Contact, CustomAttribute, Employment, Failure,
    Group, GroupKind, GroupPage, Member, Membership, MembershipPage, Mode, Name, Nesting, Organization, Run,
    SettingError, Unit, Value, Worker, WorkerPage, WorkerStatus,
};
pub use call::Call;
pub use connector::{Connector, FileConnector, Result};
pub use context::Context;
pub use cursor::Cursor;
pub use files::Files;
pub use percent::{query_parameter, segment};
pub use record::joined;
pub use since::Since;
pub use walk::GroupWalk;

/// What most connectors need: `use rollcall_sdk::prelude::*;`.
pub mod prelude {
    pub use serde::{Deserialize, Serialize};

    pub use crate::cursor::Shape;
    pub use crate::date::{Date, Instant, date, instant};
    pub use crate::json::{Fields, Flag, Leaves, List, Number, OneOrMany, Scalar, Text};
    pub use crate::paging::{Lists, Offset, PageNumber, Token, Turn};
    pub use crate::status::{self, StatusTable};
    pub use crate::{
        AccountInfo, Address, Answer, Asked, AttributeDefinition, AttributeKind, Call, Connector, Contact,
        Context, Cursor, CustomAttribute, Employment, Failure, FileConnector, Files, Group, GroupKind,
        GroupPage, GroupWalk, Membership, MembershipPage, Name, Organization, Result, Since, Unit, Value,
        Worker, WorkerPage, WorkerStatus, info, joined, segment, warn,
    };
}

/// Makes a connector the component's own: `export!(Mine)` of a [`Connector`],
/// `export!(Mine: files)` of a [`FileConnector`]. Once, at the crate's root;
/// nothing is exported on other targets, so that its tests run natively.
#[macro_export]
macro_rules! export {
    ($connector:ty) => {
        $crate::export!($connector, hosts);
    };
    ($connector:ty: files) => {
        $crate::export!($connector, files);
    };
    ($connector:ty, $world:ident) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::bindings::exports::rollcall::connector::source;
            use $crate::guest::$world as guest;

            struct Component;

            impl source::Guest for Component {
                fn check(run: $crate::Run) -> $crate::Result<$crate::AccountInfo> {
                    guest::check::<$connector>(run)
                }

                fn discover(run: $crate::Run) -> $crate::Result<Vec<$crate::AttributeDefinition>> {
                    guest::discover::<$connector>(run)
                }

                fn pull_groups(
                    run: $crate::Run,
                    cursor: Option<Vec<u8>>,
                ) -> $crate::Result<$crate::GroupPage> {
                    guest::groups::<$connector>(run, cursor)
                }

                fn pull_memberships(
                    run: $crate::Run,
                    cursor: Option<Vec<u8>>,
                ) -> $crate::Result<$crate::MembershipPage> {
                    guest::memberships::<$connector>(run, cursor)
                }

                fn pull_workers(
                    run: $crate::Run,
                    cursor: Option<Vec<u8>>,
                ) -> $crate::Result<$crate::WorkerPage> {
                    guest::workers::<$connector>(run, cursor)
                }
            }

    $crate::bindings::export_guest!(Component with_types_in $crate::bindings);
        };
    };
}

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
