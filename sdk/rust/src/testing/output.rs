//! What a connector makes of a conversation, as JSON in the shape of the
//! command line's output: one object a record, absent fields left out.

use serde_json::{Map, Value as Json, json};

use crate::{
    AccountInfo, AttributeDefinition, AttributeKind, Failure, Group, GroupKind, Level, Member, Membership,
    Unit, Value, Worker, status,
};

/// What one step of a read gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    pub records: Vec<Json>,
    pub deleted: Vec<Json>,
    pub pages: usize,
    pub total: Option<u64>,
    pub checkpoint: Option<String>,
    pub failure: Option<Json>,
}

/// What a whole conversation gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Output(pub Json);

impl Step {
    pub(super) fn to_json(&self, entity: &str) -> Json {
        let step = json!({
            entity: self.records,
            "deleted": self.deleted,
            "pages": self.pages,
            "total": self.total,
            "checkpoint": self.checkpoint,
            "failure": self.failure,
        });
        present(step)
    }
}

/// Without nulls, empty lists and empty objects, all the way down.
fn present(json: Json) -> Json {
    match json {
        Json::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| (key, present(value)));
            let is_there = |value: &Json| match value {
                Json::Null => false,
                Json::Array(list) => !list.is_empty(),
                Json::Object(fields) => !fields.is_empty(),
                _ => true,
            };
            Json::Object(fields.filter(|(_, value)| is_there(value)).collect::<Map<_, _>>())
        }
        Json::Array(list) => Json::Array(list.into_iter().map(present).collect()),
        other => other,
    }
}

macro_rules! fields {
    ($record:expr, $($field:ident),*) => { json!({ $(stringify!($field): $record.$field),* }) };
}

pub(super) fn worker(worker: &Worker) -> Json {
    let Worker { name, contact, employment, organization, address, .. } = worker;
    let custom: Vec<_> =
        worker.custom.iter().map(|c| json!({"name": c.name, "value": value(&c.value)})).collect();
    present(json!({
        "type": "worker",
        "id": worker.id,
        "status": status::name(worker.status),
        "user_name": worker.user_name,
        "name": fields!(name, given, middle, family, display, preferred, honorific_prefix, honorific_suffix),
        "contact": fields!(
            contact, work_email, personal_email, work_phone, mobile_phone, preferred_language, locale, timezone
        ),
        "employment": fields!(
            employment, employee_number, title, employment_type, worker_type, grade, fte, start_date, end_date,
            manager_id, is_manager
        ),
        "organization": {
            "company": unit(organization.company.as_ref()),
            "business_unit": unit(organization.business_unit.as_ref()),
            "division": unit(organization.division.as_ref()),
            "department": unit(organization.department.as_ref()),
            "cost_center": unit(organization.cost_center.as_ref()),
            "location": unit(organization.location.as_ref()),
            "org_unit": unit(organization.org_unit.as_ref()),
            "teams": organization.teams.iter().map(|team| unit(Some(team))).collect::<Vec<_>>(),
        },
        "address": address.as_ref().map(|a| fields!(a, street, locality, region, postal_code, country)),
        "custom": custom,
        "created_at": worker.created_at,
        "updated_at": worker.updated_at,
    }))
}

fn unit(unit: Option<&Unit>) -> Json {
    unit.map_or(Json::Null, |unit| fields!(unit, id, name))
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!({"text": text}),
        Value::Number(number) => json!({"number": number}),
        Value::Boolean(boolean) => json!({"boolean": boolean}),
        Value::Date(date) => json!({"date": date}),
        Value::Texts(texts) => json!({"texts": texts}),
    }
}

pub(super) fn group(group: &Group) -> Json {
    let kind = match group.kind {
        GroupKind::SecurityGroup => "security-group",
        GroupKind::Team => "team",
        GroupKind::Department => "department",
        GroupKind::Division => "division",
        GroupKind::BusinessUnit => "business-unit",
        GroupKind::LegalEntity => "legal-entity",
        GroupKind::CostCenter => "cost-center",
        GroupKind::Location => "location",
        GroupKind::OrgUnit => "org-unit",
    };
    present(json!({
        "type": "group", "id": group.id, "name": group.name, "kind": kind,
        "parent_id": group.parent_id, "description": group.description,
    }))
}

pub(super) fn membership(membership: &Membership) -> Json {
    let group_id = &membership.group_id;
    match &membership.member {
        Member::Worker(id) => json!({"type": "membership", "group_id": group_id, "worker_id": id}),
        Member::Group(id) => json!({"type": "membership", "group_id": group_id, "member_group_id": id}),
    }
}

pub(super) fn account(info: &AccountInfo) -> Json {
    present(fields!(info, name, id, warnings))
}

pub(super) fn attribute(definition: &AttributeDefinition) -> Json {
    let kind = match definition.kind {
        AttributeKind::Text => "text",
        AttributeKind::Number => "number",
        AttributeKind::Boolean => "boolean",
        AttributeKind::Date => "date",
        AttributeKind::Texts => "texts",
    };
    let AttributeDefinition { name, label, options, .. } = definition;
    present(json!({"name": name, "label": label, "kind": kind, "options": options}))
}

pub(super) fn failure(failure: &Failure) -> Json {
    present(match failure {
        Failure::AuthFailed(detail) => json!({"code": "auth-failed", "detail": detail}),
        Failure::PermissionMissing(scope) => json!({"code": "permission-missing", "scope": scope}),
        Failure::RateLimited(seconds) => json!({"code": "rate-limited", "seconds": seconds}),
        Failure::Upstream(status) => json!({"code": "upstream", "status": status}),
        Failure::InvalidResponse(detail) => json!({"code": "invalid-response", "detail": detail}),
        Failure::BadSetting(error) => json!({"code": "bad-setting", "key": error.key, "why": error.why}),
        Failure::FetchFailed(detail) => json!({"code": "fetch-failed", "detail": detail}),
        Failure::CheckpointExpired => json!({"code": "checkpoint-expired"}),
    })
}

pub(super) fn log_line((level, text): &(Level, String)) -> Json {
    let level = match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    };
    Json::String(format!("{level}: {text}"))
}
