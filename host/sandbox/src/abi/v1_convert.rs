//! Records of the first major into the model's. By moving: no text is copied.

use rollcall_model as model;

use super::Told;
use super::v1::bindings::rollcall::connector::types;
use crate::limits::DETAIL_BYTES;
use crate::log::printable;
use crate::page;

/// Records: fields that are the same type, then, after `into`, those that are
/// converted.
macro_rules! records {
    ($($from:ident => $to:path { $($same:ident),* } into { $($other:ident: $how:expr),* })*) => {
        $(impl From<types::$from> for $to {
            fn from(from: types::$from) -> Self {
                Self { $($same: from.$same,)* $($other: $how(from.$other),)* }
            }
        })*
    };
}

/// Enumerations with the same cases.
macro_rules! enums {
    ($($name:ident => $to:path { $($case:ident),* })*) => {
        $(impl From<types::$name> for $to {
            fn from(from: types::$name) -> Self {
                match from { $(types::$name::$case => Self::$case,)* }
            }
        })*
    };
}

records! {
    Name => model::Name {
        given, middle, family, display, preferred, honorific_prefix, honorific_suffix
    } into {}
    Contact => model::Contact {
        work_email, personal_email, work_phone, mobile_phone, preferred_language, locale, timezone
    } into {}
    Employment => model::Employment {
        employee_number, title, employment_type, worker_type, grade, fte, start_date, end_date, manager_id,
        is_manager
    } into {}
    Unit => model::Unit { id, name } into {}
    Organization => model::Organization {} into {
        company: maybe, business_unit: maybe, division: maybe, department: maybe, cost_center: maybe,
        location: maybe, org_unit: maybe, teams: list
    }
    Address => model::Address { street, locality, region, postal_code, country } into {}
    CustomAttribute => model::CustomAttribute { name } into { value: Into::into }
    Worker => model::Worker { user_name, created_at, updated_at } into {
        id: model::SourceId, status: Into::into, name: Into::into, contact: Into::into,
        employment: Into::into, organization: Into::into, address: maybe, custom: list
    }
    Group => model::Group { id, name, parent_id, description } into { kind: Into::into }
    Membership => model::Membership { group_id } into { member: Into::into }
    WorkerPage => page::WorkerPage { deleted, next, checkpoint, total } into { workers: list }
    GroupPage => page::GroupPage { deleted, next, checkpoint, total } into { groups: list }
    MembershipPage => page::MembershipPage { next, checkpoint, total } into { memberships: list, deleted: list }
    AccountInfo => page::AccountInfo { name, id, warnings } into {}
    AttributeDefinition => page::AttributeDefinition { name, label, options } into { kind: Into::into }
}

enums! {
    WorkerStatus => model::WorkerStatus { Active, Pending, OnLeave, Inactive, Terminated }
    GroupKind => model::GroupKind {
        SecurityGroup, Team, Department, Division, BusinessUnit, LegalEntity, CostCenter, Location, OrgUnit
    }
    AttributeKind => page::AttributeKind { Text, Number, Boolean, Date, Texts }
}

impl From<types::Value> for model::Value {
    fn from(from: types::Value) -> Self {
        match from {
            types::Value::Text(text) => Self::Text(text),
            types::Value::Number(number) => Self::Number(number),
            types::Value::Boolean(boolean) => Self::Boolean(boolean),
            types::Value::Date(date) => Self::Date(date),
            types::Value::Texts(texts) => Self::Texts(texts),
        }
    }
}

impl From<types::Member> for model::Member {
    fn from(from: types::Member) -> Self {
        match from {
            types::Member::Worker(id) => Self::Worker(model::SourceId(id)),
            types::Member::Group(id) => Self::Group(id),
        }
    }
}

/// The guest's words go into logs and onto pages: bounded and escaped.
impl From<types::Failure> for Told {
    fn from(from: types::Failure) -> Self {
        use model::Failure;
        let clean = |text: String| printable(&text, DETAIL_BYTES);
        Self::Failure(match from {
            types::Failure::AuthFailed(detail) => Failure::AuthFailed { detail: clean(detail) },
            types::Failure::PermissionMissing(scope) => Failure::PermissionMissing { scope: clean(scope) },
            types::Failure::RateLimited(seconds) => Failure::RateLimited { seconds },
            types::Failure::Upstream(status) => Failure::Upstream { status },
            types::Failure::InvalidResponse(detail) => Failure::InvalidResponse { detail: clean(detail) },
            types::Failure::BadSetting(types::SettingError { key, why }) => {
                Failure::BadSetting { key: clean(key), why: clean(why) }
            }
            types::Failure::CheckpointExpired => Failure::CheckpointExpired,
            types::Failure::Bug(detail) => Failure::Crashed { detail: clean(detail) },
            types::Failure::FetchFailed(text) => return Self::FetchFailed(clean(text)),
        })
    }
}

fn maybe<A, B: From<A>>(from: Option<A>) -> Option<B> {
    from.map(Into::into)
}

pub(super) fn list<A, B: From<A>>(from: Vec<A>) -> Vec<B> {
    from.into_iter().map(Into::into).collect()
}
