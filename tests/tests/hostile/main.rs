//! Guests that mean harm: what is refused before it runs, what is stopped while
//! it runs, and that a neighbour's sync at the same time notices nothing. A file
//! for each kind of crime; README.md says where each line of the list is tested.
//! The guests are files in `../hostile/`.

mod beside;
mod cpu;
mod data;
mod egress;
mod host;
mod host_calls;
mod isolation;
mod languages;
mod lifecycle;
mod load;
mod memory;
mod program;
mod stack;

/// How a guest of the list ends.
#[derive(Clone, Copy)]
enum End {
    /// With this failure, by code, blame and a part of what is told.
    Fails(&'static str, &'static str, &'static str),
    /// In peace, with so many people: it harmed nobody but itself.
    Comes(u64),
}

use End::{Comes, Fails};

/// A guest of `../hostile/` and its end.
struct Guest {
    name: String,
    end: End,
}

/// One test for each guest, by the shipped program; and one for all of them,
/// while a neighbour of the same process syncs.
macro_rules! guests {
    ($($name:ident: $end:expr;)*) => {
        $(
            #[test]
            fn $name() {
                crate::program::check(&crate::Guest { name: stringify!($name).replace('_', "-"), end: $end });
            }
        )*

        #[test]
        fn a_neighbour_notices_nothing() {
            crate::beside::check(&[
                $(crate::Guest { name: stringify!($name).replace('_', "-"), end: $end },)*
            ]);
        }
    };
}

use guests;
