//! The settings `attribute_map` and `status_map`: what an admin wants where.

use std::borrow::Cow;

use rollcall_sdk::json;
use rollcall_sdk::prelude::*;

use crate::custom;
use crate::json::Json;
use crate::user::User;

/// Words for where somebody stands, for a status that the admin mapped.
const STATUS: StatusTable = &[
    ("active", WorkerStatus::Active),
    ("employed", WorkerStatus::Active),
    ("pending", WorkerStatus::Pending),
    ("onboarding", WorkerStatus::Pending),
    ("on-leave", WorkerStatus::OnLeave),
    ("on_leave", WorkerStatus::OnLeave),
    ("on leave", WorkerStatus::OnLeave),
    ("leave", WorkerStatus::OnLeave),
    ("inactive", WorkerStatus::Inactive),
    ("terminated", WorkerStatus::Terminated),
    ("left", WorkerStatus::Terminated),
];

pub struct Mapping {
    /// Fields and paths.
    fields: Vec<(String, String)>,
    words: Vec<(String, WorkerStatus)>,
}

impl Mapping {
    pub fn read(cx: &Context) -> Result<Self> {
        let fields = object(cx, "attribute_map")?;
        for (field, path) in &fields {
            let wrong = |why: String| Err(cx.setting("attribute_map").wrong(&why));
            if !is_field(field) {
                return wrong(format!("has no field `{field}`"));
            }
            if path.split(['.', ':', '[']).any(custom::is_private) {
                return wrong(format!("may not read `{path}`"));
            }
        }
        let word = |(word, name): (String, String)| match status::lookup(STATUS, &name) {
            Some(status) => Ok((word, status)),
            None => Err(cx.setting("status_map").wrong(&format!("has no status `{name}`"))),
        };
        Ok(Self { fields, words: object(cx, "status_map")?.into_iter().map(word).collect::<Result<_>>()? })
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(_, path)| path.as_str())
    }

    /// Puts what is mapped into its fields, and gives the status that is.
    pub fn apply(&self, user: &User, worker: &mut Worker) -> Option<WorkerStatus> {
        let mut status = None;
        for (field, path) in &self.fields {
            let values = user.find(path);
            if field == "status" {
                status = self.status(&worker.id, &values);
            } else {
                put(worker, field, &values);
            }
        }
        status
    }

    fn status(&self, id: &str, values: &[&Json]) -> Option<WorkerStatus> {
        let word = values.first()?.text()?;
        let own = self.words.iter().find(|(own, _)| own.eq_ignore_ascii_case(word.trim()));
        let status = own.map(|(_, status)| *status).or_else(|| status::lookup(STATUS, &word));
        if status.is_none() {
            // Any attribute may be mapped, so the word stays out of the log.
            warn!("the status of user {id} is no word that `status_map` has: `active` counts");
        }
        status
    }
}

/// A setting that is a JSON object of texts.
fn object(cx: &Context, key: &str) -> Result<Vec<(String, String)>> {
    let setting = cx.setting(key);
    let Some(text) = setting.optional() else { return Ok(Vec::new()) };
    let entry = |(name, value): &(Cow<str>, Json)| Some((name.to_string(), value.text()?));
    let read = match json::read(text.as_bytes()) {
        Ok(Json::Object(members)) => members.iter().map(entry).collect(),
        _ => None,
    };
    read.ok_or_else(|| setting.wrong("has to be a JSON object of texts: {\"name\": \"text\"}"))
}

/// Whether a worker has a field of this name.
fn is_field(field: &str) -> bool {
    match field.strip_prefix("custom.") {
        Some(name) => !name.is_empty(),
        None => {
            matches!(field, "status" | "fte" | "is_manager" | "teams")
                || Worker::new("", WorkerStatus::Active).set_text(field, "")
        }
    }
}

/// Puts a value into a field; one that is not there leaves the field as it is.
fn put(worker: &mut Worker, field: &str, values: &[&Json]) {
    let employment = &mut worker.employment;
    match field {
        "fte" => employment.fte = values.first().and_then(|value| value.number().get()),
        "is_manager" => employment.is_manager = values.first().and_then(|value| value.flag()),
        "teams" => {
            let names = values.iter().filter_map(|value| value.text());
            worker.organization.teams = names.filter_map(|name| Unit::of(None, Some(name))).collect();
        }
        _ => {
            let Some(text) = values.iter().find_map(|value| value.text()) else { return };
            if let Some(name) = field.strip_prefix("custom.") {
                worker.custom.retain(|other| other.name != name);
                let value = values.iter().find_map(|value| custom::value(value));
                worker.custom.extend(value.map(|value| CustomAttribute::new(name, value)));
            } else if let "start_date" | "end_date" = field {
                date(&text).map(|day| worker.set_text(field, day));
            } else {
                worker.set_text(field, text);
            }
        }
    }
}
