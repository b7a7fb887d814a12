//! What a sync can find about one person, and what it does about it.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$case_doc])* #[serde(rename = $word)] $case,)*
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$case,)*];

            /// As output and settings spell it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// Every worker and every account is in exactly one.
    Situation {
        /// Account linked to this source id, still in scope.
        Linked "linked",
        /// In scope, exactly one unlinked account matches by key.
        Unlinked "unlinked",
        /// In scope, nothing matches.
        Unmatched "unmatched",
        /// More than one candidate, or one that is not ours to take.
        Disputed "disputed",
        /// Linked, still in the source, no longer passes the filter.
        OutOfScope "out-of-scope",
        /// Linked, and the source says that the employment has ended.
        Ended "ended",
        /// Linked, and absent from a complete read.
        Missing "missing",
        /// Account without a source.
        Local "local",
    }
}

words! {
    /// What is done about a situation.
    Reaction {
        Create "create",
        /// Link the account that matches, and update it.
        Link "link",
        Update "update",
        /// Update, and give access back.
        Reactivate "reactivate",
        Deactivate "deactivate",
        Remove "remove",
        /// Let go of it: this source no longer adds to the account.
        Unlink "unlink",
        /// Mark it for the admin; while a grace period runs, or for good.
        Flag "flag",
        /// Ask a person.
        Review "review",
        /// Leave as it is, for a reason that the plan states.
        Wait "wait",
        /// Nothing to do.
        Keep "keep",
    }
}

words! {
    /// How an account stands to its source, as an admin is shown it.
    LinkStatus {
        /// Linked by id.
        Synced "synced",
        /// Disabled or ended in the source, or on the way out.
        Terminated "terminated",
        /// No source has this person.
        NonMatching "non-matching",
        /// A person has to decide.
        Review "review",
        /// Kept out by an admin.
        Excluded "excluded",
    }
}

impl Reaction {
    /// Whether it takes access away: what the removal threshold counts.
    pub fn takes_away(self) -> bool {
        matches!(self, Self::Deactivate | Self::Remove)
    }
}
