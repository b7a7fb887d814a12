//! The words of the domain. No I/O, no policy.
//!
//! A [`Worker`] is a person as a provider has them, a [`Group`] a set of people
//! there. An [`Account`] is a person as the application has them. A [`Link`]
//! says that the two are the same person. A [`Plan`] is what a sync is going to
//! do about the differences, one [`Situation`] and one [`Reaction`] a person.

mod account;
mod approval;
mod attribute;
mod event;
mod failure;
mod group;
mod ids;
mod plan;
mod receipt;
mod run;
mod situation;
mod value;
mod worker;

pub use account::{Account, AccountStatus, Attributes, Leaving, Link, Owner};
pub use approval::Approval;
pub use attribute::{Attribute, Sensitivity, ValueKind};
pub use event::{Event, EventKind};
pub use failure::{Blame, Failure};
pub use group::{Group, GroupKind, Member, Membership};
pub use ids::{AccountId, Fingerprint, IntegrationId, PlanHash, RunId, SourceId, TenantId};
pub use plan::{Change, Kept, Plan, PlanCounts, PlanItem};
pub use receipt::{EntityReceipt, Receipt};
pub use run::{Entity, PullMode, Run, RunState};
pub use situation::{Reaction, Situation};
pub use value::{Value, ValueRef};
pub use worker::{
    Address, Contact, CustomAttribute, Employment, Name, Organization, Unit, Worker, WorkerStatus,
};
