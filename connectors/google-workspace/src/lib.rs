//! Google Workspace through the Directory API of the Admin SDK: users, groups,
//! org units, buildings and custom schemas.

mod entry;
mod groups;
mod members;
mod user;
mod users;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{fault, json};

pub struct GoogleWorkspace;

rollcall_sdk::export!(GoogleWorkspace);

impl Connector for GoogleWorkspace {
    /// The customer gives the name; users are what a read cannot do without, so
    /// whatever else is not readable is a warning.
    fn check(cx: &Context) -> Result<AccountInfo> {
        const TEST: &str = "connection test";
        let ask = |path: &str| directory(cx, path, TEST);
        Page::<user::User>::of(&of_account(cx, ask("/users")).query("maxResults", 1).send()?)?;
        let mut info = AccountInfo::default();
        match ask(&format!("/customers/{}", segment(customer(cx)))).send() {
            Err(Failure::PermissionMissing(why)) => info.warnings.push(format!("The customer: {why}")),
            answer => {
                let answer = answer?;
                let text = |path: &[&str]| json::text_at(answer.body(), path);
                info.name =
                    text(&["postalAddress", "organizationName"]).or_else(|| text(&["customerDomain"]));
                info.id = text(&["id"]);
            }
        }
        let mut others = vec![("Groups", of_account(cx, ask("/groups")).query("maxResults", 1))];
        if groups::has_units(cx)? {
            others.push(("Org units", of_customer(cx, "orgunits", TEST).query("type", "children")));
        }
        others.push(("Custom attributes", of_customer(cx, "schemas", TEST)));
        if groups::has_buildings(cx)? {
            others.push((
                "Buildings",
                of_customer(cx, "resources/buildings", TEST).auth("buildings").query("maxResults", 1),
            ));
        }
        for (name, call) in others {
            match call.send() {
                Err(Failure::PermissionMissing(why)) => info.warnings.push(format!("{name}: {why}")),
                answer => drop(answer?),
            }
        }
        Ok(info)
    }

    /// The pronouns of a profile, and every field of the customer's own schemas
    /// as `SchemaName.fieldName`.
    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        let own = |name: &str, label: String, kind| AttributeDefinition {
            name: name.to_owned(),
            label,
            kind,
            options: Vec::new(),
        };
        let mut all = vec![own(user::PRONOUNS, "Pronouns".into(), AttributeKind::Text)];
        let answer = match of_customer(cx, "schemas", "custom schemas").send() {
            // Without the right to read schemas the values are not readable
            // either; `check` says so.
            Err(Failure::PermissionMissing(_)) => return Ok(all),
            answer => answer?,
        };
        for schema in Page::<Schema>::of(&answer)?.items {
            let Some(of) = schema.schema_name.as_str() else { continue };
            for field in &schema.fields {
                let Some(name) = field.field_name.as_str() else { continue };
                let words =
                    [schema.display_name.as_str().unwrap_or(of), field.display_name.as_str().unwrap_or(name)];
                all.push(own(&format!("{of}.{name}"), words.join(": "), field.kind()));
            }
        }
        Ok(all)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        users::page(cx, &cursor)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        groups::page(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        members::page(cx, &cursor)
    }

    /// Google says 403 both to too many requests and to a right that is missing.
    fn failure(answer: &Answer) -> Option<Failure> {
        if answer.status() != 403 {
            return None;
        }
        let reason = fault::reason_at(answer, &["/error/errors/0/reason"]).unwrap_or_default();
        Some(match reason.as_str() {
            "userRateLimitExceeded" | "rateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded" => {
                Failure::RateLimited(answer.retry_after())
            }
            "accessNotConfigured" => Failure::PermissionMissing(
                "the Admin SDK API is not enabled in the Google Cloud project of the service account".into(),
            ),
            _ => Failure::PermissionMissing(format!(
                "{}: `admin_email` has to be an administrator whose role may read this, and the client id of the \
                 service account has to be authorised for the scope",
                scope_of(answer.path())
            )),
        })
    }
}

const ROOT: &str = "/admin/directory/v1";

/// The scope that a path needs.
fn scope_of(path: &str) -> String {
    let path = path.strip_prefix(ROOT).unwrap_or(path);
    let name = match (path.split('/').nth(1), path.rsplit('/').next()) {
        (Some("groups"), Some("members")) => "group.member",
        (Some("groups"), _) => "group",
        (Some("customer"), Some("orgunits")) => "orgunit",
        (Some("customer"), Some("schemas")) => "userschema",
        (Some("customer"), _) => "resource.calendar",
        (Some("customers"), _) => "customer",
        _ => "user",
    };
    format!("https://www.googleapis.com/auth/admin.directory.{name}.readonly")
}

fn directory<'a>(cx: &'a Context, path: &str, purpose: &str) -> Call<'a> {
    cx.get("directory", format!("{ROOT}{path}"))
        .auth("directory")
        .purpose(purpose)
        .query("prettyPrint", false)
}

fn of_customer<'a>(cx: &'a Context, what: &str, purpose: &str) -> Call<'a> {
    directory(cx, &format!("/customer/{}/{what}", segment(customer(cx))), purpose)
}

fn customer(cx: &Context) -> &str {
    cx.setting("customer").or("my_customer")
}

/// Users and groups are asked for by the customer or by one domain: with
/// neither the answer is 400, and the two exclude each other.
fn of_account<'a>(cx: &'a Context, call: Call<'a>) -> Call<'a> {
    match cx.setting("domain").optional() {
        Some(domain) => call.query("domain", domain),
        None => call.query("customer", customer(cx)),
    }
}

/// Which of its lists a read is in.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Part {
    Users,
    Deleted,
    Groups,
    OrgUnits,
    Buildings,
}

/// Where a read of users or of groups is.
#[derive(Serialize, Deserialize)]
struct At {
    part: Part,
    paging: Token,
}

impl Shape for At {
    const SHAPE: &'static str = "google-list/1";
}

impl At {
    fn start(part: Part) -> Self {
        Self { part, paging: Token::default() }
    }

    /// After a page of this list with this token for the next one, if any.
    fn after(self, token: &Text) -> Result<Option<Self>> {
        Ok(self.paging.after(token.as_str())?.map(|paging| Self { paging, ..self }))
    }
}

/// One page of any list. The key of the list is missing where it is empty, so
/// `kind` is what tells an empty list from an answer of something else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
struct Page<'a, T> {
    kind: Text<'a>,
    #[serde(default, alias = "users", alias = "groups", alias = "members")]
    #[serde(alias = "organizationUnits", alias = "schemas", alias = "buildings")]
    items: Vec<T>,
    #[serde(default)]
    next_page_token: Text<'a>,
}

impl<'a, T: Deserialize<'a>> Page<'a, T> {
    fn of(answer: &'a Answer) -> Result<Self> {
        let page: Self = answer.json()?;
        let known = page.kind.as_str().is_some_and(|kind| kind.starts_with("admin#directory#"));
        if known { Ok(page) } else { Err(answer.invalid("kind: not one of the Directory API")) }
    }
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    struct Schema<'a> { schema_name: Text<'a>, display_name: Text<'a>, fields: Vec<SchemaField<'a>> }

    #[serde(rename_all = "camelCase")]
    struct SchemaField<'a> {
        field_name: Text<'a>,
        field_type: Text<'a>,
        display_name: Text<'a>,
        multi_valued: Flag,
    }
}

impl SchemaField<'_> {
    fn kind(&self) -> AttributeKind {
        match self.field_type.as_str() {
            _ if self.multi_valued.or(false) => AttributeKind::Texts,
            Some("DATE") => AttributeKind::Date,
            Some("BOOL") => AttributeKind::Boolean,
            Some("INT64" | "DOUBLE") => AttributeKind::Number,
            _ => AttributeKind::Text,
        }
    }
}
