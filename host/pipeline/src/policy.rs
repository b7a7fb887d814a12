//! Policies: what is done about each situation, as an admin sets it, with the
//! safe defaults of the table C1..C22.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// As written. Each default is the safe one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PoliciesConfig {
    /// C3: falls out of the filter.
    pub on_out_of_scope: LeaveConfig,
    /// C4: gone from the source.
    pub on_source_deleted: LeaveConfig,
    /// C5: disabled or ended in the source.
    pub on_source_inactive: LeaveConfig,
    /// C5: whether an end date that has passed counts as ended.
    pub use_end_date: bool,
    /// C16: `on-appearance`, `on-start-date`.
    pub activate: ActivateConfig,
    /// C16: with `on-start-date`, so many days before.
    pub activate_days_before: u16,
    /// IANA name; whose midnight starts and ends a day.
    pub time_zone: String,
    /// Rule 3: more people than this losing access in one run wait for a person.
    pub hold_removals_over: Threshold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveConfig {
    pub action: LeaveAction,
    /// Days between finding it and doing it. An undo costs nothing until then.
    #[serde(default)]
    pub grace_days: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaveAction {
    Flag,
    Deactivate,
    Remove,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivateConfig {
    OnAppearance,
    OnStartDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// People.
    pub people: u32,
    /// Of the accounts linked before the run. Counts from the third person on,
    /// so that one leaver of a company of five does not wait for an approval.
    pub percent: u8,
}

impl Default for PoliciesConfig {
    fn default() -> Self {
        let deactivate = |grace_days| LeaveConfig { action: LeaveAction::Deactivate, grace_days };
        Self {
            on_out_of_scope: deactivate(7),
            on_source_deleted: deactivate(0),
            on_source_inactive: deactivate(0),
            use_end_date: true,
            activate: ActivateConfig::OnAppearance,
            activate_days_before: 0,
            time_zone: "UTC".to_owned(),
            hold_removals_over: Threshold { people: 50, percent: 10 },
        }
    }
}

/// Compiled, for one run: days are days of that run.
#[derive(Debug, Clone)]
pub struct Policies {
    pub out_of_scope: LeavePolicy,
    pub missing: LeavePolicy,
    pub ended: LeavePolicy,
    pub use_end_date: bool,
    pub activation: Activation,
    pub threshold: Threshold,
    pub(crate) time_zone: TimeZone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeavePolicy {
    pub action: LeaveAction,
    pub grace_days: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    OnAppearance,
    /// So many days before the start date; 0 on the day itself.
    FromStart {
        days_before: u16,
    },
}

fn time_zone(name: &str) -> Option<TimeZone> {
    // The usual one needs no look into the machine's database, which is a walk
    // through all its directories.
    if name == "UTC" { Some(TimeZone::UTC) } else { TimeZone::get(name).ok() }
}

impl Policies {
    pub fn compile(config: &PoliciesConfig, problems: &mut Vec<Problem>) -> Self {
        let time_zone = time_zone(&config.time_zone).unwrap_or_else(|| {
            problems.push(Problem::new(
                "policies.time_zone",
                format!("there is no time zone `{}`", config.time_zone),
                "use an IANA name such as Europe/Berlin",
            ));
            TimeZone::UTC
        });
        let Threshold { people, percent } = config.hold_removals_over;
        if people == 0 {
            problems.push(Problem::new(
                "policies.hold_removals_over.people",
                "0 would hold every leaver",
                "use 1 or more",
            ));
        }
        if !(1..=100).contains(&percent) {
            problems.push(Problem::new(
                "policies.hold_removals_over.percent",
                format!("{percent} is not a share"),
                "use 1 to 100",
            ));
        }
        for (place, leave) in [
            ("policies.on_out_of_scope", config.on_out_of_scope),
            ("policies.on_source_deleted", config.on_source_deleted),
        ] {
            if leave.action == LeaveAction::Remove && leave.grace_days == 0 {
                problems.push(Problem::new(
                    place,
                    "`remove` without `grace_days` leaves no way back",
                    "give it days of grace; people are deactivated meanwhile",
                ));
            }
        }
        if config.on_source_inactive.action == LeaveAction::Remove {
            problems.push(Problem::new(
                "policies.on_source_inactive",
                "`remove` is not for people the source still has",
                "use `flag` or `deactivate`",
            ));
        }
        let leave = |leave: LeaveConfig| LeavePolicy { action: leave.action, grace_days: leave.grace_days };
        Self {
            out_of_scope: leave(config.on_out_of_scope),
            missing: leave(config.on_source_deleted),
            ended: leave(config.on_source_inactive),
            use_end_date: config.use_end_date,
            activation: match config.activate {
                ActivateConfig::OnAppearance => Activation::OnAppearance,
                ActivateConfig::OnStartDate => {
                    Activation::FromStart { days_before: config.activate_days_before }
                }
            },
            threshold: config.hold_removals_over,
            time_zone,
        }
    }

    /// The calendar day of an instant, in the policies' time zone.
    pub fn day(&self, now_ms: i64) -> Date {
        let now = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        now.to_zoned(self.time_zone.clone()).date()
    }

    /// Whether access may begin, for somebody who starts on `start`.
    pub(crate) fn has_begun(&self, start: Option<Date>, today: Date) -> bool {
        match (self.activation, start) {
            (Activation::OnAppearance, _) | (_, None) => true,
            (Activation::FromStart { days_before }, Some(start)) => {
                start.saturating_sub(Span::new().days(i64::from(days_before))) <= today
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(config: &PoliciesConfig) -> (Policies, Vec<String>) {
        let mut problems = Vec::new();
        let policies = Policies::compile(config, &mut problems);
        (policies, problems.into_iter().map(|problem| problem.place).collect())
    }

    #[test]
    fn the_safe_defaults_compile() {
        assert_eq!(compile(&PoliciesConfig::default()).1, Vec::<String>::new());
    }

    #[test]
    fn r115_a_day_begins_at_midnight_of_the_time_zone() {
        let config = PoliciesConfig { time_zone: "Pacific/Auckland".into(), ..PoliciesConfig::default() };
        let (policies, _) = compile(&config);
        // 2026-03-01T12:00Z is past midnight in Auckland.
        assert_eq!(policies.day(1_772_366_400_000).to_string(), "2026-03-02");
    }

    #[test]
    fn c16_access_begins_n_days_before_the_start() {
        let config = PoliciesConfig {
            activate: ActivateConfig::OnStartDate,
            activate_days_before: 2,
            ..PoliciesConfig::default()
        };
        let (policies, _) = compile(&config);
        let start = "2026-03-10".parse().ok();
        let begun = |today: &str| policies.has_begun(start, today.parse().expect("a date"));
        assert!(!begun("2026-03-07"));
        assert!(begun("2026-03-08"));
    }

    #[test]
    fn wrong_policies_name_their_place() {
        let base = PoliciesConfig::default;
        let remove = LeaveConfig { action: LeaveAction::Remove, grace_days: 0 };
        let cases = [
            (PoliciesConfig { time_zone: "Europe/Berin".into(), ..base() }, "policies.time_zone"),
            (
                PoliciesConfig { hold_removals_over: Threshold { people: 0, percent: 5 }, ..base() },
                "policies.hold_removals_over.people",
            ),
            (
                PoliciesConfig { hold_removals_over: Threshold { people: 5, percent: 200 }, ..base() },
                "policies.hold_removals_over.percent",
            ),
            (PoliciesConfig { on_out_of_scope: remove, ..base() }, "policies.on_out_of_scope"),
            (PoliciesConfig { on_source_deleted: remove, ..base() }, "policies.on_source_deleted"),
            (PoliciesConfig { on_source_inactive: remove, ..base() }, "policies.on_source_inactive"),
        ];
        for (config, place) in cases {
            assert_eq!(compile(&config).1, [place]);
        }
    }
}
