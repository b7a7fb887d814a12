//! What a connector made of a case, as JSON that people read and compare.

use rollcall_model::{Failure, Value, Worker};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::cassette::Step;

/// What one step gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepOutput {
    /// Of `check` and `discover`.
    pub answer: Option<Json>,
    pub records: Vec<Json>,
    /// The records of `workers`, as the pipeline gets them.
    pub workers: Vec<Worker>,
    pub deleted: Vec<Json>,
    pub pages: u64,
    pub total: Option<u64>,
    pub checkpoint: Option<Vec<u8>>,
    pub failure: Option<Failure>,
}

impl StepOutput {
    pub fn answer<T: Serialize>(result: Result<T, Failure>) -> Self {
        match result {
            Ok(answer) => Self { answer: serde_json::to_value(answer).ok(), ..Self::default() },
            Err(failure) => Self { failure: Some(failure), ..Self::default() },
        }
    }

    /// In a few words, without anybody's data.
    pub fn summary(&self) -> String {
        let gone =
            if self.deleted.is_empty() { String::new() } else { format!(", {} gone", self.deleted.len()) };
        match &self.failure {
            Some(failure) => format!("failed, to blame: {}: {failure}", failure.blame()),
            None if self.answer.is_some() => "ended well".to_owned(),
            None => format!("{} on {} pages{gone}", self.records.len(), self.pages),
        }
    }

    pub fn to_json(&self, step: Step) -> Json {
        let failure = self.failure.as_ref().map(|failure| {
            let mut json = json!(failure);
            if let Some(fields) = json.as_object_mut() {
                fields.insert("blame".to_owned(), json!(failure.blame()));
            }
            json
        });
        match &self.answer {
            Some(answer) => present(answer.clone()),
            None => present(json!({
                step.as_str(): self.records,
                "deleted": self.deleted,
                "pages": (self.pages > 0).then_some(self.pages),
                "total": self.total,
                "checkpoint": self.checkpoint.as_deref().map(String::from_utf8_lossy),
                "failure": failure,
            })),
        }
    }
}

/// A line of `connector pull`, with the kind of each of the customer's values,
/// which that does not tell: a date prints as a text does.
pub fn worker(worker: &Worker) -> Json {
    let mut json = record("worker", worker);
    let custom =
        worker.custom.iter().map(|custom| json!({ "name": custom.name, "value": tagged(&custom.value) }));
    if let Some(fields) = json.as_object_mut() {
        fields.insert("custom".to_owned(), custom.collect());
    }
    present(json)
}

fn tagged(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!({ "text": text }),
        Value::Number(number) => json!({ "number": number }),
        Value::Boolean(boolean) => json!({ "boolean": boolean }),
        Value::Date(date) => json!({ "date": date }),
        Value::Texts(texts) => json!({ "texts": texts }),
    }
}

/// A line of `connector pull`.
pub fn record<T: Serialize>(kind: &str, record: &T) -> Json {
    let mut json = json!(record);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("type".to_owned(), json!(kind));
    }
    json
}

pub fn text(output: &Json) -> String {
    // Writing a value that was made of values cannot fail.
    serde_json::to_string_pretty(output).unwrap_or_default() + "\n"
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

/// The first line in which two texts differ: its number, what was expected, and
/// what came.
pub fn first_difference<'a>(golden: &'a str, now: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let (mut was, mut is) = (golden.lines(), now.lines());
    for at in 1.. {
        match (was.next(), is.next()) {
            (None, None) => return None,
            (was, is) if was == is => {}
            (was, is) => return Some((at, was.unwrap_or("(the end)"), is.unwrap_or("(the end)"))),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(first_difference("a\n", "a\nc\n"), Some((2, "(the end)", "c")));
        assert_eq!(first_difference("a\nb", "a"), Some((2, "b", "(the end)")));
    }

    #[test]
    fn what_is_absent_is_left_out() {
        let output =
            StepOutput { records: vec![json!({"id": "1", "name": null})], pages: 1, ..StepOutput::default() };
        assert_eq!(output.to_json(Step::Workers), json!({"workers": [{"id": "1"}], "pages": 1}));
        let failed = StepOutput { failure: Some(Failure::Timeout), ..StepOutput::default() };
        assert_eq!(failed.to_json(Step::Check), json!({"failure": {"code": "timeout", "blame": "provider"}}));
    }
}
