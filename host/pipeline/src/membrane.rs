//! The membrane: of a worker it lets through what the configuration uses, and
//! nothing else. Everything behind it knows only [`Record`]s, so an attribute
//! that no filter and no mapping names cannot reach the disk (R140, rule 8).

use rollcall_model::{Attribute, SourceId, Value, Worker, WorkerStatus};

/// A person, reduced to the wanted attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: SourceId,
    pub status: WorkerStatus,
    values: Vec<Option<Value>>,
}

/// Where a wanted attribute lies in a [`Record`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(usize);

impl Record {
    /// None when the person has none, or an empty one.
    pub fn get(&self, slot: Slot) -> Option<&Value> {
        self.values.get(slot.0)?.as_ref().filter(|value| !value.is_empty())
    }
}

#[derive(Debug, Clone, Default)]
pub struct Membrane {
    wanted: Vec<Attribute>,
}

impl Membrane {
    /// Lets an attribute through from now on.
    pub fn admit(&mut self, attribute: Attribute) -> Slot {
        let at = self.wanted.iter().position(|wanted| *wanted == attribute);
        Slot(at.unwrap_or_else(|| {
            self.wanted.push(attribute);
            self.wanted.len() - 1
        }))
    }

    /// Each attribute, and where it lies in a record.
    pub fn slots(&self) -> impl Iterator<Item = (&Attribute, Slot)> {
        self.wanted.iter().enumerate().map(|(at, attribute)| (attribute, Slot(at)))
    }

    pub fn wanted(&self) -> &[Attribute] {
        &self.wanted
    }

    pub fn pass(&self, mut worker: Worker) -> Record {
        let values = self.wanted.iter().map(|attribute| attribute.take(&mut worker)).collect();
        Record { id: worker.id, status: worker.status, values }
    }
}
