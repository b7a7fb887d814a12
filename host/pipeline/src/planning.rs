//! Planning: one situation and one reaction for each person, with the reason.

use rollcall_model::{
    Account, AccountId, AccountStatus, Attributes, Change, Leaving, Link, Reaction, Situation, Value,
};
use serde::{Deserialize, Serialize};

use crate::mapping::Mapping;
use crate::matching::{Candidates, Claims};
use crate::person::{Person, Standing};
use crate::policy::{LeaveAction, LeavePolicy, Policies};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is done about one person, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub situation: Situation,
    pub reaction: Reaction,
    pub reason: String,
    /// The account that it is done to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    /// Empty for a new account: there, everything is new.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// Where the person stands on the way out, after this.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leaving: Option<Leaving>,
}

impl Decision {
    fn new(situation: Situation, reaction: Reaction, reason: impl Into<String>) -> Self {
        Self { situation, reaction, reason: reason.into(), account: None, changes: Vec::new(), leaving: None }
    }
}

/// A link, and the account behind it.
#[derive(Debug, Clone, Copy)]
pub struct Linked<'a> {
    pub link: &'a Link,
    pub account: &'a Account,
}

/// Decides about one person after the other.
#[derive(Debug)]
pub struct Planner<'a> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) policies: &'a Policies,
    pub(crate) now_ms: i64,
    pub(crate) claims: Claims,
}

impl Planner<'_> {
    /// Somebody in scope whom no account is linked to. `find` gives the accounts
    /// that have this attribute with this folded value.
    pub fn unlinked(
        &mut self,
        person: &Person,
        mut find: impl FnMut(&str, &str) -> Vec<(AccountId, bool)>,
    ) -> Decision {
        let wait = |reason: String| Decision::new(Situation::Unmatched, Reaction::Wait, reason);
        if person.standing == Standing::Ended {
            return wait("not created: the employment has ended at the source".to_owned());
        }
        if let Some(lacking) = &person.lacking {
            return wait(format!("not created: `{lacking}` is empty at the source"));
        }
        if let Err(dispute) = self.claim_keys(person) {
            return dispute;
        }
        let found = person.keys.iter().find_map(|(key, folded)| {
            let accounts = find(key, folded);
            (!accounts.is_empty()).then(|| Candidates { key: key.clone(), accounts })
        });
        match found {
            Some(candidates) => self.matched(&candidates),
            None if person.standing == Standing::Waiting => {
                wait("not created yet: the start date lies ahead".to_owned())
            }
            None => Decision::new(Situation::Unmatched, Reaction::Create, "new in the source"),
        }
    }

    fn claim_keys(&mut self, person: &Person) -> Result<(), Decision> {
        for (key, folded) in &person.keys {
            if let Err(other) = self.claims.claim_key(key, folded, &person.source_id) {
                return Err(Decision::new(
                    Situation::Disputed,
                    Reaction::Review,
                    format!("{other} in the same source has the same `{key}`"),
                ));
            }
        }
        Ok(())
    }

    fn matched(&mut self, candidates: &Candidates) -> Decision {
        let dispute = |reason: String| Decision::new(Situation::Disputed, Reaction::Review, reason);
        let key = &candidates.key;
        match candidates.accounts.as_slice() {
            [(account, true)] => dispute(format!("{account} has the same `{key}` and belongs to a source")),
            [(account, false)] if !self.claims.claim_account(*account) => {
                dispute(format!("{account} has the same `{key}` and is matched by somebody else"))
            }
            [(account, false)] => Decision {
                account: Some(*account),
                ..Decision::new(Situation::Unlinked, Reaction::Link, format!("matches {account} by `{key}`"))
            },
            several => {
                let names: Vec<_> = several.iter().map(|(account, _)| account.to_string()).collect();
                dispute(format!("several accounts have the same `{key}`: {}", names.join(", ")))
            }
        }
    }

    /// Somebody in scope whose account is known. `values` are in the order of
    /// the mapping's targets; `taken` tells whether another account has this
    /// attribute with this folded value.
    pub fn linked(
        &mut self,
        person: &Person,
        values: &[Option<Value>],
        linked: Linked<'_>,
        mut taken: impl FnMut(&str, &str) -> bool,
    ) -> Decision {
        let account = Some(linked.link.account);
        if person.standing == Standing::Ended {
            return self.leave(Situation::Ended, linked);
        }
        if let Some(lacking) = &person.lacking {
            let reason = format!("left as it is: `{lacking}` is empty at the source");
            return Decision { account, ..Decision::new(Situation::Linked, Reaction::Wait, reason) };
        }
        if let Err(dispute) = self.claim_keys(person) {
            return Decision { account, ..dispute };
        }
        let changes = self.changes(&linked.account.attributes, values);
        for (key, folded) in &person.keys {
            if changes.iter().any(|change| change.attribute == *key) && taken(key, folded) {
                let reason = format!("another account has the new `{key}` already");
                return Decision { account, ..Decision::new(Situation::Disputed, Reaction::Review, reason) };
            }
        }
        let back = linked.account.status == AccountStatus::Deactivated;
        let (reaction, reason) = match (back, changes.len()) {
            (true, _) => (Reaction::Reactivate, "is back in the source".to_owned()),
            (false, 0) => (Reaction::Keep, "nothing changed".to_owned()),
            (false, 1) => (Reaction::Update, "1 attribute changed in the source".to_owned()),
            (false, count) => (Reaction::Update, format!("{count} attributes changed in the source")),
        };
        Decision { account, changes, ..Decision::new(Situation::Linked, reaction, reason) }
    }

    /// Somebody whose account is known and who is out of scope, or absent.
    pub fn leave(&self, situation: Situation, linked: Linked<'_>) -> Decision {
        let (policy, why) = match situation {
            Situation::OutOfScope => (self.policies.out_of_scope, "no longer passes the filter"),
            Situation::Missing => (self.policies.missing, "no longer in the source"),
            _ => (self.policies.ended, "the employment has ended at the source"),
        };
        let decision = |reaction, reason: String, leaving| Decision {
            account: Some(linked.link.account),
            leaving: Some(leaving),
            ..Decision::new(situation, reaction, reason)
        };
        let before = linked.link.leaving.clone().filter(|leaving| leaving.situation == situation);
        if let Some(leaving) = before.clone().filter(|leaving| leaving.done) {
            return decision(Reaction::Keep, format!("{why}; done already"), leaving);
        }
        let since_ms = before.as_ref().map_or(self.now_ms, |leaving| leaving.since_ms);
        let leaving = |done| Leaving { situation, since_ms, done };
        let LeavePolicy { action, grace_days } = policy;
        let until = since_ms.saturating_add(i64::from(grace_days) * DAY_MS);
        if action == LeaveAction::Flag {
            return decision(Reaction::Flag, why.to_owned(), leaving(true));
        }
        if until > self.now_ms {
            let reason = format!("{why}; nothing is done before {}", self.policies.day(until));
            let reaction = if before.is_some() { Reaction::Keep } else { Reaction::Flag };
            return decision(reaction, reason, leaving(false));
        }
        let reaction = if action == LeaveAction::Remove { Reaction::Remove } else { Reaction::Deactivate };
        decision(reaction, why.to_owned(), leaving(true))
    }

    /// What a run would change in an account. An attribute that the source no
    /// longer has is emptied; one that the mapping does not name is not ours.
    pub fn changes(&self, before: &Attributes, values: &[Option<Value>]) -> Vec<Change> {
        let each = self.mapping.targets().iter().zip(values).enumerate();
        each.filter(|(at, (target, after))| {
            !self.mapping.keeps(*at, after.as_ref()) && before.get(*target) != after.as_ref()
        })
        .map(|(_, (target, after))| Change {
            attribute: target.clone(),
            before: before.get(target).cloned(),
            after: after.clone(),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{Fingerprint, Owner, WorkerStatus};

    use super::*;
    use crate::config::PipelineConfig;
    use crate::fingerprint::hash_source;
    use crate::groups::GroupMembers;
    use crate::pipeline::{Pipeline, Verdict};
    use crate::policy::{ActivateConfig, LeaveConfig};

    const NOW: i64 = 1_768_464_000_000; // 2026-01-15T08:00:00Z

    fn pipeline(config: &PipelineConfig) -> Pipeline {
        Pipeline::compile(config, &crate::Offer::unknown(), NOW).expect("compiles")
    }

    fn person(pipeline: &Pipeline, change: impl FnOnce(&mut rollcall_model::Worker)) -> Person {
        let mut worker = crate::mapping::tests::worker("s1", WorkerStatus::Active);
        change(&mut worker);
        let hash = hash_source(&worker.id);
        match pipeline.process(worker, hash, &GroupMembers::default(), &mut crate::scope::Tally::default()) {
            Verdict::In(person) => *person,
            Verdict::Out => panic!("is in scope"),
        }
    }

    fn account(status: AccountStatus) -> Account {
        let text = |text: &str| Value::Text(text.into());
        let attributes = [
            ("email", "s1@example.com"),
            ("given_name", "Mara"),
            ("family_name", "Lind"),
            ("display_name", "Mara Lind"),
        ];
        Account {
            id: AccountId(5),
            status,
            attributes: attributes.map(|(name, value)| (name.to_owned(), text(value))).into(),
            owner: Some(Owner { integration: "hr".into(), source_id: "s1".into() }),
            created_ms: 0,
            updated_ms: 0,
        }
    }

    fn link(leaving: Option<Leaving>) -> Link {
        Link { account: AccountId(5), fingerprint: Fingerprint(0), leaving }
    }

    fn unlinked(
        change: impl FnOnce(&mut rollcall_model::Worker),
        found: &[(AccountId, bool)],
    ) -> (Situation, Reaction) {
        let pipeline = pipeline(&PipelineConfig::default());
        let person = person(&pipeline, change);
        let decision = pipeline.planner().unlinked(&person, |key, folded| {
            assert_eq!((key, folded.is_empty()), ("email", false));
            found.to_vec()
        });
        (decision.situation, decision.reaction)
    }

    #[test]
    fn r93_somebody_new_is_matched_by_email_once_or_created() {
        let same = |_: &mut rollcall_model::Worker| {};
        assert_eq!(unlinked(same, &[]), (Situation::Unmatched, Reaction::Create));
        let one = [(AccountId(1), false)];
        assert_eq!(unlinked(same, &one), (Situation::Unlinked, Reaction::Link));
        assert_eq!(unlinked(same, &[(AccountId(1), true)]), (Situation::Disputed, Reaction::Review));
        let two = [(AccountId(1), false), (AccountId(2), false)];
        assert_eq!(unlinked(same, &two), (Situation::Disputed, Reaction::Review));
    }

    #[test]
    fn r105_nobody_is_created_who_left_or_lacks_what_an_account_needs() {
        let waits = (Situation::Unmatched, Reaction::Wait);
        assert_eq!(unlinked(|worker| worker.status = WorkerStatus::Terminated, &[]), waits);
        assert_eq!(unlinked(|worker| worker.contact.work_email = None, &[]), waits);
        assert_eq!(unlinked(|worker| worker.employment.end_date = Some("2026-01-14".into()), &[]), waits);
        let today =
            |worker: &mut rollcall_model::Worker| worker.employment.end_date = Some("2026-01-15".into());
        assert_eq!(unlinked(today, &[]), (Situation::Unmatched, Reaction::Create));
    }

    #[test]
    fn r95_two_people_with_one_email_do_not_become_two_accounts() {
        let pipeline = pipeline(&PipelineConfig::default());
        let mut planner = pipeline.planner();
        let first = person(&pipeline, |_| {});
        let second = person(&pipeline, |worker| {
            worker.id = "s2".into();
            worker.contact.work_email = Some("S1@EXAMPLE.com ".into());
        });
        assert_eq!(planner.unlinked(&first, |_, _| vec![]).reaction, Reaction::Create);
        assert_eq!(planner.unlinked(&second, |_, _| vec![]).reaction, Reaction::Review);
    }

    #[test]
    fn c16_with_on_start_date_a_future_hire_waits() {
        let mut config = PipelineConfig::default();
        let hired = |worker: &mut rollcall_model::Worker| {
            worker.status = WorkerStatus::Pending;
            worker.employment.start_date = Some("2026-02-01".into());
        };
        for (activate, reaction) in
            [(ActivateConfig::OnAppearance, Reaction::Create), (ActivateConfig::OnStartDate, Reaction::Wait)]
        {
            config.policies.activate = activate;
            let pipeline = pipeline(&config);
            let person = person(&pipeline, hired);
            assert_eq!(pipeline.planner().unlinked(&person, |_, _| vec![]).reaction, reaction);
        }
    }

    fn linked(
        change: impl FnOnce(&mut rollcall_model::Worker),
        status: AccountStatus,
        taken: bool,
    ) -> (Situation, Reaction, Vec<Change>) {
        let pipeline = pipeline(&PipelineConfig::default());
        let person = person(&pipeline, change);
        let values = pipeline.values(&person).expect("decodes");
        let (link, account) = (link(None), account(status));
        let known = Linked { link: &link, account: &account };
        let decision = pipeline.planner().linked(&person, &values, known, |_, _| taken);
        (decision.situation, decision.reaction, decision.changes)
    }

    #[test]
    fn r97_a_changed_email_stays_with_the_account_unless_another_has_it() {
        let moved = |worker: &mut rollcall_model::Worker| {
            worker.contact.work_email = Some("mara@example.com".into());
        };
        let (situation, reaction, changes) = linked(moved, AccountStatus::Active, false);
        assert_eq!((situation, reaction), (Situation::Linked, Reaction::Update));
        let text = |text: &str| Some(Value::Text(text.into()));
        let (before, after) = (text("s1@example.com"), text("mara@example.com"));
        assert_eq!(changes, [Change { attribute: "email".into(), before, after }]);
        let (situation, reaction, _) = linked(moved, AccountStatus::Active, true);
        assert_eq!((situation, reaction), (Situation::Disputed, Reaction::Review));
    }

    #[test]
    fn r107_whoever_comes_back_gets_access_back() {
        let same = |_: &mut rollcall_model::Worker| {};
        assert_eq!(linked(same, AccountStatus::Active, false).1, Reaction::Keep);
        assert_eq!(linked(same, AccountStatus::Deactivated, false).1, Reaction::Reactivate);
        let ended = |worker: &mut rollcall_model::Worker| worker.status = WorkerStatus::Inactive;
        let (situation, reaction, _) = linked(ended, AccountStatus::Active, false);
        assert_eq!((situation, reaction), (Situation::Ended, Reaction::Deactivate));
    }

    #[test]
    fn an_attribute_that_is_gone_at_the_source_is_emptied() {
        let pipeline = pipeline(&PipelineConfig::default());
        let planner = pipeline.planner();
        let mut attributes = account(AccountStatus::Active).attributes;
        attributes.insert("locale".into(), Value::Text("de".into()));
        attributes.insert("shoe_size".into(), Value::Text("43".into()));
        let values = pipeline.values(&person(&pipeline, |_| {})).expect("decodes");
        let changes = planner.changes(&attributes, &values);
        let names: Vec<_> = changes.iter().map(|change| (change.attribute.as_str(), &change.after)).collect();
        assert_eq!(names, [("locale", &None)]);
    }

    #[test]
    fn r80_a_line_that_skips_what_is_empty_leaves_the_account_what_it_has() {
        let line = |target: &str, expression: &str| crate::MappingLine {
            target: target.into(),
            expression: Some(expression.into()),
            ..crate::MappingLine::default()
        };
        let mapping = vec![
            line("email", "work_email"),
            line("given_name", "given_name"),
            line("family_name", "family_name"),
            line("locale", "skipIfEmpty(locale)"),
        ];
        let pipeline = pipeline(&PipelineConfig { mapping, ..PipelineConfig::default() });
        let mut attributes = account(AccountStatus::Active).attributes;
        attributes.insert("locale".into(), Value::Text("de".into()));
        let changes = |locale: Option<&str>| {
            let person = person(&pipeline, |worker| worker.contact.locale = locale.map(str::to_owned));
            pipeline.planner().changes(&attributes, &pipeline.values(&person).expect("decodes"))
        };
        assert_eq!(changes(None), []);
        assert_eq!(changes(Some("fr")).len(), 1);
    }

    fn leave(policy: LeaveConfig, leaving: Option<Leaving>) -> (Reaction, Option<Leaving>) {
        let mut config = PipelineConfig::default();
        config.policies.on_out_of_scope = policy;
        let pipeline = pipeline(&config);
        let (link, account) = (link(leaving), account(AccountStatus::Active));
        let known = Linked { link: &link, account: &account };
        let decision = pipeline.planner().leave(Situation::OutOfScope, known);
        assert_eq!(decision.account, Some(AccountId(5)));
        (decision.reaction, decision.leaving)
    }

    #[test]
    fn c3_each_way_out_of_scope_is_taken_once_and_after_its_grace() {
        let since = |days_ago: i64, done| {
            Some(Leaving { situation: Situation::OutOfScope, since_ms: NOW - days_ago * DAY_MS, done })
        };
        let policy = |action, grace_days| LeaveConfig { action, grace_days };
        use LeaveAction::{Deactivate, Flag, Remove};
        let cases = [
            (policy(Flag, 0), None, Reaction::Flag, since(0, true)),
            (policy(Flag, 0), since(1, true), Reaction::Keep, since(1, true)),
            (policy(Deactivate, 0), None, Reaction::Deactivate, since(0, true)),
            (policy(Deactivate, 0), since(3, true), Reaction::Keep, since(3, true)),
            (policy(Deactivate, 7), None, Reaction::Flag, since(0, false)),
            (policy(Deactivate, 7), since(6, false), Reaction::Keep, since(6, false)),
            (policy(Deactivate, 7), since(7, false), Reaction::Deactivate, since(7, true)),
            (policy(Remove, 30), since(29, false), Reaction::Keep, since(29, false)),
            (policy(Remove, 30), since(30, false), Reaction::Remove, since(30, true)),
        ];
        for (policy, before, reaction, after) in cases {
            assert_eq!(leave(policy, before.clone()), (reaction, after), "{policy:?} {before:?}");
        }
    }

    #[test]
    fn grace_begins_anew_for_another_reason() {
        let missing = Leaving { situation: Situation::Missing, since_ms: NOW - 30 * DAY_MS, done: true };
        let policy = LeaveConfig { action: LeaveAction::Deactivate, grace_days: 7 };
        let (reaction, leaving) = leave(policy, Some(missing));
        assert_eq!(reaction, Reaction::Flag);
        assert_eq!(leaving.map(|leaving| leaving.since_ms), Some(NOW));
    }
}
