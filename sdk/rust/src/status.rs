//! From a provider's word for where somebody stands to ours.

use crate::WorkerStatus;
use crate::date::Date;

/// The words of a provider, in any case.
pub type StatusTable = &'static [(&'static str, WorkerStatus)];

/// The status of this word; `None` where the table does not have it.
pub fn lookup(table: StatusTable, word: &str) -> Option<WorkerStatus> {
    let word = word.trim();
    table.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, status)| *status)
}

/// The status of this word. One that is missing or that the table does not have
/// is logged and becomes `fallback`: choose one that removes nobody.
pub fn lookup_or(table: StatusTable, word: Option<&str>, fallback: WorkerStatus) -> WorkerStatus {
    let Some(word) = word else { return fallback };
    lookup(table, word).unwrap_or_else(|| {
        // A status is a word of the provider's, never a person's data.
        crate::warn!("unknown status `{}` is taken for {}", word.trim(), name(fallback));
        fallback
    })
}

/// What the dates make of a status: who is active and begins later is pending,
/// whose account is inactive and whose last day is past has left. The last day
/// itself still counts as work.
pub fn settle(status: WorkerStatus, start: Option<Date>, end: Option<Date>, today: Date) -> WorkerStatus {
    match status {
        WorkerStatus::Active if start.is_some_and(|start| start > today) => WorkerStatus::Pending,
        WorkerStatus::Inactive if end.is_some_and(|end| end < today) => WorkerStatus::Terminated,
        status => status,
    }
}

/// The status where a provider has nothing but dates.
pub fn of_dates(start: Option<Date>, end: Option<Date>, today: Date) -> WorkerStatus {
    if end.is_some_and(|end| end < today) {
        WorkerStatus::Terminated
    } else if start.is_some_and(|start| start > today) {
        WorkerStatus::Pending
    } else {
        WorkerStatus::Active
    }
}

/// As settings and output spell it.
pub fn name(status: WorkerStatus) -> &'static str {
    match status {
        WorkerStatus::Active => "active",
        WorkerStatus::Pending => "pending",
        WorkerStatus::OnLeave => "on-leave",
        WorkerStatus::Inactive => "inactive",
        WorkerStatus::Terminated => "terminated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};

    const TABLE: StatusTable = &[("active", Active), ("leave", OnLeave), ("inactive", Inactive)];

    #[test]
    fn words_in_any_case() {
        assert_eq!(lookup(TABLE, " LEAVE "), Some(OnLeave));
        assert_eq!(lookup(TABLE, "gone"), None);
        assert_eq!(lookup_or(TABLE, None, Inactive), Inactive);
        assert!(crate::log::take().is_empty());
        assert_eq!(lookup_or(TABLE, Some("gone"), Active), Active);
        assert_eq!(crate::log::take()[0].1, "unknown status `gone` is taken for active");
    }

    #[test]
    fn dates_settle_a_status() {
        let today = Date::parse("2026-01-15").unwrap();
        let day = |text| Date::parse(text);
        let settled = |status, start, end| settle(status, day(start), day(end), today);
        assert_eq!(settled(Active, "2026-01-16", ""), Pending);
        assert_eq!(settled(Active, "2026-01-15", ""), Active);
        assert_eq!(settled(Inactive, "", "2026-01-14"), Terminated);
        assert_eq!(settled(Inactive, "", "2026-01-15"), Inactive);
        assert_eq!(settled(Active, "", "2026-01-14"), Active);
        assert_eq!(settled(OnLeave, "2026-01-16", "2026-01-14"), OnLeave);
        assert_eq!(of_dates(day("2020-01-01"), None, today), Active);
        assert_eq!(of_dates(day("2027-01-01"), None, today), Pending);
        assert_eq!(of_dates(day("2020-01-01"), day("2026-01-14"), today), Terminated);
        assert_eq!(of_dates(None, day("2026-01-15"), today), Active);
    }
}
