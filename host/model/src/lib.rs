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
mod fold;
mod group;
mod ids;
mod plan;
mod receipt;
mod review;
mod run;
mod situation;
mod value;
mod worker;

pub use account::{Account, AccountStatus, Attributes, Contribution, Leaving, Link, Owner};
pub use approval::Approval;
pub use attribute::{Attribute, Sensitivity, ValueKind};
pub use event::{Event, EventKind};
pub use failure::{Blame, Failure};
pub use fold::{fold, index_fold};
pub use group::{Group, GroupKind, GroupRecord, Member, Membership};
pub use ids::{AccountId, Fingerprint, IntegrationId, PlanHash, RunId, SourceId, TenantId};
pub use plan::{Change, GroupChange, GroupReaction, Kept, LineChange, Plan, PlanCounts, PlanItem};
pub use receipt::{EntityReceipt, Receipt};
pub use review::{Candidate, Review};
pub use run::{Act, Entity, PullMode, Run, RunState};
pub use situation::{LinkStatus, Reaction, Situation};
pub use value::{Value, ValueRef};
pub use worker::{
    Address, Contact, CustomAttribute, Employment, Name, Organization, Unit, Worker, WorkerStatus,
};
