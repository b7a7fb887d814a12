//! Each situation and each value of each policy, one decision at a time.

use rollcall_model::{Attributes, Contribution, Fingerprint, Worker, WorkerStatus};

use super::*;
use crate::config::PipelineConfig;
use crate::fingerprint::hash_source;
use crate::groups::GroupMembers;
use crate::offer::Offer;
use crate::pipeline::{Pipeline, Verdict};
use crate::policy::{
    ActivateConfig, Ignores, LeaveAction, LeaveConfig, LocalAccounts, Matching, OnLeave, Sources,
    UnmatchedLocal,
};
use crate::scope::Tally;

const NOW: i64 = 1_768_464_000_000; // 2026-01-15T08:00:00Z

pub(super) fn pipeline(config: &PipelineConfig) -> Pipeline {
    Pipeline::compile(config, &Offer::unknown(), NOW).expect("compiles")
}

fn policies(change: impl FnOnce(&mut crate::policy::PoliciesConfig)) -> PipelineConfig {
    let mut config = PipelineConfig::default();
    change(&mut config.policies);
    config
}

pub(super) fn circumstances() -> Circumstances {
    Circumstances {
        integration: "hr".into(),
        synced_before: true,
        governed: BTreeSet::new(),
        migrates_from: None,
        merge: None,
    }
}

fn same(_: &mut Worker) {}

pub(super) fn person(pipeline: &Pipeline, change: impl FnOnce(&mut Worker)) -> Person {
    let mut worker = crate::mapping::tests::worker("s1", WorkerStatus::Active);
    change(&mut worker);
    let hash = hash_source(&worker.id);
    match pipeline.process(worker, hash, &GroupMembers::default(), &mut Tally::default()) {
        Verdict::In(person) => *person,
        Verdict::Out => panic!("is in scope"),
    }
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// The account of `s1`, active.
pub(super) fn account() -> Account {
    let attributes = [
        ("email", "s1@example.com"),
        ("given_name", "Mara"),
        ("family_name", "Lind"),
        ("display_name", "Mara Lind"),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), text(value)));
    let owner = Owner { integration: "hr".into(), source_id: "s1".into() };
    Account::new(AccountId(5), attributes.into(), Some(owner), 0)
}

fn local(id: u64) -> Account {
    Account { id: AccountId(id), owner: None, ..account() }
}

fn owned(integration: &str, source: &str) -> Account {
    let owner = Some(Owner { integration: integration.into(), source_id: source.into() });
    Account { owner, ..account() }
}

pub(super) fn link(leaving: Option<Leaving>) -> Link {
    Link { account: AccountId(5), fingerprint: Fingerprint(0), leaving, confirmed: false }
}

/// The accounts there are.
#[derive(Default)]
pub(super) struct Known {
    accounts: Vec<Account>,
    links: BTreeMap<SourceId, Link>,
}

impl Known {
    pub fn with(accounts: impl IntoIterator<Item = Account>) -> Self {
        Self { accounts: accounts.into_iter().collect(), links: BTreeMap::new() }
    }
}

impl Directory for Known {
    fn accounts_with(&self, attribute: &str, folded: &str) -> Vec<Account> {
        let value = |account: &Account| {
            account
                .attributes
                .get(attribute)
                .and_then(Value::as_text)
                .is_some_and(|text| index_fold(text) == folded)
        };
        self.accounts.iter().filter(|account| value(account)).cloned().collect()
    }

    fn link(&self, source: &SourceId) -> Option<Link> {
        self.links.get(source).cloned()
    }

    fn adoptable(&self, attributes: &[String], folded: &[String]) -> Vec<Account> {
        let all = |account: &&Account| {
            attributes.iter().zip(folded).all(|(name, folded)| {
                account.attributes.get(name).and_then(Value::as_text).map(index_fold).as_ref() == Some(folded)
            })
        };
        self.accounts.iter().filter(|account| account.owner.is_none()).filter(all).cloned().collect()
    }
}

fn arrive(config: &PipelineConfig, change: impl FnOnce(&mut Worker), known: &Known) -> Decision {
    arrive_at(config, change, known, circumstances())
}

fn arrive_at(
    config: &PipelineConfig,
    change: impl FnOnce(&mut Worker),
    known: &Known,
    circumstances: Circumstances,
) -> Decision {
    let pipeline = pipeline(config);
    let person = person(&pipeline, change);
    let values = || pipeline.values(&person).expect("decodes");
    pipeline.planner(circumstances).unlinked(&person, &values, known)
}

#[track_caller]
fn is(decision: &Decision, situation: Situation, reaction: Reaction) {
    assert_eq!((decision.situation, decision.reaction), (situation, reaction), "{}", decision.reason);
}

// --------------------------------------------------------------- arriving --

#[test]
fn r93_somebody_new_is_matched_by_email_once_or_created() {
    let config = PipelineConfig::default();
    is(&arrive(&config, same, &Known::default()), Situation::Unmatched, Reaction::Create);
    let matched = arrive(&config, same, &Known::with([local(1)]));
    is(&matched, Situation::Unlinked, Reaction::Link);
    assert_eq!(matched.account, Some(AccountId(1)));
}

/// Acceptance 7: nothing is linked, and the candidates are there side by side.
#[test]
fn c11_several_candidates_are_a_dispute_that_shows_them() {
    let disputed = arrive(&PipelineConfig::default(), same, &Known::with([local(1), local(2)]));
    is(&disputed, Situation::Disputed, Reaction::Review);
    assert_eq!(disputed.candidates.len(), 2);
    assert_eq!(disputed.candidates[1].label, "Mara Lind <s1@example.com>");
}

#[test]
fn rule_4_an_account_of_another_source_or_person_is_not_taken() {
    for account in [owned("other", "x"), owned("hr", "s9"), Account { protected: true, ..local(5) }] {
        let disputed = arrive(&PipelineConfig::default(), same, &Known::with([account]));
        is(&disputed, Situation::Disputed, Reaction::Review);
        assert_eq!(disputed.candidates.len(), 1);
    }
}

#[test]
fn r104_whoever_an_admin_told_apart_is_not_matched_again() {
    let told = Owner { integration: "hr".into(), source_id: "s1".into() };
    let account = Account { not_same: vec![told], ..local(1) };
    let disputed = arrive(&PipelineConfig::default(), same, &Known::with([account]));
    is(&disputed, Situation::Disputed, Reaction::Review);
}

#[test]
fn r105_nobody_is_created_who_left_or_lacks_what_an_account_needs() {
    let config = PipelineConfig::default();
    let waits = |change: fn(&mut Worker)| {
        is(&arrive(&config, change, &Known::default()), Situation::Unmatched, Reaction::Wait);
    };
    waits(|worker| worker.status = WorkerStatus::Terminated);
    waits(|worker| worker.contact.work_email = None);
    waits(|worker| worker.employment.end_date = Some("2026-01-14".into()));
    let today = |worker: &mut Worker| worker.employment.end_date = Some("2026-01-15".into());
    is(&arrive(&config, today, &Known::default()), Situation::Unmatched, Reaction::Create);
}

#[test]
fn r95_two_people_with_one_email_do_not_become_two_accounts() {
    let pipeline = pipeline(&PipelineConfig::default());
    let mut planner = pipeline.planner(circumstances());
    let first = person(&pipeline, |_| {});
    let second = person(&pipeline, |worker| {
        worker.id = "s2".into();
        worker.contact.work_email = Some("S1@EXAMPLE.com ".into());
    });
    let known = Known::default();
    assert_eq!(planner.unlinked(&first, &Vec::new, &known).reaction, Reaction::Create);
    assert_eq!(planner.unlinked(&second, &Vec::new, &known).reaction, Reaction::Review);
}

#[test]
fn c2_local_accounts_are_matched_or_stay_local() {
    for (local_accounts, reaction) in [
        (LocalAccounts::AllowUntilMatched, Reaction::Link),
        (LocalAccounts::Forbid, Reaction::Link),
        (LocalAccounts::Allow, Reaction::Review),
    ] {
        let config = policies(|policies| policies.local_accounts = local_accounts);
        assert_eq!(arrive(&config, same, &Known::with([local(1)])).reaction, reaction);
    }
}

#[test]
fn c11_keys_are_tried_always_or_in_the_first_sync_only() {
    for (matching, synced_before, reaction) in [
        (Matching::Always, true, Reaction::Link),
        (Matching::FirstSync, false, Reaction::Link),
        (Matching::FirstSync, true, Reaction::Review),
    ] {
        let config = policies(|policies| policies.matching = matching);
        let circumstances = Circumstances { synced_before, ..circumstances() };
        let decision = arrive_at(&config, same, &Known::with([local(1)]), circumstances);
        assert_eq!(decision.reaction, reaction, "{matching:?} {synced_before}");
    }
}

#[test]
fn c11_accents_count_unless_they_are_ignored() {
    let accented = |worker: &mut Worker| worker.contact.work_email = Some("Ś1@example.com".into());
    for (match_ignores, reaction) in
        [(Ignores::Case, Reaction::Create), (Ignores::CaseAndAccents, Reaction::Link)]
    {
        let config = policies(|policies| policies.match_ignores = match_ignores);
        assert_eq!(arrive(&config, accented, &Known::with([local(1)])).reaction, reaction);
    }
}

#[test]
fn c16_with_on_start_date_a_future_hire_waits() {
    let hired = |worker: &mut Worker| {
        worker.status = WorkerStatus::Pending;
        worker.employment.start_date = Some("2026-02-01".into());
    };
    for (activate, reaction) in [
        (ActivateConfig::OnAppearance, Reaction::Create),
        (ActivateConfig::OnStartDate, Reaction::Wait),
        (ActivateConfig::ByProvider, Reaction::Wait),
    ] {
        let config = policies(|policies| policies.activate = activate);
        assert_eq!(arrive(&config, hired, &Known::default()).reaction, reaction);
    }
    // An account that is there already is linked all the same.
    let config = PipelineConfig::default();
    assert_eq!(arrive(&config, hired, &Known::with([local(1)])).reaction, Reaction::Link);
}

#[test]
fn c17_local_accounts_are_adopted_by_rule() {
    let moved = |worker: &mut Worker| worker.contact.work_email = Some("m.lind@example.com".into());
    let adopt = policies(|policies| {
        policies.unmatched_local = UnmatchedLocal::AdoptByRule;
        policies.adopt_rules = vec![vec!["given_name".into(), "family_name".into()]];
    });
    let given = |worker: &Account| worker.attributes.clone();
    let mut person = local(1);
    person.attributes = given(&account());
    let linked = arrive(&adopt, moved, &Known::with([person.clone()]));
    is(&linked, Situation::Unlinked, Reaction::Link);
    let twins = Known::with([person.clone(), Account { id: AccountId(2), ..person.clone() }]);
    is(&arrive(&adopt, moved, &twins), Situation::Disputed, Reaction::Review);
    // Whoever belongs to somebody is not adopted.
    let taken = Account { owner: account().owner, ..person.clone() };
    is(&arrive(&adopt, moved, &Known::with([taken])), Situation::Unmatched, Reaction::Create);
    let flag = PipelineConfig::default();
    is(&arrive(&flag, moved, &Known::with([person])), Situation::Unmatched, Reaction::Create);
}

#[test]
fn c17_unmatched_local_accounts_are_flagged_once_or_ignored() {
    let decide = |unmatched_local, flagged| {
        let pipeline = pipeline(&policies(|policies| {
            policies.unmatched_local = unmatched_local;
            if unmatched_local == UnmatchedLocal::AdoptByRule {
                policies.adopt_rules = vec![vec!["email".into()]];
            }
        }));
        let planner = pipeline.planner(circumstances());
        planner.local(AccountId(1), flagged).map(|decision| decision.reaction)
    };
    assert_eq!(decide(UnmatchedLocal::Flag, false), Some(Reaction::Flag));
    assert_eq!(decide(UnmatchedLocal::Flag, true), Some(Reaction::Keep));
    assert_eq!(decide(UnmatchedLocal::AdoptByRule, false), Some(Reaction::Flag));
    assert_eq!(decide(UnmatchedLocal::Ignore, false), None);
}

#[test]
fn r107_somebody_back_under_another_id_keeps_their_account() {
    let config = PipelineConfig::default();
    let back = |leaving| {
        let mut known = Known::with([owned("hr", "s0")]);
        known.links.insert("s0".into(), link(leaving));
        arrive(&config, same, &known)
    };
    let left = Leaving { done: true, ..Leaving::begin(Situation::Missing, NOW - 30 * DAY_MS) };
    let linked = back(Some(left));
    is(&linked, Situation::Unlinked, Reaction::Link);
    assert_eq!(linked.replaces, owned("hr", "s0").owner);
    is(&back(None), Situation::Disputed, Reaction::Review);
}

#[test]
fn r107_whoever_is_back_under_the_old_id_has_the_account_before_anybody_new() {
    let pipeline = pipeline(&PipelineConfig::default());
    let mut known = Known::with([owned("hr", "s0")]);
    let left = link(Some(Leaving { done: true, ..Leaving::begin(Situation::Missing, NOW - DAY_MS) }));
    known.links.insert("s0".into(), left.clone());
    let mut planner = pipeline.planner(circumstances());
    let back = person(&pipeline, |worker| {
        worker.id = "s0".into();
        worker.contact.work_email = Some("another@example.com".into());
    });
    let values = |person| pipeline.values(person).expect("encoded");
    let account = owned("hr", "s0");
    let linked = planner.linked(&back, &values(&back), Linked { link: &left, account: &account }, &known);
    is(&linked, Situation::Linked, Reaction::Update);
    let new = person(&pipeline, same);
    let unlinked = planner.unlinked(&new, &|| values(&new), &known);
    is(&unlinked, Situation::Disputed, Reaction::Review);
}

#[test]
fn c18_a_migration_takes_over_by_key_and_creates_nobody() {
    let config = PipelineConfig::default();
    let migrate = |known: &Known| {
        let migrates_from = Some("old".into());
        arrive_at(&config, same, known, Circumstances { migrates_from, ..circumstances() })
    };
    let moved = migrate(&Known::with([owned("old", "x")]));
    is(&moved, Situation::Unlinked, Reaction::Link);
    assert_eq!(moved.replaces, owned("old", "x").owner);
    is(&migrate(&Known::default()), Situation::Unmatched, Reaction::Wait);
    is(&migrate(&Known::with([owned("third", "x")])), Situation::Disputed, Reaction::Review);
}

// ----------------------------------------------------------------- linked --

fn linked(change: impl FnOnce(&mut Worker), account: Account, known: &Known) -> Decision {
    linked_by(&PipelineConfig::default(), change, &account, &link(None), known)
}

fn linked_by(
    config: &PipelineConfig,
    change: impl FnOnce(&mut Worker),
    account: &Account,
    link: &Link,
    known: &Known,
) -> Decision {
    let pipeline = pipeline(config);
    let person = person(&pipeline, change);
    let values = pipeline.values(&person).expect("decodes");
    pipeline.planner(circumstances()).linked(&person, &values, Linked { link, account }, known)
}

#[test]
fn r97_a_changed_email_stays_with_the_account_unless_another_has_it() {
    let moved = |worker: &mut Worker| worker.contact.work_email = Some("mara@example.com".into());
    let updated = linked(moved, account(), &Known::default());
    is(&updated, Situation::Linked, Reaction::Update);
    let (before, after) = (Some(text("s1@example.com")), Some(text("mara@example.com")));
    assert_eq!(updated.changes, [Change { attribute: "email".into(), before, after }]);
    let mut other = local(9);
    other.attributes.insert("email".into(), text("Mara@example.com"));
    let taken = linked(moved, account(), &Known::with([other]));
    is(&taken, Situation::Disputed, Reaction::Review);
}

#[test]
fn r107_whoever_comes_back_gets_access_back() {
    let known = Known::default();
    is(&linked(same, account(), &known), Situation::Linked, Reaction::Keep);
    let deactivated = Account { status: AccountStatus::Deactivated, ..account() };
    is(&linked(same, deactivated, &known), Situation::Linked, Reaction::Reactivate);
    let ended = |worker: &mut Worker| worker.status = WorkerStatus::Inactive;
    is(&linked(ended, account(), &known), Situation::Ended, Reaction::Deactivate);
}

#[test]
fn r115_on_leave_keeps_access_or_ends_it() {
    let on_leave = |worker: &mut Worker| worker.status = WorkerStatus::OnLeave;
    for (policy, reaction) in [(OnLeave::Keep, Reaction::Keep), (OnLeave::Deactivate, Reaction::Deactivate)] {
        let config = policies(|policies| policies.on_leave = policy);
        let decision = linked_by(&config, on_leave, &account(), &link(None), &Known::default());
        assert_eq!(decision.reaction, reaction, "{}", decision.reason);
    }
}

#[test]
fn r94_an_id_that_names_somebody_else_is_asked_about() {
    let other = |worker: &mut Worker| {
        worker.contact.work_email = Some("bo@example.com".into());
        worker.name.given = Some("Bo".into());
        worker.name.family = Some("Ek".into());
    };
    let config = PipelineConfig::default();
    let known = Known::default();
    is(&linked_by(&config, other, &account(), &link(None), &known), Situation::Disputed, Reaction::Review);
    let confirmed = Link { confirmed: true, ..link(None) };
    is(&linked_by(&config, other, &account(), &confirmed, &known), Situation::Linked, Reaction::Update);
    // Married: the given name is the same.
    let married = |worker: &mut Worker| {
        other(worker);
        worker.name.given = Some("Mara".into());
    };
    is(&linked_by(&config, married, &account(), &link(None), &known), Situation::Linked, Reaction::Update);
}

#[test]
fn rule_4_a_protected_account_is_not_changed() {
    let protected = Account { protected: true, ..account() };
    let moved = |worker: &mut Worker| worker.contact.work_email = Some("mara@example.com".into());
    is(&linked(same, protected.clone(), &Known::default()), Situation::Linked, Reaction::Keep);
    is(&linked(moved, protected.clone(), &Known::default()), Situation::Disputed, Reaction::Review);
    let pipeline = pipeline(&PipelineConfig::default());
    let link = link(None);
    let left = pipeline.planner(circumstances()).leave(
        Situation::Missing,
        Linked { link: &link, account: &protected },
        "gone",
    );
    is(&left, Situation::Disputed, Reaction::Review);
}

#[test]
fn an_attribute_that_is_gone_at_the_source_is_emptied() {
    let mut before = account();
    before.attributes.insert("locale".into(), text("de"));
    before.attributes.insert("shoe_size".into(), text("43"));
    let changes = linked(same, before, &Known::default()).changes;
    let names: Vec<_> = changes.iter().map(|change| (change.attribute.as_str(), &change.after)).collect();
    assert_eq!(names, [("locale", &None)]);
}

#[test]
fn c15_what_was_edited_by_hand_stays_until_the_source_changes_it() {
    let mut edited = account();
    edited.attributes.insert("given_name".into(), text("Mar"));
    edited.edited.insert("given_name".into(), Some(text("Mara")));
    is(&linked(same, edited.clone(), &Known::default()), Situation::Linked, Reaction::Keep);
    let renamed = |worker: &mut Worker| worker.name.given = Some("Maria".into());
    let given = |decision: Decision| {
        let change = decision.changes.into_iter().find(|change| change.attribute == "given_name");
        change.and_then(|change| change.after)
    };
    assert_eq!(given(linked(renamed, edited.clone(), &Known::default())), Some(text("Maria")));
    // Without the note, the source wins at once.
    edited.edited.clear();
    assert_eq!(given(linked(same, edited, &Known::default())), Some(text("Mara")));
}

#[test]
fn r89_moves_between_groups_follow() {
    let sales = |worker: &mut Worker| {
        let department = rollcall_model::Unit { id: None, name: Some("Sales".into()) };
        worker.organization.department = Some(department);
    };
    let source = crate::GroupSource::Attribute("department".to_owned());
    let config = PipelineConfig {
        classes: vec![rollcall_model::Sensitivity::Work],
        mapping: ["email", "given_name", "family_name"]
            .map(|target| crate::MappingLine {
                target: target.into(),
                source: Some(if target == "email" { "work_email" } else { target }.into()),
                ..crate::MappingLine::default()
            })
            .into(),
        grouping: crate::GroupingConfig { source, ..crate::GroupingConfig::default() },
        ..PipelineConfig::default()
    };
    let linked = |change: fn(&mut Worker), account: Account| {
        linked_by(&config, change, &account, &link(None), &Known::default())
    };
    let groups = |key: &str| BTreeSet::from([key.to_owned()]);
    let mut known = account();
    let joined = linked(sales, known.clone());
    is(&joined, Situation::Linked, Reaction::Update);
    assert_eq!(joined.groups, Some(groups("sales")));
    known.groups.insert("hr".into(), groups("sales"));
    is(&linked(sales, known.clone()), Situation::Linked, Reaction::Keep);
    assert_eq!(linked(same, known).groups, Some(BTreeSet::new()));
}

// ---------------------------------------------------------------- leaving --

fn leave(policy: LeaveConfig, status: AccountStatus, leaving: Option<Leaving>) -> (Reaction, Leaving) {
    let pipeline = pipeline(&policies(|policies| policies.on_out_of_scope = policy));
    let (link, account) = (link(leaving), Account { status, ..account() });
    let known = Linked { link: &link, account: &account };
    let decision = pipeline.planner(circumstances()).leave(Situation::OutOfScope, known, "out");
    assert_eq!(decision.account, Some(AccountId(5)));
    (decision.reaction, decision.leaving.expect("is on the way out"))
}

/// Begun so many days ago; access taken away so many days ago.
fn since(days: i64, deactivated: Option<i64>, done: bool) -> Leaving {
    Leaving {
        deactivated_ms: deactivated.map(|days| NOW - days * DAY_MS),
        done,
        ..Leaving::begin(Situation::OutOfScope, NOW - days * DAY_MS)
    }
}

#[test]
fn c3_each_way_out_is_taken_once_and_after_its_grace() {
    use AccountStatus::{Active, Deactivated};
    let (flag, deactivate, remove) = (LeaveConfig::flag(), LeaveConfig::deactivate, LeaveConfig::remove);
    let cases = [
        (flag, Active, None, Reaction::Flag, since(0, None, true)),
        (flag, Active, Some(since(1, None, true)), Reaction::Keep, since(1, None, true)),
        (deactivate(0), Active, None, Reaction::Deactivate, since(0, Some(0), true)),
        (deactivate(0), Deactivated, Some(since(3, Some(3), true)), Reaction::Keep, since(3, Some(3), true)),
        (deactivate(7), Active, None, Reaction::Flag, since(0, None, false)),
        (deactivate(7), Active, Some(since(6, None, false)), Reaction::Keep, since(6, None, false)),
        (deactivate(7), Active, Some(since(7, None, false)), Reaction::Deactivate, since(7, Some(0), true)),
        // Rule 6: access goes first, the account days after it.
        (remove(0, 30), Active, None, Reaction::Deactivate, since(0, Some(0), false)),
        (
            remove(0, 30),
            Deactivated,
            Some(since(29, Some(29), false)),
            Reaction::Keep,
            since(29, Some(29), false),
        ),
        (
            remove(0, 30),
            Deactivated,
            Some(since(30, Some(30), false)),
            Reaction::Remove,
            since(30, Some(30), true),
        ),
        (remove(7, 30), Active, Some(since(6, None, false)), Reaction::Keep, since(6, None, false)),
        // Without access for another reason: nothing to take away, days to wait.
        (deactivate(7), Deactivated, None, Reaction::Keep, since(0, None, true)),
        (remove(0, 30), Deactivated, None, Reaction::Keep, since(0, Some(0), false)),
    ];
    for (policy, status, before, reaction, after) in cases {
        let told = format!("{policy:?} {status:?} {before:?}");
        assert_eq!(leave(policy, status, before), (reaction, after), "{told}");
    }
}

#[test]
fn rule_6_an_undo_holds_the_next_step() {
    let kept = |until: i64| Leaving {
        kept_until_ms: Some(NOW + until),
        ..Leaving::begin(Situation::OutOfScope, NOW - 30 * DAY_MS)
    };
    let policy = LeaveConfig::deactivate(0);
    assert_eq!(leave(policy, AccountStatus::Active, Some(kept(1))).0, Reaction::Keep);
    assert_eq!(leave(policy, AccountStatus::Active, Some(kept(0))).0, Reaction::Deactivate);
}

#[test]
fn grace_begins_anew_for_another_reason() {
    let missing = Leaving { done: true, ..Leaving::begin(Situation::Missing, NOW - 30 * DAY_MS) };
    let (reaction, leaving) = leave(LeaveConfig::deactivate(7), AccountStatus::Active, Some(missing));
    assert_eq!((reaction, leaving.since_ms), (Reaction::Flag, NOW));
}

#[test]
fn c4_c5_gone_and_ended_have_policies_of_their_own() {
    let act = |situation, policy: LeaveConfig| {
        let pipeline = pipeline(&policies(|policies| match situation {
            Situation::Missing => policies.on_source_deleted = policy,
            _ => policies.on_source_inactive = policy,
        }));
        let (link, account) = (link(None), account());
        let known = Linked { link: &link, account: &account };
        pipeline.planner(circumstances()).leave(situation, known, "gone").reaction
    };
    for situation in [Situation::Missing, Situation::Ended] {
        assert_eq!(act(situation, LeaveConfig::flag()), Reaction::Flag);
        assert_eq!(act(situation, LeaveConfig::deactivate(0)), Reaction::Deactivate);
    }
    let remove = LeaveConfig { action: LeaveAction::Remove, grace_days: 0, remove_after_days: Some(1) };
    assert_eq!(act(Situation::Missing, remove), Reaction::Deactivate);
}

// ---------------------------------------------------------------- merging --

fn merged(own: &str, attributes: &[(&str, &[&str])]) -> Circumstances {
    let order = |ids: &[&str]| ids.iter().map(|id| IntegrationId::from(*id)).collect::<Vec<_>>();
    let merge = MergeConfig {
        order: order(&["hr", "idp"]),
        attributes: attributes.iter().map(|(name, ids)| ((*name).to_owned(), order(ids))).collect(),
    };
    Circumstances { integration: own.into(), merge: Some(merge), ..circumstances() }
}

/// The account of `s1` in `hr`, completed by `idp` with a title and a locale.
fn completed() -> Account {
    let given = |source: &str, values: &[(&str, &str)]| Contribution {
        source_id: source.into(),
        attributes: values.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
    };
    let mut account = account();
    let own = given("s1", &[("email", "s1@example.com"), ("given_name", "Mara"), ("family_name", "Lind")]);
    account.contributions.insert("hr".into(), own);
    let others = given("i1", &[("given_name", "Marie"), ("locale", "de")]);
    account.contributions.insert("idp".into(), others);
    account.attributes.insert("locale".into(), text("de"));
    account
}

fn merge_config() -> PipelineConfig {
    policies(|policies| policies.sources = Sources::Merged)
}

fn merge_changes(own: &str, attributes: &[(&str, &[&str])], change: impl FnOnce(&mut Worker)) -> Attributes {
    let pipeline = pipeline(&merge_config());
    let person = person(&pipeline, change);
    let values = pipeline.values(&person).expect("decodes");
    let changes = pipeline.planner(merged(own, attributes)).changes(&completed(), &values);
    changes.into_iter().filter_map(|change| Some((change.attribute, change.after?))).collect()
}

#[test]
fn c1_merged_sources_complete_each_other_attribute_by_attribute() {
    assert_eq!(merge_changes("hr", &[], same), Attributes::new());
    let speaks = |worker: &mut Worker| worker.contact.locale = Some("fr".into());
    // The first that has something wins.
    assert_eq!(merge_changes("hr", &[], speaks), [("locale".to_owned(), text("fr"))].into());
    assert_eq!(merge_changes("hr", &[("locale", &["idp", "hr"])], speaks), Attributes::new());
    let by_idp: &[(&str, &[&str])] = &[("given_name", &["idp"])];
    assert_eq!(merge_changes("hr", by_idp, same), [("given_name".to_owned(), text("Marie"))].into());
}

#[test]
fn c1_the_leading_source_says_who_is_there() {
    let config = merge_config();
    let arrive = |own: &str, known: &Known| arrive_at(&config, same, known, merged(own, &[]));
    is(&arrive("hr", &Known::default()), Situation::Unmatched, Reaction::Create);
    is(&arrive("idp", &Known::default()), Situation::Unmatched, Reaction::Wait);
    let completes = arrive("idp", &Known::with([account()]));
    is(&completes, Situation::Unlinked, Reaction::Link);
    assert_eq!(completes.replaces, None);
    // One account has one person of each source.
    is(&arrive("idp", &Known::with([completed()])), Situation::Disputed, Reaction::Review);
}

#[test]
fn c1_a_source_that_only_completes_takes_nobodys_access() {
    let pipeline = pipeline(&merge_config());
    let (link, account) = (link(None), completed());
    let known = Linked { link: &link, account: &account };
    let left = pipeline.planner(merged("idp", &[])).leave(Situation::Missing, known, "gone");
    is(&left, Situation::Missing, Reaction::Unlink);
    let (before, after) = (Some(text("de")), None);
    assert_eq!(left.changes, [Change { attribute: "locale".into(), before, after }]);
    let left = pipeline.planner(merged("hr", &[])).leave(Situation::Missing, known, "gone");
    is(&left, Situation::Missing, Reaction::Deactivate);
    // Nor does it give access back.
    let deactivated = Account { status: AccountStatus::Deactivated, ..completed() };
    let person = person(&pipeline, same);
    let values = pipeline.values(&person).expect("decodes");
    let known = Linked { link: &link, account: &deactivated };
    let decision = pipeline.planner(merged("idp", &[])).linked(&person, &values, known, &Known::default());
    assert_ne!(decision.reaction, Reaction::Reactivate);
}

#[test]
fn c1_a_precedence_that_is_none_is_refused() {
    let places = |order: &[&str], attribute: &str, of: &[&str]| {
        let ids = |ids: &[&str]| ids.iter().map(|id| IntegrationId::from(*id)).collect::<Vec<_>>();
        let attributes = [(attribute.to_owned(), ids(of))].into();
        let mut problems = Vec::new();
        MergeConfig { order: ids(order), attributes }.check(&["title".to_owned()], &mut problems);
        problems.into_iter().map(|problem| problem.place).collect::<Vec<_>>()
    };
    assert_eq!(places(&["a", "b"], "title", &["b", "a"]), Vec::<String>::new());
    assert_eq!(places(&["a", "b", "a"], "title", &["b"]), ["merge.order"]);
    assert_eq!(places(&["a"], "title", &["a"]), ["merge.order"]);
    for (attribute, of) in [("title", &["b", "b"][..]), ("title", &["c"]), ("title", &[]), ("grade", &["b"])]
    {
        assert_eq!(places(&["a", "b"], attribute, of), [format!("merge.attributes.{attribute}")]);
    }
}

#[test]
fn r140_what_the_mapping_has_let_go_of_is_emptied() {
    let mut before = account();
    before.attributes.insert("grade".into(), text("E7"));
    before.attributes.insert("desk".into(), text("4"));
    let pipeline = pipeline(&PipelineConfig::default());
    let person = person(&pipeline, same);
    let values = pipeline.values(&person).expect("decodes");
    let governed = ["grade", "email"].map(str::to_owned).into();
    let mut planner = pipeline.planner(Circumstances { governed, ..circumstances() });
    let linked = Linked { link: &link(None), account: &before };
    let decision = planner.linked(&person, &values, linked, &Known::default());
    let change = Change { attribute: "grade".into(), before: Some(text("E7")), after: None };
    assert_eq!((decision.reaction, decision.changes), (Reaction::Update, vec![change]));
}
