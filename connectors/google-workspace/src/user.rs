//! A user, and the worker made of it.

use rollcall_sdk::json::Unread;
use rollcall_sdk::prelude::*;

use crate::entry::{self, Entry, Position, Postal, Simple, chosen, typed};
use crate::fields::Rules;

/// The custom attribute of `gender.addressMeAs`. The names of the customer's
/// own attributes all have a dot.
pub const PRONOUNS: &str = "pronouns";

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct User<'a> {
        pub id: Text<'a>,
        pub primary_email: Text<'a>,
        pub aliases: Vec<Text<'a>>,
        pub non_editable_aliases: Vec<Text<'a>>,
        pub is_guest_user: Flag,
        pub relations: List<Simple<'a>>,
        pub locations: List<Simple<'a>>,
        pub org_unit_path: Text<'a>,
        name: FullName<'a>,
        suspended: Flag,
        archived: Flag,
        agreed_to_terms: Flag,
        last_login_time: Text<'a>,
        creation_time: Text<'a>,
        recovery_email: Text<'a>,
        recovery_phone: Text<'a>,
        gender: Gender<'a>,
        emails: List<Simple<'a>>,
        external_ids: List<Simple<'a>>,
        addresses: List<Postal<'a>>,
        organizations: List<Position<'a>>,
        phones: List<Simple<'a>>,
        languages: List<Simple<'a>>,
        custom_schemas: Fields<'a, Fields<'a, Unread<'a>>>,
    }

    #[serde(rename_all = "camelCase")]
    struct FullName<'a> {
        given_name: Text<'a>,
        family_name: Text<'a>,
        full_name: Text<'a>,
        display_name: Text<'a>,
    }

    #[serde(rename_all = "camelCase")]
    struct Gender<'a> {
        address_me_as: Text<'a>,
    }
}

impl User<'_> {
    pub fn manager_mailbox(&self) -> Option<String> {
        let managers = self.relations.iter().filter(|relation| relation.is("manager"));
        managers.filter_map(|relation| mailbox(relation.value.as_str()?)).next()
    }

    /// Every address that may stand for the user.
    pub fn mailboxes(&self) -> impl Iterator<Item = String> {
        let aliases = self.aliases.iter().chain(self.non_editable_aliases.iter());
        aliases.chain([&self.primary_email]).filter_map(|text| mailbox(text.as_str()?))
    }

    fn status(&self, cx: &Context, rules: &Rules, start: Option<Date>, end: Option<Date>) -> WorkerStatus {
        let last_login = self.last_login_time.as_str().and_then(Instant::parse);
        let never =
            self.agreed_to_terms.get() == Some(false) && last_login.is_some_and(|at| at.millis() == 0);
        let status = if self.suspended.or(false) || self.archived.or(false) {
            WorkerStatus::Inactive
        } else if rules.never_logged_in_is_pending && never {
            WorkerStatus::Pending
        } else {
            WorkerStatus::Active
        };
        status::settle(status, start, end, cx.today())
    }

    /// Only what recognises somebody: of a deleted user there is little more.
    pub fn named(&self, answer: &Answer, status: WorkerStatus) -> Result<Worker> {
        // Dropping somebody would look as if they had left.
        let id = self.id.get().ok_or_else(|| answer.invalid("users: one has no `id`"))?;
        Ok(Worker {
            user_name: self.primary_email.get(),
            name: Name {
                given: self.name.given_name.get(),
                family: self.name.family_name.get(),
                display: self.name.display_name.get().or_else(|| self.name.full_name.get()),
                ..Name::default()
            },
            contact: Contact { work_email: self.primary_email.get(), ..Contact::default() },
            ..Worker::new(id, status)
        })
    }

    pub fn worker(
        self,
        cx: &Context,
        answer: &Answer,
        rules: &Rules,
        manager: Option<String>,
    ) -> Result<Worker> {
        let day = |name: Option<(&str, &str)>| {
            let (schema, field) = name?;
            entry::day(*self.custom_schemas.get(schema)?.get(field)?)
        };
        let (start, end) = (day(rules.start_date), day(rules.end_date));
        let worker = self.named(answer, self.status(cx, rules, start, end))?;
        let home = typed(&self.emails, &["home"]).and_then(|email| email.value.get());
        let phone = |kinds: &[&str]| typed(&self.phones, kinds).and_then(|phone| phone.value.get());
        let position = chosen(self.organizations, "work").unwrap_or_default();
        let place = chosen(self.locations, "desk").unwrap_or_default();
        // Where no area was entered it repeats the type: `desk`.
        let area = if place.area == place.r#type { Text::default() } else { place.area };
        let language = language(&self.languages);
        Ok(Worker {
            contact: Contact {
                personal_email: self.recovery_email.take().or(home),
                work_phone: phone(&["work"]),
                mobile_phone: phone(&["mobile", "work_mobile"]).or_else(|| self.recovery_phone.get()),
                preferred_language: language.clone(),
                locale: language,
                ..worker.contact
            },
            employment: Employment {
                employee_number: typed(&self.external_ids, &["organization"]).and_then(|id| id.value.get()),
                title: position.title.take(),
                employment_type: position.description.take(),
                worker_type: self.is_guest_user.or(false).then(|| "guest".to_owned()),
                fte: position.full_time_equivalent.part_of(Number::from(100_000.0)),
                start_date: start.map(|day| day.to_string()),
                end_date: end.map(|day| day.to_string()),
                manager_id: manager,
                ..Employment::default()
            },
            organization: Organization {
                company: Unit::of(None, position.name.take()),
                department: Unit::of(None, position.department.take()),
                cost_center: Unit::of(None, position.cost_center.take()),
                location: Unit::of(place.building_id.take(), area.or(position.location).take()),
                org_unit: Unit::of(None, self.org_unit_path.take()),
                ..Organization::default()
            },
            address: typed(&self.addresses, &["work"]).and_then(address),
            custom: attributes(cx, self.custom_schemas, self.gender.address_me_as),
            created_at: self.creation_time.instant(),
            ..worker
        })
    }
}

/// An address as it is compared; a manager is free text that need not be one.
fn mailbox(text: &str) -> Option<String> {
    const LONGEST: usize = 320;
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let text = text.trim();
    let is_one = text.contains('@') && text.len() <= LONGEST && !text.contains(odd);
    is_one.then(|| text.to_ascii_lowercase())
}

/// The preferred one, else the first; a `customLanguage` has no code.
fn language(all: &[Simple]) -> Option<String> {
    let mut coded = all.iter().filter(|language| !language.language_code.is_none());
    let preferred = coded.clone().find(|language| language.preference.as_str() == Some("preferred"));
    preferred.or_else(|| coded.next())?.language_code.get()
}

fn address(postal: &Postal) -> Option<Address> {
    let lines = [&postal.street_address, &postal.extended_address];
    let lines: Vec<&str> = lines.into_iter().filter_map(Text::as_str).collect();
    let mut address = Address {
        street: (!lines.is_empty()).then(|| lines.join(", ")),
        locality: postal.locality.get(),
        region: postal.region.get(),
        postal_code: postal.postal_code.get(),
        country: None,
    };
    if address == Address::default() {
        // An unstructured one is a text of several lines.
        let lines = postal.formatted.as_str().unwrap_or_default().lines().map(str::trim);
        let line = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
        address.street = (!line.is_empty()).then_some(line);
    }
    address.country = postal.country_code.get().or_else(|| postal.country.get());
    address.if_any()
}

/// The pronouns, and the customer's own by the names of schema and field.
fn attributes(cx: &Context, schemas: Fields<Fields<Unread>>, pronouns: Text) -> Vec<CustomAttribute> {
    let pronouns = pronouns.take().filter(|_| cx.wants_custom(PRONOUNS));
    let pronouns = pronouns.map(|text| CustomAttribute::new(PRONOUNS, Value::Text(text)));
    let own = schemas.into_iter().flat_map(|(schema, fields)| {
        fields.into_iter().filter_map(move |(field, value)| {
            let name = format!("{schema}.{field}");
            let value = if cx.wants_custom(&name) { entry::value(value) } else { None };
            Some(CustomAttribute::new(name, value?))
        })
    });
    pronouns.into_iter().chain(own).collect()
}
