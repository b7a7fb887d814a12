//! How OData is asked, and how it answers.

use std::borrow::Cow;

use rollcall_sdk::json::{Fill, Fits, Slot, filled, text_at};
use rollcall_sdk::prelude::*;
use serde::Deserializer;

/// The slot of the setting `auth_method`.
pub fn slot(cx: &Context) -> Result<&'static str> {
    Ok(if cx.setting("auth_method").one_of(&["oauth_saml", "basic"])? == "basic" { "basic" } else { "oauth" })
}

/// What every request has.
pub fn completed<'a>(cx: &Context, call: Call<'a>, purpose: &str) -> Result<Call<'a>> {
    let call = call.auth(slot(cx)?).purpose(purpose).header("accept", "application/json");
    Ok(call.header("successfactors-sourcetype", "Application"))
}

/// A `GET` of an entity's list.
pub fn get<'a>(cx: &'a Context, entity: &str, purpose: &str) -> Result<Call<'a>> {
    completed(cx, cx.get("api", format!("/odata/v2/{entity}")).query("$format", "json"), purpose)
}

/// A next link. It carries all parameters of the first request.
pub fn follow<'a>(cx: &'a Context, link: &str, purpose: &str) -> Result<Call<'a>> {
    completed(cx, cx.follow("api", link), purpose)
}

/// A list within an object; an answer as a whole has that object within another,
/// as `d`. Without the list it is null, or a link where it was not expanded.
pub struct Many<T> {
    is_there: bool,
    results: Vec<T>,
    next: Option<String>,
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self { is_there: false, results: Vec::new(), next: None }
    }
}

impl<T> Many<T> {
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.results.iter()
    }

    pub fn into_vec(self) -> Vec<T> {
        self.results
    }
}

impl<'de, T: Fill<'de> + Default> Fill<'de> for Many<T> {
    fn expected(&self) -> &'static str {
        "a list within an object"
    }

    fn object(&mut self) -> Fits {
        Ok(())
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        match &**key {
            "d" | "results" => Slot::Value(self),
            "__next" => Slot::Value(&mut self.next),
            _ => Slot::Skip,
        }
    }

    fn list(&mut self) -> Fits {
        self.is_there = true;
        Ok(())
    }

    fn element(&mut self) -> Slot<'_, 'de> {
        self.results.push(T::default());
        self.results.last_mut().map_or(Slot::Skip, |last| Slot::Value(last))
    }
}

impl<'de, T: Fill<'de> + Default> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        filled(from)
    }
}

/// The list of an answer, which has to be there, and the link to what follows.
pub fn page<'a, T: Fill<'a> + Default>(answer: &'a Answer) -> Result<(Vec<T>, Option<String>)> {
    let all: Many<T> = answer.json()?;
    if all.is_there {
        Ok((all.results, all.next))
    } else {
        Err(answer.invalid("d.results: there is no list"))
    }
}

/// Whether the company's configuration does not have what was asked for.
pub fn is_not_there(answer: &Answer) -> bool {
    let code = || text_at(answer.body(), &["error", "code"]);
    answer.status() == 400
        && matches!(code().as_deref(), Some("COE_ENTITY_NOT_FOUND" | "COE_PROPERTY_NOT_FOUND"))
}

/// A condition that a field has one of these texts.
pub fn one_of(field: &str, texts: &[&str]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect();
    format!("{field} in {}", quoted.join(","))
}

/// A point in time in a condition.
pub fn literal(instant: Instant) -> String {
    format!("datetimeoffset'{instant}'")
}
