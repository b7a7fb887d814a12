//! That the product's store says what the model says, and agrees with itself.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{AccountId, AccountStatus, Event, RunState, Value};

use super::model::{Link, Subject, fold};
use super::world::World;

impl World<'_> {
    pub fn check(&mut self) {
        self.links();
        self.accounts();
        self.managers();
        self.groups();
        self.keys();
        self.events();
        self.run_is_over();
        self.store.verify_audit().expect("the audit's chain holds");
    }

    /// One link a person, one person an account, and each as the model has it.
    fn links(&mut self) {
        let mut found = BTreeMap::new();
        let collect = |source: rollcall_model::SourceId, link| {
            found.insert(source.0, link);
            Ok(())
        };
        self.tenant.each_link(&"people".into(), collect).expect("reads");
        let people: Vec<_> = found.keys().collect();
        assert_eq!(people, self.model.links.keys().collect::<Vec<_>>(), "people who are linked");
        let accounts: BTreeSet<_> = found.values().map(|link| link.account).collect();
        assert_eq!(accounts.len(), found.len(), "two people share an account");
        assert_eq!(self.tenant.count_links(&"people".into()).expect("reads"), found.len() as u64);
        let mut open = Vec::new();
        for ((source, real), (_, link)) in found.iter().zip(&self.model.links) {
            let Link { account, leaving, confirmed, .. } = link;
            let name = *self.names.entry(*account).or_insert(real.account);
            assert_eq!(name, real.account, "{source} has another account than before");
            assert_eq!(real.leaving, *leaving, "{source} on the way out");
            assert_eq!(real.confirmed, *confirmed, "{source} by the word of an admin");
            open.extend(leaving.as_ref().filter(|leaving| !leaving.done).map(|_| source.as_str().into()));
        }
        assert_eq!(self.tenant.leaving(&"people".into()).expect("reads"), open);
    }

    fn accounts(&mut self) {
        let mut found = BTreeMap::new();
        let collect = |account: rollcall_model::Account| {
            found.insert(account.id, account);
            Ok(())
        };
        self.tenant.each_account(collect).expect("reads");
        assert_eq!(found.len(), self.model.accounts.len(), "accounts");
        for (number, account) in &self.model.accounts {
            let real = found.get(&self.names[number]).expect("the account is there");
            let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_text()?.to_owned()));
            let values: BTreeMap<_, _> = real.attributes.iter().filter_map(text).collect();
            let expected: BTreeMap<_, _> =
                account.values.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
            assert_eq!(values, expected, "{}", real.id);
            assert_eq!(real.status == AccountStatus::Active, account.active, "{} is active", real.id);
            let owner = real.owner.as_ref().map(|owner| owner.source_id.0.clone());
            assert_eq!(owner, account.owner, "whose {} is", real.id);
            let flags = (real.protected, real.non_matching);
            assert_eq!(flags, (account.protected, account.non_matching), "flags of {}", real.id);
            let groups = real.groups.get(&"people".into()).cloned().unwrap_or_default();
            assert_eq!(groups, account.groups, "groups of {}", real.id);
            self.emails.extend(account.values.get("email").map(|email| fold(email)));
        }
    }

    /// Whom each account reports to; and every line comes to an end.
    fn managers(&self) {
        let view = self.tenant.view().expect("reads");
        for number in self.model.accounts.keys() {
            let real = view.manager(self.names[number]).expect("reads");
            let expected = self.model.managers.get(number).map(|manager| self.names[manager]);
            assert_eq!(real, expected, "whom {} reports to", self.names[number]);
            let (mut at, mut steps) = (real, 0);
            while let Some(manager) = at {
                at = view.manager(manager).expect("reads");
                steps += 1;
                assert!(steps <= self.model.accounts.len(), "{manager} is in a circle");
            }
        }
    }

    /// Groups that somebody is in, and no others, with how many.
    fn groups(&self) {
        let found = self.tenant.view().expect("reads").groups(&"people".into()).expect("reads");
        let found: BTreeMap<_, _> = found.into_iter().map(|(key, group)| (key, group.members)).collect();
        assert_eq!(found, self.model.members(), "members of groups");
    }

    /// Every account is found by the e-mail that it has, and by none that it had.
    fn keys(&self) {
        let view = self.tenant.view().expect("reads");
        for email in &self.emails {
            let has =
                |values: &super::model::Values| values.get("email").is_some_and(|own| fold(own) == *email);
            let expected: BTreeSet<AccountId> = self
                .model
                .accounts
                .iter()
                .filter(|(_, account)| has(&account.values))
                .map(|(number, _)| self.names[number])
                .collect();
            let found = view.accounts_with("email", email, usize::MAX).expect("reads");
            assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "accounts with {email}");
        }
    }

    /// Each once, however often the power was lost.
    fn events(&mut self) {
        let all = self.tenant.events(0, usize::MAX).expect("reads");
        let group = |event: &Event| event.group.as_ref().map(|(_, key)| key.clone());
        let of = |event: &Event| event.account.map(|id| id.to_string()).or_else(|| group(event));
        let real = all.iter().skip(self.events);
        let mut real: Vec<_> = real.map(|(_, event)| (event.kind, of(event))).collect();
        let named = |subject: &Subject| match subject {
            Subject::Account(number) => self.names[number].to_string(),
            Subject::Group(key) => key.clone(),
        };
        let expected = self.model.events.iter().skip(self.events);
        let mut expected: Vec<_> = expected.map(|(kind, subject)| (*kind, Some(named(subject)))).collect();
        for events in [&mut real, &mut expected] {
            events.sort_by_key(|event| format!("{event:?}"));
        }
        assert_eq!(real, expected, "events");
        self.events = all.len();
    }

    /// What was staged is there for as long as a plan waits, and an approval until
    /// a plan was judged by it.
    fn run_is_over(&self) {
        let approval = self.tenant.approval(&"people".into()).expect("reads");
        assert_eq!(approval.is_some(), self.approval.is_some(), "an approval that is not used up");
        let run = self.tenant.latest_run(&"people".into()).expect("reads").expect("there was a run");
        let plan = self.tenant.staging().plan(run.id).expect("reads");
        let batch = self.tenant.staging().batch::<serde::de::IgnoredAny>(run.id, 0).expect("reads");
        let waits = matches!(run.state, RunState::Held { .. });
        assert_eq!(plan.is_some(), waits, "{:?}", run.state);
        assert!(waits || batch.is_none(), "{:?} and people are staged", run.state);
    }
}
