//! What an admin decides: as the model reads it, as the product does, and by
//! chance. A new policy is a field here, a line in each of the two functions,
//! and what it means in the model.

use std::collections::BTreeSet;

use rollcall_model::WorkerStatus;
use rollcall_pipeline::{
    ActivateConfig, ClauseConfig, FilterConfig, GroupSource, GroupingConfig, LeaveConfig, LocalAccounts,
    ManualEdit, MappingLine, Matching, OnLeave, PipelineConfig, PoliciesConfig, Threshold, UnmatchedLocal,
};

use super::calendar::day;
use super::company::{Company, DEPARTMENTS, GROUPS, Human};
use super::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    pub filter: Filter,
    /// C3, C4, C5.
    pub out_of_scope: LeaveConfig,
    pub missing: LeaveConfig,
    pub ended: LeaveConfig,
    pub use_end_date: bool,
    pub on_leave: OnLeave,
    /// C2.
    pub local_accounts: LocalAccounts,
    /// C11.
    pub matching: Matching,
    /// C15.
    pub manual_edit: ManualEdit,
    /// C17.
    pub unmatched_local: UnmatchedLocal,
    /// C8: whether departments are groups.
    pub grouping: bool,
    /// Whether the source says who reports to whom.
    pub managers: bool,
    /// C16: so many days before the start date. None: on appearance.
    pub before_start: Option<u16>,
    /// Hours that clocks are ahead of UTC.
    pub zone: i64,
    /// Rule 3.
    pub threshold: Threshold,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    Everybody,
    Department(&'static str),
    Group(&'static str),
    Either(&'static str, &'static str),
    /// Whoever is not in the department.
    Without(&'static str),
}

/// Where somebody stands on the day of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    Due,
    Waits,
    Ended,
    /// Where that ends access.
    OnLeave,
}

impl Stands {
    pub fn ends(self) -> bool {
        matches!(self, Self::Ended | Self::OnLeave)
    }
}

impl Rules {
    pub fn keeps(&self, company: &Company, human: &Human) -> bool {
        let in_department = |name: &str| human.department.as_deref() == Some(name);
        match self.filter {
            Filter::Everybody => true,
            Filter::Department(name) => in_department(name),
            Filter::Group(group) => company.is_member(&human.id, group),
            Filter::Either(name, group) => in_department(name) || company.is_member(&human.id, group),
            Filter::Without(name) => !in_department(name),
        }
    }

    pub fn stands(&self, human: &Human, now_ms: i64) -> Stands {
        let today = day(now_ms, self.zone);
        let by_status = matches!(human.status, WorkerStatus::Inactive | WorkerStatus::Terminated);
        if by_status || (self.use_end_date && human.end.is_some_and(|end| end < today)) {
            return Stands::Ended;
        }
        if human.status == WorkerStatus::OnLeave && self.on_leave == OnLeave::Deactivate {
            return Stands::OnLeave;
        }
        let Some(before) = self.before_start else { return Stands::Due };
        match human.start {
            Some(start) if start - i64::from(before) > today => Stands::Waits,
            None if human.status == WorkerStatus::Pending => Stands::Waits,
            _ => Stands::Due,
        }
    }

    /// The groups that somebody belongs to, by key.
    pub fn groups(&self, human: &Human) -> BTreeSet<String> {
        let department = human.department.iter().filter(|_| self.grouping);
        department.map(|name| name.to_lowercase()).collect()
    }

    /// As an admin writes it down.
    pub fn config(&self) -> PipelineConfig {
        let department = |name: &str| ClauseConfig {
            attribute: Some("department".to_owned()),
            equals: Some(rollcall_model::Value::Text(name.to_owned())),
            ..ClauseConfig::default()
        };
        // Named, not by id, and not as the provider spells it.
        let group = |name: &str| ClauseConfig { group: Some(name.to_uppercase()), ..ClauseConfig::default() };
        let include = |clause| FilterConfig { include: Some(clause), exclude: None };
        let filter = match self.filter {
            Filter::Everybody => FilterConfig::default(),
            Filter::Department(name) => include(department(name)),
            Filter::Group(name) => include(group(name)),
            Filter::Either(one, other) => {
                let any = Some(vec![department(one), group(other)]);
                include(ClauseConfig { any, ..ClauseConfig::default() })
            }
            Filter::Without(name) => FilterConfig { include: None, exclude: Some(department(name)) },
        };
        let line = |target: &str, source: &str| MappingLine {
            target: target.to_owned(),
            source: Some(source.to_owned()),
            match_rank: (target == "email").then_some(1),
            ..MappingLine::default()
        };
        PipelineConfig {
            filter,
            classes: vec![rollcall_model::Sensitivity::Work],
            mapping: [
                line("email", "work_email"),
                line("given_name", "given_name"),
                line("family_name", "family_name"),
                line("department", "department"),
            ]
            .into_iter()
            .chain(self.managers.then(|| line("manager", "manager_id")))
            .collect(),
            policies: PoliciesConfig {
                on_out_of_scope: self.out_of_scope,
                on_source_deleted: self.missing,
                on_source_inactive: self.ended,
                use_end_date: self.use_end_date,
                on_leave: self.on_leave,
                local_accounts: self.local_accounts,
                matching: self.matching,
                manual_edit: self.manual_edit,
                unmatched_local: self.unmatched_local,
                activate: match self.before_start {
                    None => ActivateConfig::OnAppearance,
                    Some(_) => ActivateConfig::OnStartDate,
                },
                activate_days_before: self.before_start.unwrap_or_default(),
                time_zone: match self.zone {
                    0 => "UTC".to_owned(),
                    // Zones of this kind count the hours behind.
                    ahead => format!("Etc/GMT{:+}", -ahead),
                },
                hold_removals_over: self.threshold,
                ..PoliciesConfig::default()
            },
            grouping: GroupingConfig {
                source: if self.grouping { GroupSource::ByProvider } else { GroupSource::None },
                ..GroupingConfig::default()
            },
            ..PipelineConfig::default()
        }
    }

    /// `dates`: whether they decide about anybody.
    pub fn by_chance(random: &mut Random, dates: bool) -> Self {
        let filter = match random.below(6) {
            0 => Filter::Everybody,
            1 => Filter::Department(random.pick(&DEPARTMENTS)),
            2 => Filter::Group(random.pick(&GROUPS)),
            3 => Filter::Either(random.pick(&DEPARTMENTS), random.pick(&GROUPS)),
            _ => Filter::Without(random.pick(&DEPARTMENTS)),
        };
        let leave = |random: &mut Random, may_remove: bool| {
            let grace_days = random.pick(&[0, 0, 1, 7]);
            match random.below(3) {
                0 => LeaveConfig::flag(),
                1 if may_remove => LeaveConfig::remove(grace_days, random.pick(&[1, 1, 3, 9])),
                _ => LeaveConfig::deactivate(grace_days),
            }
        };
        Self {
            filter,
            out_of_scope: leave(random, true),
            missing: leave(random, true),
            ended: leave(random, false),
            use_end_date: dates && random.percent(70),
            on_leave: random.pick(&[OnLeave::Keep, OnLeave::Deactivate]),
            local_accounts: random.pick(&[
                LocalAccounts::AllowUntilMatched,
                LocalAccounts::AllowUntilMatched,
                LocalAccounts::Allow,
            ]),
            matching: random.pick(&[Matching::Always, Matching::Always, Matching::FirstSync]),
            manual_edit: random.pick(&[
                ManualEdit::Lock,
                ManualEdit::Overwrite,
                ManualEdit::KeepUntilSourceChanges,
            ]),
            unmatched_local: random.pick(&[UnmatchedLocal::Flag, UnmatchedLocal::Ignore]),
            grouping: random.percent(50),
            managers: random.percent(60),
            before_start: (dates && random.percent(50)).then(|| random.pick(&[0, 0, 2])),
            zone: random.pick(&[0, 0, 12, -11]),
            threshold: Threshold {
                people: random.pick(&[1, 1, 2, 5, 50]),
                percent: random.pick(&[10, 10, 40, 100]),
            },
        }
    }
}
