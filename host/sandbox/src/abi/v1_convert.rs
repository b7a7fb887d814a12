//! Records of the first major into the model's. By moving: no text is copied.

use rollcall_model as model;

use super::Told;
use super::v1::bindings::exports::rollcall::connector::source;
use super::v1::bindings::rollcall::connector::types;
use crate::limits::DETAIL_BYTES;
use crate::log::printable;
use crate::page;

/// Records whose fields have the same names and convert one by one.
macro_rules! convert {
    ($($from:ty => $to:ty { $($field:ident),* $(; $($inner:ident),*)? })*) => {
        $(impl From<$from> for $to {
            fn from(from: $from) -> Self {
                Self {
                    $($field: from.$field,)*
                    $($($inner: convert_field(from.$inner),)*)?
                }
            }
        })*
    };
}

fn convert_field<A, B: From<A>>(from: A) -> B {
    from.into()
}
