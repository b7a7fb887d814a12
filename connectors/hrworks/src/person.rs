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
        pub uuid: Text<'a>,
        pub id: Text<'a>,
        pub number: Text<'a>,
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
const PRIVATE: [&str; 25] = [
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
    "personIdentifierForKiosk",
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

pub fn is_private(path: &str) -> bool {
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
    /// Whether the unit, or the one above it, is known by a number alone.
    pub fn is_a_number(&self) -> bool {
        let parent = &self.parent_organization_unit;
        [(&self.uuid, &self.number), (&parent.uuid, &parent.number)]
            .iter()
            .any(|(uuid, number)| uuid.is_none() && !number.is_none())
    }

    /// With the uuids of these numbers, so that it is the same unit wherever it
    /// is named.
    pub fn look_up(&mut self, uuids: &BTreeMap<String, String>) {
        let parent = &mut self.parent_organization_unit;
        for (uuid, number) in [(&mut self.uuid, &self.number), (&mut parent.uuid, &parent.number)] {
            let found = number.as_str().and_then(|number| uuids.get(number));
            if let Some(found) = found.filter(|_| uuid.is_none()) {
                *uuid = Text::from(found.clone());
            }
        }
    }

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

    /// Whether an administrator has set the person to gone, if it is told.
    pub fn is_gone(&self) -> Option<bool> {
        self.is_active.get().map(|is_active| !is_active)
    }

    /// The organization unit, whose uuid may stand beside it.
    pub fn unit(&mut self) -> &mut Unity<'a> {
        let uuid = std::mem::take(&mut self.organization_unit.uuid);
        self.organization_unit.uuid = uuid.or(std::mem::take(&mut self.organization_unit_uuid));
        &mut self.organization_unit
    }

    /// The units that the person is in.
    pub fn units(&self) -> [(GroupKind, &Unity<'a>); 3] {
        [
            (GroupKind::OrgUnit, &self.organization_unit),
            (GroupKind::Location, &self.permanent_establishment),
            (GroupKind::CostCenter, &self.cost_center),
        ]
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
        let status = match self.join_date.day() {
            // Somebody who was set to gone has left, whatever the dates say.
            _ if self.is_gone() == Some(true) => WorkerStatus::Terminated,
            // Whoever comes back may still have the last day of the time before.
            Some(day) if day > cx.today() => WorkerStatus::Pending,
            _ => status::of_dates(None, self.leave_date.day(), cx.today()),
        };
        let [unit, site, center] = self.units().map(|(kind, unit)| unit.key(kind).map(str::to_owned));
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
