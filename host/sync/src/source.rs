//! A provider, ready to be asked: with its settings, and what is wanted of it.

use std::sync::Arc;

use rollcall_model::{Attribute, PullMode, RunId};
use rollcall_pipeline::Offer;
use rollcall_sandbox::{Nesting, RunInput};

use crate::{Provider, offer};

#[derive(Clone)]
pub struct Source {
    pub provider: Arc<dyn Provider>,
    pub run: RunInput,
    /// `HOST=URL`, where requests do not go to the provider.
    pub upstreams: Vec<String>,
}

impl Source {
    /// For one run.
    #[must_use]
    pub(crate) fn of_run(&self, id: RunId) -> Self {
        Self { run: RunInput { id: id.to_string().into(), ..self.run.clone() }, ..self.clone() }
    }

    #[must_use]
    pub(crate) fn reading(&self, mode: PullMode) -> Self {
        Self { run: RunInput { mode, ..self.run.clone() }, ..self.clone() }
    }

    #[must_use]
    pub(crate) fn wanting_groups(&self, groups: Vec<String>, nesting: Nesting) -> Self {
        Self { run: RunInput { wanted_groups: groups.into(), nesting, ..self.run.clone() }, ..self.clone() }
    }

    pub(crate) fn offer(&self) -> Offer {
        offer(self.provider.manifest())
    }

    #[must_use]
    pub(crate) fn wanting(&self, attributes: &[Attribute]) -> Self {
        let wanted_attributes = attributes.iter().map(ToString::to_string).collect();
        Self { run: RunInput { wanted_attributes, ..self.run.clone() }, ..self.clone() }
    }
}
