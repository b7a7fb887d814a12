//! Somebody who comes more than once counts as they came last, also for a run
//! that takes up what another has written.

use rollcall_model::{
    AccountId, Contact, Employment, IntegrationId, Link, Name, Organization, PullMode, Unit, WorkerStatus,
};
use rollcall_pipeline::{ClauseConfig, FilterConfig, Offer, PipelineConfig};
use rollcall_store::{MasterKey, SimulatedDisk, TenantStore};

use super::*;

/// How somebody comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comes {
    AsApplied,
    Renamed,
    Outside,
    Deleted,
}

const ALL: [Comes; 4] = [Comes::AsApplied, Comes::Renamed, Comes::Outside, Comes::Deleted];

fn worker(comes: Comes) -> Worker {
    let text = |text: &str| Some(text.to_owned());
    let department = if comes == Comes::Outside { "Legal" } else { "Sales" };
    let family = if comes == Comes::Renamed { "Lind" } else { "Berg" };
    Worker {
        id: "s1".into(),
        status: WorkerStatus::Active,
        user_name: None,
        name: Name { given: text("Mara"), family: text(family), ..Name::default() },
        contact: Contact { work_email: text("mara@example.com"), ..Contact::default() },
        employment: Employment::default(),
        organization: Organization {
            department: Some(Unit { id: None, name: text(department) }),
            ..Organization::default()
        },
        address: None,
        custom: Vec::new(),
        created_at: None,
        updated_at: None,
    }
}

fn pipeline() -> Arc<Pipeline> {
    let sales = ClauseConfig {
        attribute: Some("department".to_owned()),
        equals: Some(rollcall_model::Value::Text("Sales".to_owned())),
        ..ClauseConfig::default()
    };
    let filter = FilterConfig { include: Some(sales), exclude: None };
    let classes = vec![rollcall_model::Sensitivity::Work];
    let config = PipelineConfig { filter, classes, ..PipelineConfig::default() };
    Arc::new(Pipeline::compile(&config, &Offer::unknown(), 0).expect("compiles"))
}

struct Scene {
    tenant: TenantStore,
    integration: IntegrationId,
    pipeline: Arc<Pipeline>,
    mode: PullMode,
}

impl Scene {
    fn new(linked: bool, mode: PullMode) -> Self {
        let store = SimulatedDisk::default().store(MasterKey::from_bytes([7; 32])).expect("opens");
        let (tenant, integration) = (store.tenant(&"acme".into()).expect("opens"), IntegrationId::from("hr"));
        let pipeline = pipeline();
        let hash = hash_source(&"s1".into());
        let members = GroupMembers::default();
        let verdict = pipeline.process(worker(Comes::AsApplied), hash, &members, &mut Tally::default());
        let Verdict::In(person) = verdict else { panic!("is in scope") };
        let link =
            Link { account: AccountId(1), fingerprint: person.fingerprint, leaving: None, confirmed: false };
        if linked {
            tenant.apply(|apply| apply.put_link(&integration, &"s1".into(), &link)).expect("links");
        }
        Self { tenant, integration, pipeline, mode }
    }

    fn stage(&self) -> Stage {
        let index = Index::open(&self.tenant, &self.integration, &self.mode).expect("opens");
        let (staging, members) = (self.tenant.staging(), Arc::default());
        Stage::new(RunId(1), index, staging, Arc::clone(&self.pipeline), members, Box::new(|| Ok(())))
    }
}

/// A page a time they come.
fn take(stage: &mut Stage, all: &[Comes]) {
    for (at, comes) in all.iter().enumerate() {
        let gone = *comes == Comes::Deleted;
        let page = WorkerPage {
            workers: if gone { Vec::new() } else { vec![worker(*comes)] },
            deleted: if gone { vec!["s1".to_owned()] } else { Vec::new() },
            next: (at + 1 < all.len()).then(|| vec![0]),
            ..WorkerPage::default()
        };
        stage.take(page, SoFar::default()).expect("takes");
    }
}

/// How they count: as met, whether as staged, and how many pass the filter.
fn counts(stage: &Stage) -> (Option<Seen>, bool, u64) {
    let hash = hash_source(&"s1".into());
    (stage.index.seen(hash), stage.places.contains_key(&hash), stage.in_scope)
}

#[test]
fn whoever_comes_more_than_once_counts_as_they_came_last_also_for_who_takes_it_up() {
    let once = ALL.map(|one| vec![one]).to_vec();
    let more = |shorter: &[Vec<Comes>]| -> Vec<Vec<Comes>> {
        shorter.iter().flat_map(|all| ALL.map(|one| [all.as_slice(), &[one]].concat())).collect()
    };
    let (twice, thrice) = (more(&once), more(&more(&once)));
    for linked in [false, true] {
        for mode in [PullMode::Full, PullMode::Changes(vec![0])] {
            for all in [&once, &twice, &thrice].into_iter().flatten() {
                let expected = match (all.last().expect("they came"), linked) {
                    (Comes::AsApplied, true) => (Some(Seen::Unchanged), false, 1),
                    (Comes::Renamed, true) => (Some(Seen::Changed), true, 1),
                    (Comes::Outside, true) => (Some(Seen::OutOfScope), false, 0),
                    (Comes::Deleted, true) => (Some(Seen::Deleted), false, 0),
                    (Comes::AsApplied | Comes::Renamed, false) => (None, true, 1),
                    (Comes::Outside | Comes::Deleted, false) => (None, false, 0),
                };
                let scene = Scene::new(linked, mode.clone());
                let mut first = scene.stage();
                take(&mut first, all);
                assert_eq!(counts(&first), expected, "{all:?}, linked: {linked}");
                let mut second = scene.stage();
                second.restore().expect("restores");
                assert_eq!(counts(&second), expected, "taken up: {all:?}, linked: {linked}");
            }
        }
    }
}
