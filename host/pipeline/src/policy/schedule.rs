//! When a sync is due (C10). `rollcall sync` runs whenever it is called; who
//! calls it asks here.

use croner::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Hours between two syncs, at most: a month.
pub const MAX_EVERY_HOURS: u16 = 31 * 24;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// When somebody asks for it.
    Manual,
    EveryHours(u16),
    /// Minute, hour, day of the month, month, day of the week.
    Cron(String),
    /// When the source says that something changed.
    Event,
}

impl Default for Schedule {
    fn default() -> Self {
        Self::EveryHours(24)
    }
}

impl Schedule {
    pub(super) fn check(&self, problems: &mut Vec<Problem>) {
        let place = "policies.schedule";
        match self {
            Self::EveryHours(hours) if !(1..=MAX_EVERY_HOURS).contains(hours) => {
                let remedy = format!("use 1 to {MAX_EVERY_HOURS}");
                problems.push(Problem::new(place, format!("every {hours} hours is not possible"), remedy));
            }
            Self::Cron(pattern) => {
                if let Err(error) = pattern.parse::<Cron>() {
                    let why = format!("`{pattern}` is not a cron pattern: {error}");
                    problems.push(Problem::new(place, why, "write five fields, such as \"30 3 * * 1-5\""));
                }
            }
            _ => {}
        }
    }

    /// When the next sync is due, after one that began at `last_ms`. None: not by
    /// the clock.
    pub fn next_ms(&self, last_ms: i64, time_zone: &TimeZone) -> Option<i64> {
        match self {
            Self::Manual | Self::Event => None,
            Self::EveryHours(hours) => Some(last_ms.saturating_add(i64::from(*hours) * 60 * 60 * 1000)),
            Self::Cron(pattern) => {
                let last = Timestamp::from_millisecond(last_ms).ok()?.to_zoned(time_zone.clone());
                let next = pattern.parse::<Cron>().ok()?.find_next_occurrence(&last, false).ok()?;
                Some(next.timestamp().as_millisecond())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRIDAY: &str = "2026-03-27T08:00:00Z";

    fn next(schedule: &Schedule, zone: &str) -> Option<String> {
        let last: Timestamp = FRIDAY.parse().expect("an instant");
        let zone = TimeZone::get(zone).expect("a zone");
        let next = schedule.next_ms(last.as_millisecond(), &zone)?;
        Some(Timestamp::from_millisecond(next).expect("an instant").to_string())
    }

    #[test]
    fn c10_a_sync_is_due_by_hand_by_the_hour_by_pattern_or_on_events() {
        assert_eq!(next(&Schedule::Manual, "UTC"), None);
        assert_eq!(next(&Schedule::Event, "UTC"), None);
        assert_eq!(next(&Schedule::default(), "UTC").as_deref(), Some("2026-03-28T08:00:00Z"));
        let weekdays = Schedule::Cron("30 3 * * 1-5".into());
        assert_eq!(next(&weekdays, "UTC").as_deref(), Some("2026-03-30T03:30:00Z"));
        // The clocks of Berlin go forward in between.
        assert_eq!(next(&weekdays, "Europe/Berlin").as_deref(), Some("2026-03-30T01:30:00Z"));
    }

    #[test]
    fn c10_a_schedule_that_is_none_is_refused() {
        let places = |schedule: Schedule| {
            let mut problems = Vec::new();
            schedule.check(&mut problems);
            problems.len()
        };
        assert_eq!(places(Schedule::EveryHours(MAX_EVERY_HOURS)), 0);
        assert_eq!(places(Schedule::EveryHours(MAX_EVERY_HOURS + 1)), 1);
        assert_eq!(places(Schedule::EveryHours(0)), 1);
        assert_eq!(places(Schedule::Cron("every day".into())), 1);
        assert_eq!(places(Schedule::Cron("0 3 * * *".into())), 0);
    }
}
