//! A person, and the worker that it makes.

use std::collections::BTreeMap;

use rollcall_sdk::country;
use rollcall_sdk::joined;
use rollcall_sdk::prelude::*;

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct Person<'a> {
        uuid: Text<'a>,
        person_id: Text<'a>,
        person_license_number: Text<'a>,
        personnel_number: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        title: Text<'a>,
        position: Text<'a>,
        email: Text<'a>,
        private_email: Text<'a>,
        office_phone_number: Text<'a>,
        company_mobile_phone_number: Text<'a>,
        is_active: Flag,
        pub join_date: Text<'a>,
        leave_date: Text<'a>,
        employment_type: Text<'a>,
        organization_unit: Unity<'a>,
        organization_unit_uuid: Text<'a>,
        permanent_establishment: Unity<'a>,
        pub superior: Superior<'a>,
        #[serde(alias = "costCentre")]
        cost_center: Unity<'a>,
        language_code: Text<'a>,
        country_code: Text<'a>;
        ..free: Leaves<'a>
    }
    #[serde(rename_all = "camelCase")]
    pub struct Superior<'a> { uuid: Text<'a>, personnel_number: Text<'a> }

    /// A unit, a site or a cost center.
    #[serde(rename_all = "camelCase")]
    pub struct Unity<'a> {
        uuid: Text<'a>,
        pub id: Text<'a>,
        number: Text<'a>,
        pub name: Text<'a>,
        pub address: Site<'a>,
        pub parent_organization_unit: Parent<'a>,
    }
    pub struct Parent<'a> { pub uuid: Text<'a>, pub number: Text<'a> }
    #[serde(rename_all = "camelCase")]
    pub struct Site<'a> {
        street: Text<'a>,
        street_number: Text<'a>,
        zip_code: Text<'a>,
        city: Text<'a>,
        state: Text<'a>,
        international_country_code: Text<'a>,
    }
}

/// Keys of the provider's own that no account needs. What is neither here nor
/// in the shape is the customer's.
const PRIVATE: [&str; 24] = [
    "address",
    "bankAccount",
    "birthName",
    "birthday",
    "buildingOrRoom",
    "costObjective",
    "customNameId",
    "dateOfNotice",
    "datevPersonnelNumber",
    "expensesGroup",
    "externalIds",
    "gender",
    "historicizedData",
    "nationality",
    "privateMobilePhoneNumber",
    "probationEndDate",
    "profilePictureUrl",
    "reasonForGivingNotice",
    "salutation",
    "secondNationality",
    "socialSecurityNumber",
    "taxpayerIdentificationNumber",
    "triggerForGivingNotice",
    "workSchedule",
];

/// How more of them begin.
const PRIVATE_BEGINNINGS: [&str; 2] = ["emergencyContact", "highest"];

fn is_private(path: &str) -> bool {
    let key = path.split('.').next().unwrap_or(path);
    PRIVATE.contains(&key) || PRIVATE_BEGINNINGS.iter().any(|beginning| key.starts_with(beginning))
}

impl Superior<'_> {
    /// Old accounts name the superior by the number alone.
    pub fn is_a_number(&self) -> bool {
        self.uuid.is_none() && !self.personnel_number.is_none()
    }
}

impl Unity<'_> {
    /// Old accounts have numbers of units instead of uuids here and there.
    pub fn key(&self, kind: GroupKind) -> Option<&str> {
        match kind {
            GroupKind::OrgUnit => self.uuid.as_str().or(self.number.as_str()),
            GroupKind::Location => self.id.as_str(),
            _ => self.number.as_str(),
        }
    }
}

impl Site<'_> {
    pub fn address(&self) -> Address {
        Address {
            street: joined([self.street.as_str(), self.street_number.as_str()]),
            locality: self.city.get(),
            region: self.state.get(),
            postal_code: self.zip_code.get(),
            country: self.international_country_code.get().map(country::two_letters),
        }
    }
}

impl<'a> Person<'a> {
    /// Neither of the two ever changes. Everybody is known by the same: whoever
    /// lost the one, and had the other, would be somebody new.
    pub fn key(&self, key: &str) -> Option<&str> {
        if key == "uuid" { self.uuid.as_str() } else { self.person_license_number.as_str() }
    }

    /// The units that the person is in.
    pub fn units(&self) -> [(GroupKind, &Unity<'a>); 3] {
        [
            (GroupKind::OrgUnit, &self.organization_unit),
            (GroupKind::Location, &self.permanent_establishment),
            (GroupKind::CostCenter, &self.cost_center),
        ]
    }

    /// The key of a unit; that of the organization unit may stand alone.
    pub fn unit_key(&self, kind: GroupKind, unit: &Unity<'a>) -> Option<String> {
        let alone = (kind == GroupKind::OrgUnit).then(|| self.organization_unit_uuid.as_str()).flatten();
        unit.key(kind).or(alone).map(str::to_owned)
    }

    /// The customer's own fields that have a value.
    pub fn free_fields(&mut self) -> impl Iterator<Item = (String, Scalar<'a>)> + use<'a> {
        let free = std::mem::take(&mut self.free)
            .into_iter()
            .filter(|(name, value)| !is_private(name) && *value != Scalar::None);
        free.map(|(name, value)| (name.into_owned(), value))
    }

    /// `numbers`: the ids of people by their numbers; `sites`: addresses by ids of
    /// sites.
    pub fn into_worker(
        mut self,
        cx: &Context,
        id: String,
        numbers: &BTreeMap<String, String>,
        sites: &BTreeMap<String, Address>,
    ) -> Worker {
        let dates = status::of_dates(self.join_date.day(), self.leave_date.day(), cx.today());
        // Somebody who was set to gone has left, whatever the date says.
        let status = if self.is_active.or(true) { dates } else { WorkerStatus::Terminated };
        let [unit, site, center] = self.units().map(|(kind, unit)| self.unit_key(kind, unit));
        let listed = site.as_ref().and_then(|site| sites.get(site).cloned());
        let address = self.permanent_establishment.address.address().if_any().or(listed).unwrap_or_default();
        let by_number =
            self.superior.personnel_number.as_str().and_then(|number| numbers.get(number).cloned());
        // A superior has no license number.
        let manager = self.superior.uuid.get().or(by_number).filter(|_| self.uuid.as_str() == Some(&id));
        let is_external = self.employment_type.as_str() == Some("externalWorker");
        let setting = cx.setting("custom_fields");
        let is_named = |name: &str| setting.list().any(|named| named == "*" || named == name);
        let named = self.free_fields().filter(|(name, _)| is_named(name) && cx.wants_custom(name));
        let custom = named.filter_map(|(name, value)| Some(CustomAttribute::new(name, value.into_value()?)));
        Worker {
            user_name: self.person_id.get(),
            name: Name {
                given: self.first_name.get(),
                family: self.last_name.get(),
                honorific_prefix: self.title.get(),
                ..Name::default()
            }
            .or_both(),
            contact: Contact {
                work_email: self.email.get(),
                personal_email: self.private_email.get(),
                work_phone: self.office_phone_number.get(),
                mobile_phone: self.company_mobile_phone_number.get(),
                preferred_language: self.language_code.get(),
                ..Contact::default()
            },
            employment: Employment {
                employee_number: self.personnel_number.get(),
                title: self.position.get(),
                employment_type: self.employment_type.get(),
                worker_type: Some(if is_external { "contingent" } else { "employee" }.into()),
                start_date: self.join_date.date(),
                end_date: self.leave_date.date(),
                manager_id: manager,
                ..Employment::default()
            },
            organization: Organization {
                department: Unit::of(unit, self.organization_unit.name.get()),
                // Customers know cost centers by their numbers.
                cost_center: Unit::of(center.clone(), center),
                location: Unit::of(site, self.permanent_establishment.name.get()),
                ..Organization::default()
            },
            address: Address {
                country: self.country_code.get().map(country::two_letters).or(address.country),
                ..address
            }
            .if_any(),
            custom: custom.collect(),
            ..Worker::new(id, status)
        }
    }
}
