//! Who reports to whom, by account. Nobody reports to an account that is gone.

use redb::{ReadableTable, TableDefinition};
use rollcall_model::AccountId;

use crate::{Apply, StoreError, View};

/// Who reports, to their manager.
pub(crate) const MANAGERS: TableDefinition<u64, u64> = TableDefinition::new("managers");

impl Apply<'_> {
    /// None: to nobody.
    pub fn put_manager(&mut self, report: AccountId, manager: Option<AccountId>) {
        self.managers.push((report.0, manager.map(|manager| manager.0)));
    }

    /// Writes the lines, and lets go of those to accounts that are removed: that is
    /// rare, and looks through every line.
    pub(crate) fn settle_managers(&mut self) -> Result<(), StoreError> {
        let mut table = self.tx.open_table(MANAGERS)?;
        // Stable: of two writes to one place the later one comes later.
        self.managers.sort_by_key(|(report, _)| *report);
        for (report, manager) in self.managers.drain(..) {
            match manager {
                Some(manager) => table.insert(report, manager)?,
                None => table.remove(report)?,
            };
        }
        let removed = std::mem::take(&mut self.removed);
        if !removed.is_empty() {
            table.retain(|report, manager| !removed.contains(&report) && !removed.contains(&manager))?;
        }
        Ok(())
    }
}

impl View {
    /// Whom an account reports to.
    pub fn manager(&self, report: AccountId) -> Result<Option<AccountId>, StoreError> {
        Ok(self.managers.get(report.0)?.map(|manager| AccountId(manager.value())))
    }

    /// Who reports to an account.
    pub fn reports(&self, manager: AccountId) -> Result<Vec<AccountId>, StoreError> {
        let mut reports = Vec::new();
        for row in self.managers.iter()? {
            let (report, of) = row?;
            if of.value() == manager.0 {
                reports.push(AccountId(report.value()));
            }
        }
        Ok(reports)
    }

    /// Whether anybody reports to anybody.
    pub fn has_managers(&self) -> Result<bool, StoreError> {
        Ok(self.managers.first()?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rollcall_model::Account;

    use super::*;
    use crate::{MasterKey, Store};

    #[test]
    fn r88_lines_go_with_either_of_the_accounts() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        let [ada, bo, cy, di] = [1, 2, 3, 4].map(AccountId);
        let account = |id| Account::new(id, BTreeMap::new(), None, 1);
        let lead = |apply: &mut Apply<'_>| {
            for id in [ada, bo, cy, di] {
                apply.create_account(&account(id), |_| None)?;
            }
            apply.put_manager(bo, Some(ada));
            apply.put_manager(cy, Some(bo));
            apply.put_manager(di, Some(ada));
            Ok(())
        };
        tenant.apply(lead).expect("applies");
        let lines = || {
            let view = tenant.view().expect("opens");
            [ada, bo, cy, di].map(|id| view.manager(id).expect("reads"))
        };
        assert_eq!(lines(), [None, Some(ada), Some(bo), Some(ada)]);
        assert_eq!(tenant.view().expect("opens").reports(ada).expect("reads"), [bo, di]);
        let nobody = |apply: &mut Apply<'_>| {
            apply.put_manager(di, None);
            Ok(())
        };
        tenant.apply(nobody).expect("applies");
        assert_eq!(lines(), [None, Some(ada), Some(bo), None]);
        tenant.apply(|apply| apply.remove_account(&account(bo))).expect("applies");
        assert_eq!(lines(), [None; 4]);
        assert!(!tenant.view().expect("opens").has_managers().expect("reads"));
    }
}
