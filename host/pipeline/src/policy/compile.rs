//! From policies as an admin wrote them to those of one run.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::{
    ActivateConfig, LeaveAction, LeaveConfig, LocalAccounts, ManualEdit, Matching, OnLeave, PoliciesConfig,
    Schedule, Sources, Threshold, UnmatchedLocal,
};
use crate::matching::Fold;
use crate::problem::Problem;

/// Rules by which local accounts are adopted, at most.
pub const MAX_ADOPT_RULES: usize = 8;

/// Compiled, for one run: days are days of that run.
#[derive(Debug, Clone)]
pub struct Policies {
    pub sources: Sources,
    pub local_accounts: LocalAccounts,
    pub out_of_scope: LeaveConfig,
    pub missing: LeaveConfig,
    pub ended: LeaveConfig,
    pub use_end_date: bool,
    pub on_leave: OnLeave,
    pub matching: Matching,
    pub fold: Fold,
    pub manual_edit: ManualEdit,
    pub activation: Activation,
    pub unmatched_local: UnmatchedLocal,
    /// Empty unless local accounts are adopted by rule.
    pub adopt_rules: Vec<Vec<String>>,
    pub threshold: Threshold,
    schedule: Schedule,
    pub(crate) time_zone: TimeZone,
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
    /// `is_directory`: the source is an identity provider's.
    pub fn compile(config: &PoliciesConfig, is_directory: bool, problems: &mut Vec<Problem>) -> Self {
        let time_zone = time_zone(&config.time_zone).unwrap_or_else(|| {
            problems.push(Problem::new(
                "policies.time_zone",
                format!("there is no time zone `{}`", config.time_zone),
                "use an IANA name such as Europe/Berlin",
            ));
            TimeZone::UTC
        });
        check_threshold(config.hold_removals_over, problems);
        config.on_out_of_scope.check("policies.on_out_of_scope", problems);
        config.on_source_deleted.check("policies.on_source_deleted", problems);
        config.on_source_inactive.check("policies.on_source_inactive", problems);
        config.schedule.check(problems);
        check_adoption(config, problems);
        if config.on_source_inactive.action == LeaveAction::Remove {
            problems.push(Problem::new(
                "policies.on_source_inactive",
                "`remove` is not for people the source still has",
                "use `flag` or `deactivate`",
            ));
        }
        let activation = activation(config, is_directory, problems);
        Self {
            sources: config.sources,
            local_accounts: config.local_accounts,
            out_of_scope: config.on_out_of_scope,
            missing: config.on_source_deleted,
            ended: config.on_source_inactive,
            use_end_date: config.use_end_date,
            on_leave: config.on_leave,
            matching: config.matching,
            fold: Fold::ignoring(config.match_ignores),
            manual_edit: config.manual_edit,
            activation,
            unmatched_local: config.unmatched_local,
            adopt_rules: config.adopt_rules.clone(),
            threshold: config.hold_removals_over,
            schedule: config.schedule.clone(),
            time_zone,
        }
    }

    /// The calendar day of an instant, in the policies' time zone.
    pub fn day(&self, now_ms: i64) -> Date {
        let now = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        now.to_zoned(self.time_zone.clone()).date()
    }

    /// When the next sync is due, after one at `last_ms`. None: not by the clock.
    pub fn next_sync_ms(&self, last_ms: i64) -> Option<i64> {
        self.schedule.next_ms(last_ms, &self.time_zone)
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

fn check_threshold(Threshold { people, percent }: Threshold, problems: &mut Vec<Problem>) {
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
}

fn check_adoption(config: &PoliciesConfig, problems: &mut Vec<Problem>) {
    let place = "policies.adopt_rules";
    let adopts = config.unmatched_local == UnmatchedLocal::AdoptByRule;
    let rules = &config.adopt_rules;
    let wrong = match (adopts, rules.is_empty()) {
        (true, true) => Some(("`adopt-by-rule` has no rule", "add one: [[\"given_name\", \"family_name\"]]")),
        (false, false) => Some((
            "nobody is adopted unless `unmatched_local` is `adopt-by-rule`",
            "set that, or leave the rules out",
        )),
        _ if rules.len() > MAX_ADOPT_RULES => Some(("there are too many rules", "8 is the most")),
        _ if rules.iter().any(Vec::is_empty) => Some((
            "a rule without attributes would adopt anybody",
            "name the attributes that have to be the same",
        )),
        _ if adopts && config.local_accounts == LocalAccounts::Allow => Some((
            "`local_accounts = \"allow\"` leaves local accounts alone",
            "use `allow-until-matched`, or leave the rules out",
        )),
        _ => None,
    };
    if let Some((why, remedy)) = wrong {
        problems.push(Problem::new(place, why, remedy));
    }
}

fn activation(config: &PoliciesConfig, is_directory: bool, problems: &mut Vec<Problem>) -> Activation {
    let days_before = config.activate_days_before;
    let activation = match config.activate {
        ActivateConfig::OnAppearance => Activation::OnAppearance,
        ActivateConfig::ByProvider if is_directory => Activation::OnAppearance,
        ActivateConfig::OnStartDate | ActivateConfig::ByProvider => Activation::FromStart { days_before },
    };
    if activation == Activation::OnAppearance && days_before > 0 {
        problems.push(Problem::new(
            "policies.activate_days_before",
            "access begins on appearance, whatever the start date is",
            "set `activate = \"on-start-date\"`, or leave it out",
        ));
    }
    activation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(config: &PoliciesConfig) -> (Policies, Vec<String>) {
        let mut problems = Vec::new();
        let policies = Policies::compile(config, false, &mut problems);
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
    fn c16_access_begins_by_provider() {
        let of = |is_directory| {
            Policies::compile(&PoliciesConfig::default(), is_directory, &mut Vec::new()).activation
        };
        assert_eq!(of(true), Activation::OnAppearance);
        assert_eq!(of(false), Activation::FromStart { days_before: 0 });
    }

    #[test]
    fn wrong_policies_name_their_place() {
        let base = PoliciesConfig::default;
        let adopt = |rules: &[&[&str]]| PoliciesConfig {
            unmatched_local: UnmatchedLocal::AdoptByRule,
            adopt_rules: rules.iter().map(|rule| rule.iter().map(|&name| name.into()).collect()).collect(),
            ..base()
        };
        let threshold =
            |people, percent| PoliciesConfig { hold_removals_over: Threshold { people, percent }, ..base() };
        let deleted = |on_source_deleted| PoliciesConfig { on_source_deleted, ..base() };
        let days = |days| LeaveConfig { remove_after_days: days, ..LeaveConfig::deactivate(0) };
        let name: &[&str] = &["given_name"];
        let cases = [
            (PoliciesConfig { time_zone: "Europe/Berin".into(), ..base() }, "policies.time_zone"),
            (threshold(0, 5), "policies.hold_removals_over.people"),
            (threshold(5, 0), "policies.hold_removals_over.percent"),
            (threshold(5, 200), "policies.hold_removals_over.percent"),
            (deleted(LeaveConfig::remove(3, 0)), "policies.on_source_deleted"),
            (deleted(days(Some(3))), "policies.on_source_deleted"),
            (
                deleted(LeaveConfig { action: LeaveAction::Remove, ..days(None) }),
                "policies.on_source_deleted",
            ),
            (deleted(LeaveConfig { grace_days: 3, ..LeaveConfig::flag() }), "policies.on_source_deleted"),
            (
                PoliciesConfig { on_out_of_scope: LeaveConfig::remove(0, 0), ..base() },
                "policies.on_out_of_scope",
            ),
            (
                PoliciesConfig { on_source_inactive: LeaveConfig::remove(0, 3), ..base() },
                "policies.on_source_inactive",
            ),
            (
                PoliciesConfig { activate: ActivateConfig::OnAppearance, activate_days_before: 3, ..base() },
                "policies.activate_days_before",
            ),
            (adopt(&[]), "policies.adopt_rules"),
            (adopt(&[&[]]), "policies.adopt_rules"),
            (adopt(&[name; MAX_ADOPT_RULES + 1]), "policies.adopt_rules"),
            (
                PoliciesConfig { unmatched_local: UnmatchedLocal::Flag, ..adopt(&[name]) },
                "policies.adopt_rules",
            ),
            (
                PoliciesConfig { local_accounts: LocalAccounts::Allow, ..adopt(&[name]) },
                "policies.adopt_rules",
            ),
        ];
        for (config, place) in cases {
            assert_eq!(compile(&config).1, [place], "{config:?}");
        }
        assert_eq!(compile(&adopt(&[name; MAX_ADOPT_RULES])).1, Vec::<String>::new());
    }
}
