//! Major version 1 of the contract: generated bindings and the calls.

use wasmtime::component::{
    ComponentExportIndex, ComponentNamedList, ComponentType, HasSelf, InstancePre, Lift, Linker, Lower,
};
use wasmtime::{Engine, Store};

use self::bindings::rollcall::connector::types::{self, Failure};
use super::v1_convert::list;
use super::{Abi, Calling, Request, WrongType};
use crate::page::{AccountInfo, AttributeDefinition, GroupPage, MembershipPage, WorkerPage};
use crate::state::CallState;

pub(super) mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        // The two worlds of the contract as one: what a component may import of
        // them is decided when it is admitted.
        inline: "
            package rollcall:host;
            world guest {
                import rollcall:connector/http@1.0.0;
                import rollcall:connector/files@1.0.0;
                import rollcall:connector/log@1.0.0;
                export rollcall:connector/source@1.0.0;
            }
        ",
        world: "rollcall:host/guest",
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
    bindings::Guest::add_to_linker::<_, HasSelf<CallState>>(&mut linker, |state| state)?;
    Ok(linker)
}

/// A linked component and where its functions are.
pub(super) struct V1 {
    pre: InstancePre<CallState>,
    check: ComponentExportIndex,
    discover: ComponentExportIndex,
    pull_groups: ComponentExportIndex,
    pull_memberships: ComponentExportIndex,
    pull_workers: ComponentExportIndex,
}

impl V1 {
    pub fn new(pre: InstancePre<CallState>) -> wasmtime::Result<Self> {
        let component = pre.component().clone();
        let missing = |what: &str| wasmtime::format_err!("`{what}` is not exported");
        let source = component
            .get_export_index(None, "rollcall:connector/source@1.0.0")
            .ok_or_else(|| missing("rollcall:connector/source@1.0.0"))?;
        let index = |name: &str| component.get_export_index(Some(&source), name).ok_or_else(|| missing(name));
        Ok(Self {
            check: index("check")?,
            discover: index("discover")?,
            pull_groups: index("pull-groups")?,
            pull_memberships: index("pull-memberships")?,
            pull_workers: index("pull-workers")?,
            pre,
        })
    }

    /// Makes an instance and calls one function of it. The generated wrapper
    /// would compare the types of all five each time.
    async fn call<P, T>(
        &self,
        store: &mut Store<CallState>,
        function: &ComponentExportIndex,
        params: P,
    ) -> Outcome<T>
    where
        P: ComponentNamedList + Lower + Send,
        T: ComponentType + Lift + Send + Sync + 'static,
    {
        let instance = self.pre.instantiate_async(&mut *store).await?;
        let function = instance
            .get_typed_func::<P, (Result<T, Failure>,)>(&mut *store, function)
            .map_err(|error| error.context(WrongType))?;
        let (answer,) = function.call_async(&mut *store, params).await?;
        Ok(answer)
    }
}

type Outcome<T> = wasmtime::Result<Result<T, Failure>>;

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

    fn run(&'a self, request: &'a Request) -> types::Run<'a> {
        use types::{Mode, Nesting, Run};
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

    fn cursor(&self, request: &'a Request) -> Option<&'a [u8]> {
        request.cursor.as_deref()
    }
}

/// `check(run): the generated type, how it is converted => the model's type`.
macro_rules! ask {
    ($name:ident($($parameter:ident),*): $wire:ty, $convert:expr => $answer:ty) => {
        fn $name<'a>(&'a self, store: &'a mut Store<CallState>, request: &'a Request) -> Calling<'a, $answer> {
            Box::pin(async move {
                let lent = Lent::new(request);
                let answer: Result<$wire, Failure> =
                    self.call(store, &self.$name, ($(lent.$parameter(request),)*)).await?;
                Ok(answer.map($convert).map_err(Into::into))
            })
        }
    };
}

impl Abi for V1 {
    ask!(check(run): types::AccountInfo, Into::into => AccountInfo);
    ask!(discover(run): Vec<types::AttributeDefinition>, list => Vec<AttributeDefinition>);
    ask!(pull_groups(run, cursor): types::GroupPage, Into::into => GroupPage);
    ask!(pull_memberships(run, cursor): types::MembershipPage, Into::into => MembershipPage);
    ask!(pull_workers(run, cursor): types::WorkerPage, Into::into => WorkerPage);
}
