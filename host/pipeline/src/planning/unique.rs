//! Lines with several candidates, of which an account gets one that no other has:
//! `selectUniqueValue`. Which are taken is known when there is a plan, not before.

use rollcall_model::{Account, Change, Value};

use super::{Directory, Planner};
use crate::person::Person;

impl Planner<'_> {
    /// Puts one candidate in the place of several. An account keeps its own for as
    /// long as it is among them. Err: the line that has to have a value, all of
    /// whose candidates are taken.
    pub(super) fn choose(
        &mut self,
        person: &Person,
        values: &mut [Option<Value>],
        account: Option<&Account>,
        directory: &dyn Directory,
    ) -> Result<(), String> {
        let mapping = self.mapping;
        let counts = |at| mapping.is_unique(at) && (account.is_none() || !mapping.is_for_new(at));
        for (at, target) in mapping.targets().iter().enumerate().filter(|(at, _)| counts(*at)) {
            let Some(value) = values.get_mut(at) else { continue };
            let Some(Value::Texts(candidates)) = value.take() else { continue };
            let own = account.and_then(|account| account.attributes.get(target)?.as_text());
            let own = candidates.iter().position(|one| Some(one.as_str()) == own);
            let first = own.and_then(|own| candidates.get(own));
            let chosen = first.into_iter().chain(&candidates).find(|candidate| {
                let folded = self.policies.fold.fold(candidate);
                let others = self.same_key(directory, target, &folded);
                !folded.is_empty()
                    && others.iter().all(|other| account.is_some_and(|account| account.id == other.id))
                    && self.claims.claim_key(target, &folded, &person.source_id).is_ok()
            });
            *value = chosen.cloned().map(Value::Text);
            if value.is_none() && mapping.is_required(at) {
                return Err(target.clone());
            }
        }
        Ok(())
    }

    /// What was chosen for a new account, among all of its values.
    pub(super) fn chosen(&self, values: Vec<Option<Value>>) -> Vec<Change> {
        let each = self.mapping.targets().iter().zip(values).enumerate();
        each.filter(|(at, _)| self.mapping.is_unique(*at))
            .map(|(_, (target, after))| Change { attribute: target.clone(), before: None, after })
            .collect()
    }

    /// Whether there is anything to choose.
    pub(super) fn chooses(&self) -> bool {
        (0..self.mapping.targets().len()).any(|at| self.mapping.is_unique(at))
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{AccountId, Reaction, Worker};

    use super::super::tests::{Known, account, circumstances, link, person, pipeline, text};
    use super::super::{Decision, Linked};
    use super::*;
    use crate::config::{MappingLine, PipelineConfig};
    use crate::pipeline::Pipeline;
    use crate::policy::Sources;

    const CANDIDATES: &str = r#"selectUniqueValue(lower(given_name), "mara.lind", preferred_name)"#;

    fn config(required: bool) -> PipelineConfig {
        let line = |target: &str, source: &str| MappingLine {
            target: target.into(),
            source: Some(source.into()),
            match_rank: (target == "email").then_some(1),
            ..MappingLine::default()
        };
        let short = MappingLine {
            target: "short".into(),
            expression: Some(CANDIDATES.into()),
            required,
            ..MappingLine::default()
        };
        let mapping = vec![
            line("email", "work_email"),
            line("given_name", "given_name"),
            line("family_name", "family_name"),
            short,
        ];
        PipelineConfig { mapping, ..PipelineConfig::default() }
    }

    fn called(id: u64, short: &str) -> Account {
        let mut other = Account { id: AccountId(id), ..account() };
        other.attributes.insert("email".into(), text(&format!("{id}@example.com")));
        other.attributes.insert("short".into(), text(short));
        other
    }

    fn short(decision: &Decision) -> Option<Value> {
        decision.changes.iter().find(|change| change.attribute == "short").and_then(|one| one.after.clone())
    }

    fn arrive(pipeline: &Pipeline, others: Vec<Account>, ids: &[&str]) -> Vec<Decision> {
        let mut planner = pipeline.planner(circumstances());
        let mut one = |id: &str| {
            let change = |worker: &mut Worker| {
                worker.id = id.into();
                worker.contact.work_email = Some(format!("{id}@new.example"));
            };
            let person = person(pipeline, change);
            let values = || pipeline.values(&person).expect("values");
            planner.unlinked(&person, &values, &Known::with(others.clone()))
        };
        ids.iter().map(|id| one(id)).collect()
    }

    #[test]
    fn r69_a_new_account_gets_the_first_candidate_that_no_other_has() {
        let pipeline = pipeline(&config(true));
        let names =
            |others, ids: &[&str]| arrive(&pipeline, others, ids).iter().map(short).collect::<Vec<_>>();
        assert_eq!(names(vec![], &["a"]), [Some(text("mara"))]);
        assert_eq!(names(vec![called(7, "MARA")], &["a"]), [Some(text("mara.lind"))]);
        assert_eq!(names(vec![], &["a", "b"]), [Some(text("mara")), Some(text("mara.lind"))]);
        let all = vec![called(7, "mara"), called(8, "mara.lind")];
        let waits = arrive(&pipeline, all.clone(), &["a"]).remove(0);
        assert_eq!(waits.reaction, Reaction::Wait);
        assert!(waits.reason.contains("every candidate for `short`"), "{}", waits.reason);
        // An account can be without what is not required.
        let created = arrive(&self::pipeline(&config(false)), all, &["a"]).remove(0);
        assert_eq!((created.reaction, short(&created)), (Reaction::Create, None));
    }

    #[test]
    fn r69_an_account_keeps_its_own_for_as_long_as_it_is_among_the_candidates() {
        let pipeline = pipeline(&config(true));
        let decide = |own: &str, others: Vec<Account>| {
            let account = Account { id: AccountId(5), ..called(5, own) };
            let person = person(&pipeline, |worker| {
                worker.contact.work_email = Some("5@example.com".into());
            });
            let values = pipeline.values(&person).expect("values");
            let known = Known::with(others.into_iter().chain([account.clone()]));
            let linked = Linked { link: &link(None), account: &account };
            pipeline.planner(circumstances()).linked(&person, &values, linked, &known)
        };
        assert_eq!(decide("mara.lind", vec![]).reaction, Reaction::Keep);
        let moved = decide("zoe", vec![called(7, "mara")]);
        assert_eq!((moved.reaction, short(&moved)), (Reaction::Update, Some(text("mara.lind"))));
        let stuck = decide("zoe", vec![called(7, "mara"), called(8, "mara.lind")]);
        assert_eq!(stuck.reaction, Reaction::Wait);
    }

    #[test]
    fn candidates_are_no_keys_and_belong_to_one_source() {
        let place = |change: fn(&mut PipelineConfig)| {
            let mut config = config(true);
            change(&mut config);
            let problems = Pipeline::compile(&config, &crate::Offer::unknown(), 0).expect_err("is refused");
            problems.into_iter().map(|problem| problem.place).collect::<Vec<_>>()
        };
        assert_eq!(place(|config| config.mapping[3].match_rank = Some(2)), ["mapping[3].match"]);
        let merged = place(|config| config.policies.sources = Sources::Merged);
        assert_eq!(merged, ["mapping[3].expression"]);
        let nested = place(|config| config.mapping[3].expression = Some(format!("lower({CANDIDATES})")));
        assert_eq!(nested, ["mapping[3].expression"]);
    }
}
