//! One person in a run: what was read of them, what each step said, and what the
//! plan does.

use rollcall_model::{PlanItem, SourceId, Worker, fold};
use rollcall_pipeline::Explanation;
use rollcall_store::StoreError;
use serde::Serialize;

use crate::run::{Ready, Times};
use crate::show::each_decision;

/// Somebody to look out for, by the source's id or by e-mail.
#[derive(Debug, Clone)]
pub struct Watch {
    id: SourceId,
    email: String,
}

impl Watch {
    pub fn new(who: &str) -> Self {
        Self { id: who.into(), email: fold(who) }
    }

    pub(crate) fn is(&self, worker: &Worker) -> bool {
        let email = worker.contact.work_email.as_deref();
        worker.id == self.id || email.is_some_and(|email| fold(email) == self.email)
    }
}

/// One person, from the source to the plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// None: they did not come with the read.
    pub read: Option<Explanation>,
    /// None: the plan has nothing to do with them.
    pub planned: Option<PlanItem>,
    #[serde(flatten)]
    pub times: Times,
}

impl Ready<'_> {
    /// Everybody that the job looked out for: those who came, and those whom the
    /// plan names although they did not come.
    pub fn explained(&self, watch: &Watch) -> Result<Vec<Explained>, StoreError> {
        let mut all: Vec<_> = self.watched.iter().cloned().map(|read| (read, None)).collect();
        let mut absent = Vec::new();
        each_decision(self.tenant, self.staging, self.plan, |item| {
            let Some(id) = &item.source_id else { return };
            match all.iter_mut().find(|(read, _)| read.source_id == *id) {
                Some((_, planned)) => *planned = Some(item),
                None if *id == watch.id || fold(&item.label).contains(&format!("<{}>", watch.email)) => {
                    absent.push(Explained { read: None, planned: Some(item), times: self.times });
                }
                None => {}
            }
        })?;
        let came =
            all.into_iter().map(|(read, planned)| Explained { read: Some(read), planned, times: self.times });
        Ok(came.chain(absent).collect())
    }
}
