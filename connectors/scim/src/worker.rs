//! The worker that a user is.

use rollcall_sdk::prelude::*;

use crate::custom;
use crate::json::Json;
use crate::mapping::Mapping;
use crate::user::User;

/// Of several values the one of this type, or else the primary one, or else the
/// first that is not private.
fn choose<'j, 'a: 'j>(
    mut values: impl Iterator<Item = &'j Json<'a>> + Clone,
    kind: &str,
) -> Option<&'j Json<'a>> {
    let of_kind = values.clone().find(|value| value.get("type").is(kind));
    let primary = || values.clone().find(|value| value.get("primary").flag() == Some(true));
    of_kind.or_else(primary).or_else(|| values.find(|value| !is_home(value)))
}

fn is_home(value: &Json) -> bool {
    let kind = value.get("type");
    kind.is("home") || kind.is("personal")
}

/// The id of a manager: a text, an object, an empty one, a list of one; under
/// `value`, `managerId`, or at the end of `$ref`.
fn manager(manager: &Json) -> Option<String> {
    let one = manager.items().first()?;
    one.text().or_else(|| one.get("managerId").text()).or_else(|| one.target().map(|(_, id)| id))
}

pub fn worker(cx: &Context, mapping: &Mapping, id: &str, row: &Json) -> Worker {
    let user = User::of(row);
    let (name, meta) = (user.get("name"), user.get("meta"));
    let emails = user.values("emails").filter(|email| email.text().is_some());
    let mut work_email = choose(emails.clone(), "work").and_then(Json::text);
    let user_name = user.text("userName").or_else(|| {
        warn!("user {id} has no `userName`");
        work_email.clone()
    });
    if work_email.is_none() && cx.setting("username_as_email").boolean(false).unwrap_or(false) {
        work_email = user_name.clone().filter(|name| name.contains('@'));
    }
    let home = emails.clone().find(|email| is_home(email));
    let of_type = |name: &str, kind: &str| user.values(name).find(|value| value.get("type").is(kind));
    let untyped = |name: &str| user.values(name).find(|value| value.get("type").is_null());
    let work_phone = of_type("phoneNumbers", "work").or_else(|| untyped("phoneNumbers"));
    let place = of_type("addresses", "work").or_else(|| untyped("addresses"));
    let country = place.or_else(|| choose(user.values("addresses"), "work")).unwrap_or(&Json::Null);
    let place = place.unwrap_or(&Json::Null);
    let street = [place.get("streetAddress").text(), place.get("lineTwo").text()].into_iter().flatten();
    // A number would be milliseconds of some epoch, which nobody promises.
    let instant_of = |name: &str| match meta.get(name) {
        Json::Text(text) => instant(text),
        _ => None,
    };
    let mut worker = Worker {
        user_name,
        name: Name {
            given: name.get("givenName").text(),
            middle: name.get("middleName").text(),
            family: name.get("familyName").text(),
            display: user.text("displayName").or_else(|| name.get("formatted").text()),
            preferred: user.text("nickName"),
            honorific_prefix: name.get("honorificPrefix").text(),
            honorific_suffix: name.get("honorificSuffix").text(),
        }
        .or_both(),
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
            employee_number: user.enterprise("employeeNumber").text(),
            title: user.text("title"),
            worker_type: user.text("userType"),
            manager_id: manager(user.enterprise("manager")),
            ..Employment::default()
        },
        organization: Organization {
            company: user.unit("organization"),
            division: user.unit("division"),
            department: user.unit("department"),
            cost_center: user.unit("costCenter"),
            // Longer than a line it is an address, and no name of a place.
            location: place
                .get("formatted")
                .text()
                .filter(|text| text.chars().count() <= 60 && !text.contains('\n'))
                .and_then(|text| Unit::of(None, Some(text))),
            ..Organization::default()
        },
        address: Address {
            street: Some(street.collect::<Vec<_>>().join(", ")).filter(|street| !street.is_empty()),
            locality: place.get("locality").text(),
            region: place.get("region").text(),
            postal_code: place.get("postalCode").text(),
            country: country.get("country").text(),
        }
        .if_any(),
        custom: custom::attributes(cx, &user),
        created_at: instant_of("created"),
        updated_at: instant_of("lastModified"),
        ..Worker::new(id, WorkerStatus::Active)
    };
    let mapped = mapping.apply(&user, &mut worker);
    worker.status = status(cx, &worker, mapped, user.get("active").flag());
    worker
}

/// Terminated, pending and on leave go before `active`, of which a missing one
/// counts as true: some servers list only whom it is true of.
fn status(cx: &Context, worker: &Worker, mapped: Option<WorkerStatus>, active: Option<bool>) -> WorkerStatus {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    let day = |text: &Option<String>| text.as_deref().and_then(Date::parse);
    let (start, end) = (day(&worker.employment.start_date), day(&worker.employment.end_date));
    let flag = if active == Some(false) { Inactive } else { Active };
    let said = [mapped.unwrap_or(Active), status::of_dates(start, end, cx.today()), flag];
    [Terminated, Pending, OnLeave, Inactive].into_iter().find(|one| said.contains(one)).unwrap_or(Active)
}
