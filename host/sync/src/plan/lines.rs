//! Planning reporting lines, after everything that gives or takes accounts.

use std::collections::HashSet;

use rollcall_model::{Account, AccountId, Reaction, SourceId};
use rollcall_pipeline::{Decision, Holder, Reporting, ReportingLine, SourceHash, hash_source, reporting};
use rollcall_store::StoreError;
use sha2::{Digest, Sha256};

use super::Planning;
use crate::batch::Batch;
use crate::lines::ByHash;

/// What of the plan decides who can be whose manager.
#[derive(Default)]
pub(super) struct Decided {
    /// People who get an account: one that there is, or a new one.
    new: ByHash<Option<AccountId>>,
    /// Linked people about whom a person has to decide, or who wait.
    left: HashSet<SourceHash>,
    /// Accounts that are removed, or let go of.
    gone: HashSet<AccountId>,
}

impl Decided {
    pub fn note(&mut self, source: &SourceId, decision: &Decision) {
        match (decision.reaction, decision.account) {
            (Reaction::Create, _) => {
                self.new.insert(hash_source(source), None);
            }
            (Reaction::Link, Some(account)) => {
                self.new.insert(hash_source(source), Some(account));
            }
            (Reaction::Review | Reaction::Wait, _) => {
                self.left.insert(hash_source(source));
            }
            (Reaction::Remove | Reaction::Unlink, Some(account)) => {
                self.gone.insert(account);
            }
            _ => {}
        }
    }

    /// Whoever gets an account, as a holder.
    fn newcomer(&self, hash: SourceHash) -> Option<Holder> {
        Some(self.new.get(&hash)?.map_or(Holder::New(hash), Holder::Account))
    }
}

/// Of all lines, which come in an order of their own.
pub(super) fn hash(lines: &[ReportingLine]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |holder: Option<Holder>| {
        let (kind, id) = match holder {
            None => (0, 0),
            Some(Holder::Account(id)) => (1, u128::from(id.0)),
            Some(Holder::New(source)) => (2, source),
        };
        hash.update([kind]);
        hash.update(id.to_le_bytes());
    };
    for line in lines {
        add(Some(line.report));
        add(line.manager);
    }
    hash.finalize().into()
}

impl Planning<'_> {
    pub(super) fn lines(&self) -> Result<Reporting, StoreError> {
        let reporting = self.reporting(false)?;
        // Of a circle every line counts that was read, also where it is as it was.
        if reporting.circles.is_empty() { Ok(reporting) } else { self.reporting(true) }
    }

    /// `all`: with lines that are as they were.
    fn reporting(&self, all: bool) -> Result<Reporting, StoreError> {
        let mut read = Vec::with_capacity(self.stage.lines.iter().len());
        if !self.stage.pipeline.has_manager() {
            self.without_lines(&mut read)?;
        } else if self.planner.leads() {
            let managers = self.stage.lines.managers().iter();
            let managers =
                managers.map(|id| self.holder(hash_source(id), id)).collect::<Result<Vec<_>, _>>()?;
            for (report, manager) in self.stage.lines.iter() {
                let manager = manager.and_then(|number| *managers.get(number as usize)?);
                if let Some(report) = self.reports(report, manager, all)? {
                    read.push((report, manager));
                }
            }
        }
        if read.is_empty() {
            return Ok(Reporting::default());
        }
        let before = |id| {
            let manager = self.known.view.manager(id);
            self.known.or_none(manager)
        };
        self.known.checked(reporting(read, before))
    }

    /// Somebody who has an account, or gets one.
    fn holder(&self, hash: SourceHash, id: &SourceId) -> Result<Option<Holder>, StoreError> {
        if let Some(new) = self.decided.newcomer(hash) {
            return Ok(Some(new));
        }
        let account = match self.stage.index.account(hash) {
            Some(account) => Some(account),
            None => self.known.view.link(self.integration, id)?.map(|link| link.account),
        };
        Ok(account.filter(|account| !self.decided.gone.contains(account)).map(Holder::Account))
    }

    /// Who has this manager from now on. None: they have nobody else than before,
    /// or are left as they are.
    fn reports(
        &self,
        report: SourceHash,
        manager: Option<Holder>,
        all: bool,
    ) -> Result<Option<Holder>, StoreError> {
        if let Some(new) = self.decided.newcomer(report) {
            return Ok(Some(new));
        }
        let Some(account) = self.stage.index.account(report) else { return Ok(None) };
        let before = self.known.view.manager(account)?.map(Holder::Account);
        let stays = (before == manager && !all)
            || self.decided.left.contains(&report)
            || self.decided.gone.contains(&account)
            || self.known.account(account)?.protected;
        Ok((!stays).then_some(Holder::Account(account)))
    }

    /// The source no longer says who reports to whom.
    fn without_lines(&self, read: &mut Vec<(Holder, Option<Holder>)>) -> Result<(), StoreError> {
        if !self.counts.full || !self.planner.leads() || !self.known.view.has_managers()? {
            return Ok(());
        }
        for account in self.stage.index.accounts() {
            if self.known.view.manager(account)?.is_some() {
                read.push((Holder::Account(account), None));
            }
        }
        Ok(())
    }

    /// Who it is, for a person to read.
    pub(super) fn label(&self, holder: Holder) -> Result<String, StoreError> {
        let hash = match holder {
            Holder::Account(id) => return Ok(Account::label(&self.known.account(id)?)),
            Holder::New(hash) => hash,
        };
        let Some((batch, at)) = self.stage.places.get(&hash) else { return Ok(String::new()) };
        let batch = self.stage.staging.batch::<Batch>(self.stage.run, *batch)?;
        let person = batch.as_ref().and_then(|batch| batch.people.get(*at as usize));
        Ok(person.map(|person| person.label.clone()).unwrap_or_default())
    }
}
