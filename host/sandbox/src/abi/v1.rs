//! Major version 1 of the contract: generated bindings and the calls.

use wasmtime::component::{HasSelf, InstancePre, Linker};
use wasmtime::{Engine, Store};

use super::{Abi, Calling, Request};
use crate::state::CallState;
use crate::page::{AccountInfo, AttributeDefinition, GroupPage, MembershipPage, WorkerPage};

pub(super) mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        world: "connector",
        // Parameters are borrowed: a run's wanted groups may be thousands, and
        // every page call hands them over.
        ownership: Borrowing { duplicate_if_necessary: true },
        imports: {
            "rollcall:connector/log": trappable,
            default: async | trappable,
        },
        exports: { default: async },
    });
}

pub(super) fn link(engine: &Engine) -> wasmtime::Result<Linker<CallState>> {
    let mut linker = Linker::new(engine);
    bindings::Connector::add_to_linker::<_, HasSelf<CallState>>(&mut linker, |state| state)?;
    Ok(linker)
}

pub(super) struct V1(bindings::ConnectorPre<CallState>);

impl V1 {
    pub fn new(pre: InstancePre<CallState>) -> wasmtime::Result<Self> {
        bindings::ConnectorPre::new(pre).map(Self)
    }
}

/// The lists that a run borrows its texts through.
struct Lent<'a> {
    settings: Vec<(&'a str, &'a str)>,
    wanted_attributes: Vec<&'a str>,
    wanted_groups: Vec<&'a str>,
}

impl<'a> Lent<'a> {
    fn new(request: &'a Request) -> Self {
        let run = &request.run;
        Self {
            settings: run.settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
            wanted_attributes: run.wanted_attributes.iter().map(String::as_str).collect(),
            wanted_groups: run.wanted_groups.iter().map(String::as_str).collect(),
        }
    }

    fn run(&'a self, request: &'a Request) -> bindings::rollcall::connector::types::Run<'a> {
        use bindings::rollcall::connector::types::{Mode, Nesting, Run};
        let run = &request.run;
        Run {
            id: &run.id,
            mode: match &run.mode {
                rollcall_model::PullMode::Full => Mode::Full,
                rollcall_model::PullMode::Changes(checkpoint) => Mode::Changes(checkpoint),
            },
            now_ms: run.now_ms,
            settings: &self.settings,
            wanted_attributes: &self.wanted_attributes,
            wanted_groups: &self.wanted_groups,
            nesting: match run.nesting {
                crate::Nesting::Direct => Nesting::Direct,
                crate::Nesting::Flattened => Nesting::Flattened,
            },
            page_size: run.page_size,
        }
    }
}

macro_rules! pull {
    ($name:ident, $call:ident -> $page:ty) => {
        fn $name<'a>(&'a self, store: &'a mut Store<CallState>, request: &'a Request) -> Calling<'a, $page> {
            Box::pin(async move {
                let lent = Lent::new(request);
                let guest = self.0.instantiate_async(&mut *store).await?;
                let source = guest.rollcall_connector_source();
                let answer = source.$call(&mut *store, lent.run(request), request.cursor.as_deref()).await?;
                Ok(answer.map(Into::into).map_err(Into::into))
            })
        }
    };
}

impl Abi for V1 {
    fn check<'a>(&'a self, store: &'a mut Store<CallState>, request: &'a Request) -> Calling<'a, AccountInfo> {
        Box::pin(async move {
            let lent = Lent::new(request);
            let guest = self.0.instantiate_async(&mut *store).await?;
            let answer = guest.rollcall_connector_source().call_check(&mut *store, lent.run(request)).await?;
            Ok(answer.map(Into::into).map_err(Into::into))
        })
    }

    fn discover<'a>(
        &'a self,
        store: &'a mut Store<CallState>,
        request: &'a Request,
    ) -> Calling<'a, Vec<AttributeDefinition>> {
        Box::pin(async move {
            let lent = Lent::new(request);
            let guest = self.0.instantiate_async(&mut *store).await?;
            let answer = guest.rollcall_connector_source().call_discover(&mut *store, lent.run(request)).await?;
            Ok(answer.map(|found| found.into_iter().map(Into::into).collect()).map_err(Into::into))
        })
    }

    pull!(pull_groups, call_pull_groups -> GroupPage);
    pull!(pull_memberships, call_pull_memberships -> MembershipPage);
    pull!(pull_workers, call_pull_workers -> WorkerPage);
}
