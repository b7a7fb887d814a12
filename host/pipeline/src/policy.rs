//! Policies: what is done about each situation, as an admin sets it, with the
//! safe defaults of the table C1..C22.

mod compile;
mod leave;
mod schedule;

pub use compile::{Activation, Policies};
pub use leave::{LeaveAction, LeaveConfig};
pub use schedule::Schedule;

use serde::{Deserialize, Serialize};

/// As written. Each default is the safe one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PoliciesConfig {
    /// C1: how this source gets along with others of the tenant.
    pub sources: Sources,
    /// C2: accounts made by hand beside the source.
    pub local_accounts: LocalAccounts,
    /// C3: falls out of the filter.
    pub on_out_of_scope: LeaveConfig,
    /// C4: gone from the source.
    pub on_source_deleted: LeaveConfig,
    /// C5: disabled or ended in the source.
    pub on_source_inactive: LeaveConfig,
    /// C5: whether an end date that has passed counts as ended.
    pub use_end_date: bool,
    /// Whether somebody on leave keeps access.
    pub on_leave: OnLeave,
    /// C6: what `rollcall disconnect` proposes. It asks every time.
    pub on_disconnect: OnDisconnect,
    /// C10.
    pub schedule: Schedule,
    /// C11: when the keys of the mapping are tried; the source's id always is.
    pub matching: Matching,
    /// C11: what makes no difference between two values of a key.
    pub match_ignores: Ignores,
    /// C14: a credential that is allowed more than the connector uses.
    pub wide_credential: WideCredential,
    /// C15: editing by hand what the source governs.
    pub manual_edit: ManualEdit,
    /// C16.
    pub activate: ActivateConfig,
    /// C16: with `on-start-date`, so many days before.
    pub activate_days_before: u16,
    /// C17: accounts that no source has.
    pub unmatched_local: UnmatchedLocal,
    /// C17: for `adopt-by-rule`, the attributes that all have to be the same.
    /// Each rule is tried in turn, after the keys.
    pub adopt_rules: Vec<Vec<String>>,
    /// C20: a connector reads.
    pub write_back: WriteBack,
    /// C21: how often a tenant connects one provider.
    pub organisation: Organisation,
    /// C22: which way people come.
    pub inbound: Inbound,
    /// IANA name; whose midnight starts and ends a day.
    pub time_zone: String,
    /// Rule 3: more people than this losing access in one run wait for a person.
    pub hold_removals_over: Threshold,
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$case_doc])* $case,)* }
    };
}

choice!(
    /// C1.
    Sources {
        /// No other source beside this one.
        Single,
        /// Each account belongs to one source; whoever is in two is reported.
        Disjoint,
        /// Several sources complete one account, attribute by attribute.
        Merged,
    }
);
choice!(
    /// C2.
    LocalAccounts {
        /// None are made while this source is connected.
        Forbid,
        /// They stay local, whoever comes from the source.
        Allow,
        /// The source takes over whom it brings.
        AllowUntilMatched,
    }
);
choice!(OnLeave { Keep, Deactivate });
choice!(
    /// C6.
    OnDisconnect {
        /// Accounts stay as they are, and are nobody's.
        Keep,
        Deactivate,
        /// Deactivated at once, removed after the days that C4 has for it.
        Remove,
    }
);
choice!(
    /// C11.
    Matching {
        /// Until everything was read once; the id after that.
        FirstSync,
        Always,
    }
);
choice!(
    /// C11.
    Ignores { Case, CaseAndAccents }
);
choice!(
    /// C14.
    WideCredential {
        /// Noted in the plan and in the audit.
        Warn,
        /// Nothing is applied that was read with it.
        Refuse,
    }
);
choice!(
    /// C15.
    ManualEdit {
        /// Refused, with the source named.
        Lock,
        /// Until the next sync.
        Overwrite,
        KeepUntilSourceChanges,
    }
);
choice!(
    /// C16.
    ActivateConfig {
        /// On appearance from identity providers, which create people when they
        /// may sign in; on the start date from everything else.
        ByProvider,
        OnAppearance,
        OnStartDate,
    }
);
choice!(
    /// C17.
    UnmatchedLocal {
        /// Shown as non-matching, and left as they are.
        Flag,
        AdoptByRule,
        Ignore,
    }
);
choice!(
    /// C20. There is nothing else: connectors have no way to write.
    WriteBack { None }
);
choice!(
    /// C21.
    Organisation {
        /// Each provider once.
        One,
        /// Several directories or subsidiaries, each with a connection of its own.
        Several,
    }
);
choice!(
    /// C22.
    Inbound { Pull, Push, Either }
);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// People.
    pub people: u32,
    /// Of the accounts linked before the run. Counts from the third person on,
    /// so that one leaver of a company of five does not wait for an approval.
    pub percent: u8,
}

/// Days between taking access away and removing an account, where nothing else
/// is said.
pub const REMOVE_AFTER_DAYS: u16 = 30;

impl Default for PoliciesConfig {
    fn default() -> Self {
        Self {
            sources: Sources::Single,
            local_accounts: LocalAccounts::AllowUntilMatched,
            on_out_of_scope: LeaveConfig::deactivate(7),
            on_source_deleted: LeaveConfig::remove(0, REMOVE_AFTER_DAYS),
            on_source_inactive: LeaveConfig::deactivate(0),
            use_end_date: true,
            on_leave: OnLeave::Keep,
            on_disconnect: OnDisconnect::Keep,
            schedule: Schedule::default(),
            matching: Matching::Always,
            match_ignores: Ignores::Case,
            wide_credential: WideCredential::Warn,
            manual_edit: ManualEdit::Lock,
            activate: ActivateConfig::ByProvider,
            activate_days_before: 0,
            unmatched_local: UnmatchedLocal::Flag,
            adopt_rules: Vec::new(),
            write_back: WriteBack::None,
            organisation: Organisation::One,
            inbound: Inbound::Either,
            time_zone: "UTC".to_owned(),
            hold_removals_over: Threshold { people: 50, percent: 10 },
        }
    }
}
