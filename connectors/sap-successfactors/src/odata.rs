//! How OData is asked, and how it answers.

use rollcall_sdk::json::text_at;
use rollcall_sdk::prelude::*;

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

/// A list within an object. Without the list it is null, or a link where it was
/// not expanded.
#[derive(Deserialize)]
#[serde(default, bound(deserialize = "T: Deserialize<'de>"))]
pub struct Many<T> {
    results: Option<Vec<T>>,
    #[serde(rename = "__next")]
    next: Option<String>,
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self { results: None, next: None }
    }
}

impl<T> Many<T> {
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.results.iter().flatten()
    }

    pub fn into_vec(self) -> Vec<T> {
        self.results.unwrap_or_default()
    }
}

/// The list of an answer, which has to be there, and the link to what follows.
pub fn page<'a, T: Deserialize<'a>>(answer: &'a Answer) -> Result<(Vec<T>, Option<String>)> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "T: Deserialize<'de>"))]
    struct Whole<T> {
        d: Many<T>,
    }
    let Many { results, next } = answer.json::<Whole<T>>()?.d;
    Ok((results.ok_or_else(|| answer.invalid("d.results: there is no list"))?, next))
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
