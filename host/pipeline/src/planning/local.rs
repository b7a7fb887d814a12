//! Accounts that no source has (R98, C2, C17).

use rollcall_model::{AccountId, Reaction, Situation};

use super::{Decision, Planner};
use crate::policy::{LocalAccounts, UnmatchedLocal};

impl Planner<'_> {
    /// After a complete read of everybody. `flagged`: it is shown as non-matching
    /// already. None: nothing is to be said about it.
    pub fn local(&self, account: AccountId, flagged: bool) -> Option<Decision> {
        if self.policies.unmatched_local == UnmatchedLocal::Ignore || self.claims.has_account(account) {
            return None;
        }
        let reason = match self.policies.local_accounts {
            LocalAccounts::Forbid => "no source has this person, and local accounts are not allowed",
            LocalAccounts::Allow | LocalAccounts::AllowUntilMatched => "no source has this person",
        };
        let reaction = if flagged { Reaction::Keep } else { Reaction::Flag };
        Some(Decision::new(Situation::Local, reaction, reason).of(account))
    }

    /// Whether somebody new is the same person as an account that another of
    /// this plan has taken over: that one is no longer theirs to lose.
    pub fn is_taken_over(&self, account: AccountId) -> bool {
        self.claims.has_account(account)
    }
}
