//! From a user as the server has it to a worker.

use std::borrow::Cow;

use rollcall_sdk::json;
use rollcall_sdk::prelude::*;

use crate::custom;
use crate::json::Json;

pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The extension for enterprises, under whichever name the server has it.
const ENTERPRISE_KEYS: [&str; 3] = [ENTERPRISE, "enterprise", "urn:scim:schemas:extension:enterprise:1.0"];

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

/// The settings `attribute_map` and `status_map`.
#[derive(Default)]
pub struct Mapping {
    fields: Vec<(String, String)>,
    words: Vec<(String, WorkerStatus)>,
}

impl Mapping {
    pub fn read(cx: &Context) -> Result<Self> {
        let object = |key| -> Result<Vec<(String, String)>> {
            let setting = cx.setting(key);
            let wrong = || setting.wrong("has to be a JSON object of texts: {\"name\": \"text\"}");
            let Some(text) = setting.optional() else { return Ok(Vec::new()) };
            let json: Json = json::read(text.as_bytes()).map_err(|_| wrong())?;
            let entry = |(name, value): &(Cow<str>, Json)| Some((name.to_string(), value.text()?));
            let all = json.members().iter().map(entry).collect::<Option<Vec<_>>>();
            all.filter(|_| matches!(json, Json::Object(_))).ok_or_else(wrong)
        };
        let fields = object("attribute_map")?;
        for (field, path) in &fields {
            let wrong = |why: String| Err(cx.setting("attribute_map").wrong(&why));
            if !put(&mut Worker::new("", WorkerStatus::Active), field, &[]) {
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
        Ok(Self { fields, words: object("status_map")?.into_iter().map(word).collect::<Result<_>>()? })
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(_, path)| path.as_str())
    }

    fn status_word(&self, word: &str) -> Option<WorkerStatus> {
        let own = self.words.iter().find(|(own, _)| own.eq_ignore_ascii_case(word.trim()));
        own.map(|(_, status)| *status).or_else(|| status::lookup(STATUS, word))
    }
}

/// A user, whose core attributes may be wrapped under their URN, and whose
/// enterprise attributes may stand among the core ones.
struct User<'j, 'a> {
    top: &'j Json<'a>,
    core: Option<&'j Json<'a>>,
    enterprise: Option<&'j Json<'a>>,
}

impl<'j, 'a> User<'j, 'a> {
    fn get(&self, name: &str) -> Option<&'j Json<'a>> {
        self.top.get(name).or_else(|| self.core?.get(name))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.text()
    }

    fn enterprise(&self, name: &str) -> Option<&'j Json<'a>> {
        self.enterprise.and_then(|extension| extension.get(name)).or_else(|| self.get(name))
    }

    fn unit(&self, name: &str) -> Option<Unit> {
        Unit::of(None, self.enterprise(name)?.text())
    }

    /// The values of an attribute that has several, without the deleted ones.
    fn values(&self, name: &str) -> impl Iterator<Item = &'j Json<'a>> + Clone {
        let items = self.get(name).map_or(&[][..], Json::items);
        items.iter().filter(|item| !item.is("operation", "delete"))
    }

    /// Whatever stands at `urn:…:User:member.sub`, `attr[type eq "x"].sub` or `attr.sub`.
    fn find(&self, path: &str) -> Vec<&'j Json<'a>> {
        // A URN has dots and colons of its own: the keys tell where it ends.
        let below = |key: &str| Some(path.get(key.len()..)?.strip_prefix(':')?).filter(|_| begins(path, key));
        if let Some(rest) = below(CORE) {
            return self.walk(None, rest);
        }
        if let Some(rest) = below(ENTERPRISE) {
            return self.walk(self.enterprise, rest);
        }
        let found = self.top.members().iter().find_map(|(key, value)| Some((value, below(key)?)));
        match found {
            Some((extension, rest)) => self.walk(Some(extension), rest),
            // Members of an extension also come without it.
            None if begins(path, "urn:") => self.walk(None, path.rsplit(':').next().unwrap_or_default()),
            None => self.walk(None, path),
        }
    }

    /// Follows the steps of a path, from an object or else from the user itself.
    fn walk(&self, from: Option<&'j Json<'a>>, path: &str) -> Vec<&'j Json<'a>> {
        let mut found: Vec<&Json> = Vec::new();
        let (first, mut rest) = step(path);
        let (name, mut filter) = first.split_once('[').unwrap_or((first, ""));
        found.extend(from.and_then(|from| from.get(name)).or_else(|| self.get(name)));
        loop {
            found = found.into_iter().flat_map(Json::items).filter(|item| fits(item, filter)).collect();
            if rest.is_empty() {
                return found;
            }
            let (next, after) = step(rest);
            let (name, own) = next.split_once('[').unwrap_or((next, ""));
            found = found.into_iter().filter_map(|item| item.get(name)).collect();
            (rest, filter) = (after, own);
        }
    }
}

fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with))
}

/// The first step of a path, up to a dot outside of brackets, and what follows.
fn step(path: &str) -> (&str, &str) {
    let mut inside = false;
    let dot = path.find(|c| {
        inside = (inside || c == '[') && c != ']';
        c == '.' && !inside
    });
    dot.and_then(|at| path.split_at_checked(at))
        .map_or((path, ""), |(step, rest)| (step, rest.trim_start_matches('.')))
}

/// Whether a value fits `type eq "work"]`; any fits an empty filter.
fn fits(item: &Json, filter: &str) -> bool {
    let mut words = filter.trim_end_matches(']').splitn(3, ' ');
    let (Some(name), Some(_), Some(value)) = (words.next(), words.next(), words.next()) else {
        return filter.is_empty();
    };
    item.text_of(name).is_some_and(|text| text.eq_ignore_ascii_case(value.trim().trim_matches('"')))
}

/// Of several values the one of this type, or else the primary one, or else the
/// first that is not private.
fn choose<'j, 'a: 'j>(
    mut values: impl Iterator<Item = &'j Json<'a>> + Clone,
    kind: &str,
) -> Option<&'j Json<'a>> {
    let of_kind = values.clone().find(|value| value.is("type", kind));
    let primary = || values.clone().find(|value| value.get("primary").and_then(Json::flag) == Some(true));
    of_kind.or_else(primary).or_else(|| values.find(|value| !is_home(value)))
}

fn is_home(value: &Json) -> bool {
    value.is("type", "home") || value.is("type", "personal")
}

/// The id of a manager: a text, an object, an empty one, a list of one; under
/// `value`, `managerId`, or at the end of `$ref`.
fn manager(manager: &Json) -> Option<String> {
    let one = manager.items().first()?;
    let named = one.text().or_else(|| one.text_of("managerId"));
    named.or_else(|| one.text_of("$ref")?.trim_end_matches('/').rsplit('/').next().map(str::to_owned))
}

pub fn worker(cx: &Context, mapping: &Mapping, id: &str, row: &Json) -> Worker {
    let enterprise = ENTERPRISE_KEYS.iter().find_map(|key| row.get(key));
    let user = User { top: row, core: row.get(CORE), enterprise };
    let name = user.get("name").unwrap_or(&Json::Null);
    let (given, family) = (name.text_of("givenName"), name.text_of("familyName"));
    let both = || Some([given.as_deref()?, family.as_deref()?].join(" "));
    let display = user.text("displayName").or_else(|| name.text_of("formatted")).or_else(both);
    let emails = user.values("emails").filter(|email| email.text().is_some());
    let mut work_email = choose(emails.clone(), "work").and_then(Json::text);
    let user_name = user.text("userName").or_else(|| {
        warn!("user {id} has no `userName`");
        work_email.clone()
    });
    if work_email.is_none() && cx.setting("username_as_email").boolean(false).unwrap_or(false) {
        work_email = user_name.clone().filter(|name| name.contains('@'));
    }
    let untyped = |value: &&Json| value.get("type").is_none();
    let of_type = |name: &str, kind: &str| user.values(name).find(|value| value.is("type", kind));
    let home = emails.clone().find(|email| is_home(email));
    let work_phone = of_type("phoneNumbers", "work").or_else(|| user.values("phoneNumbers").find(untyped));
    let place = of_type("addresses", "work").or_else(|| user.values("addresses").find(untyped));
    let country = place.or_else(|| choose(user.values("addresses"), "work"));
    let place = place.unwrap_or(&Json::Null);
    let street = [place.text_of("streetAddress"), place.text_of("lineTwo")].into_iter().flatten();
    let meta = user.get("meta").unwrap_or(&Json::Null);
    // A number would be milliseconds of some epoch, which nobody promises.
    let instant_of = |name: &str| match meta.get(name) {
        Some(Json::Text(text)) => instant(text),
        _ => None,
    };
    let mut worker = Worker {
        user_name,
        name: Name {
            middle: name.text_of("middleName"),
            display: display.or_else(|| given.clone()).or_else(|| family.clone()),
            given,
            family,
            preferred: user.text("nickName"),
            honorific_prefix: name.text_of("honorificPrefix"),
            honorific_suffix: name.text_of("honorificSuffix"),
        },
        contact: Contact {
            personal_email: home.and_then(Json::text).filter(|home| work_email.as_ref() != Some(home)),
            work_email,
            work_phone: work_phone.and_then(Json::text),
            mobile_phone: of_type("phoneNumbers", "mobile").and_then(Json::text),
            // May be a list as in Accept-Language.
            preferred_language: user.text("preferredLanguage").and_then(|list| {
                list.split([',', ';']).map(str::trim).find(|one| !one.is_empty()).map(str::to_owned)
            }),
            locale: user.text("locale"),
            timezone: user.text("timezone"),
        },
        employment: Employment {
            employee_number: user.enterprise("employeeNumber").and_then(Json::text),
            title: user.text("title"),
            worker_type: user.text("userType"),
            manager_id: user.enterprise("manager").and_then(manager),
            ..Employment::default()
        },
        organization: Organization {
            company: user.unit("organization"),
            division: user.unit("division"),
            department: user.unit("department"),
            cost_center: user.unit("costCenter"),
            // Longer than a line it is an address, and no name of a place.
            location: place
                .text_of("formatted")
                .filter(|text| text.chars().count() <= 60 && !text.contains('\n'))
                .and_then(|text| Unit::of(None, Some(text))),
            ..Organization::default()
        },
        address: Address {
            street: Some(street.collect::<Vec<_>>().join(", ")).filter(|street| !street.is_empty()),
            locality: place.text_of("locality"),
            region: place.text_of("region"),
            postal_code: place.text_of("postalCode"),
            country: country.and_then(|place| place.text_of("country")),
        }
        .if_any(),
        custom: custom::attributes(cx, row),
        created_at: instant_of("created"),
        updated_at: instant_of("lastModified"),
        ..Worker::new(id, WorkerStatus::Active)
    };
    let mut word = None;
    for (field, path) in &mapping.fields {
        let values = user.find(path);
        put(&mut worker, field, &values);
        if field == "status" {
            let said = values.first().and_then(|value| value.text());
            word = said.as_deref().and_then(|word| mapping.status_word(word));
            if said.is_some() && word.is_none() {
                // Any attribute may be mapped, so the word stays out of the log.
                warn!("the status of user {id} is no word that `status_map` has: `active` counts");
            }
        }
    }
    worker.address = worker.address.and_then(Address::if_any);
    worker.status = status(cx, &worker, word, user.get("active").and_then(Json::flag));
    worker
}

/// Terminated, pending and on leave go before `active`, of which a missing one
/// counts as true: some servers list only whom it is true of.
fn status(cx: &Context, worker: &Worker, word: Option<WorkerStatus>, active: Option<bool>) -> WorkerStatus {
    let day = |text: &Option<String>| text.as_deref().and_then(Date::parse);
    let ended = day(&worker.employment.end_date).is_some_and(|end| end < cx.today());
    let to_come = day(&worker.employment.start_date).is_some_and(|start| start > cx.today());
    match word {
        Some(WorkerStatus::Terminated) => WorkerStatus::Terminated,
        _ if ended => WorkerStatus::Terminated,
        Some(WorkerStatus::Pending) => WorkerStatus::Pending,
        _ if to_come => WorkerStatus::Pending,
        Some(WorkerStatus::OnLeave) => WorkerStatus::OnLeave,
        Some(WorkerStatus::Inactive) => WorkerStatus::Inactive,
        _ if active == Some(false) => WorkerStatus::Inactive,
        _ => WorkerStatus::Active,
    }
}

/// Puts a mapped value into its field; one that is not there leaves the field
/// as it is. False: there is no such field.
fn put(worker: &mut Worker, field: &str, values: &[&Json]) -> bool {
    let text = values.iter().find_map(|value| value.text());
    let Worker { name, contact, employment, organization, address, .. } = worker;
    if let Some(custom) = field.strip_prefix("custom.") {
        worker.custom.retain(|other| other.name != custom || text.is_none());
        let value = values.iter().find_map(|value| custom::value(value));
        worker.custom.extend(value.map(|value| CustomAttribute::new(custom, value)));
        return !custom.is_empty();
    }
    let (unit, is_id) = field.strip_suffix("_id").map_or((field, false), |unit| (unit, true));
    let unit = match unit {
        "company" => Some(&mut organization.company),
        "business_unit" => Some(&mut organization.business_unit),
        "division" => Some(&mut organization.division),
        "department" => Some(&mut organization.department),
        "cost_center" => Some(&mut organization.cost_center),
        "location" => Some(&mut organization.location),
        "org_unit" => Some(&mut organization.org_unit),
        _ => None,
    };
    if let Some(unit) = unit {
        if let Some(text) = text {
            let unit = unit.get_or_insert(Unit { id: None, name: None });
            *(if is_id { &mut unit.id } else { &mut unit.name }) = Some(text);
        }
        return true;
    }
    let slot = match field {
        "user_name" => &mut worker.user_name,
        "given_name" => &mut name.given,
        "middle_name" => &mut name.middle,
        "family_name" => &mut name.family,
        "display_name" => &mut name.display,
        "preferred_name" => &mut name.preferred,
        "honorific_prefix" => &mut name.honorific_prefix,
        "honorific_suffix" => &mut name.honorific_suffix,
        "work_email" => &mut contact.work_email,
        "personal_email" => &mut contact.personal_email,
        "work_phone" => &mut contact.work_phone,
        "mobile_phone" => &mut contact.mobile_phone,
        "preferred_language" => &mut contact.preferred_language,
        "locale" => &mut contact.locale,
        "timezone" => &mut contact.timezone,
        "employee_number" => &mut employment.employee_number,
        "title" => &mut employment.title,
        "employment_type" => &mut employment.employment_type,
        "worker_type" => &mut employment.worker_type,
        "grade" => &mut employment.grade,
        "manager_id" => &mut employment.manager_id,
        "start_date" | "end_date" => {
            let slot =
                if field == "start_date" { &mut employment.start_date } else { &mut employment.end_date };
            *slot = text.as_deref().and_then(date).or(slot.take());
            return true;
        }
        "work_address.street" => &mut address.get_or_insert_default().street,
        "work_address.locality" => &mut address.get_or_insert_default().locality,
        "work_address.region" => &mut address.get_or_insert_default().region,
        "work_address.postal_code" => &mut address.get_or_insert_default().postal_code,
        "work_address.country" => &mut address.get_or_insert_default().country,
        "fte" => {
            employment.fte = values.first().and_then(|value| value.number());
            return true;
        }
        "is_manager" => {
            employment.is_manager = values.first().and_then(|value| value.flag());
            return true;
        }
        "teams" => {
            let names = values.iter().filter_map(|value| value.text());
            organization.teams = names.map(|name| Unit { id: None, name: Some(name) }).collect();
            return true;
        }
        other => return other == "status",
    };
    *slot = text.or(slot.take());
    true
}
