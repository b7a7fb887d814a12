//! Foundation objects, and the definitions of fields.

use axum::response::Response;
use serde_json::{Value, json};

use super::filter::Found;
use super::{filter, link_at, no_entity, person_id, window};
use crate::people::{COMPANIES, DEPARTMENTS, LOCATIONS, Person, cost_center};
use crate::server::Stub;
use crate::truth;
use crate::web::{self, Ask, JSON};

/// A kind of unit.
pub struct Unit {
    entity: &'static str,
    kind: &'static str,
    /// On a job.
    pub field: &'static str,
    count: usize,
    code: fn(usize) -> String,
    name: fn(usize) -> String,
    pub of: fn(&Person) -> Option<usize>,
}

const DIVISIONS: [&str; 3] = ["Commercial", "Technical", "Corporate"];
const BUSINESS_UNITS: [&str; 4] = ["Products", "Services", "Projects", "Regions"];
/// Departments of a division.
const OF_DIVISION: usize = DEPARTMENTS.len() / DIVISIONS.len();

pub const UNITS: &[Unit] = &[
    Unit {
        entity: "FODepartment",
        kind: "department",
        field: "department",
        count: DEPARTMENTS.len(),
        code: |at| (50_130_010 + at).to_string(),
        name: |at| DEPARTMENTS[at].0.to_owned(),
        of: |person| person.department,
    },
    Unit {
        entity: "FODivision",
        kind: "division",
        field: "division",
        count: DIVISIONS.len(),
        code: |at| format!("DIV{at}"),
        name: |at| DIVISIONS[at].to_owned(),
        of: |person| person.department.map(|at| at / OF_DIVISION),
    },
    Unit {
        entity: "FOBusinessUnit",
        kind: "business-unit",
        field: "businessUnit",
        count: BUSINESS_UNITS.len(),
        // A quote is written twice in a filter.
        code: |at| format!("BU'{at}"),
        name: |at| BUSINESS_UNITS[at].to_owned(),
        of: |person| Some(person.company()),
    },
    Unit {
        entity: "FOCostCenter",
        kind: "cost-center",
        field: "costCenter",
        count: DEPARTMENTS.len(),
        code: |at| format!("2200-{}", cost_center(at)),
        name: cost_center,
        of: |person| person.department,
    },
    Unit {
        entity: "FOCompany",
        kind: "legal-entity",
        field: "company",
        count: COMPANIES.len(),
        code: |at| (2200 + 10 * at).to_string(),
        name: |at| COMPANIES[at].to_owned(),
        of: |person| Some(person.company()),
    },
    Unit {
        entity: "FOLocation",
        kind: "location",
        field: "location",
        count: LOCATIONS.len(),
        // The same codes as of companies.
        code: |at| (2200 + 10 * at).to_string(),
        name: |at| LOCATIONS[at].name.to_owned(),
        of: |person| Some(person.location),
    },
];

pub fn code(unit: &Unit, at: usize) -> String {
    (unit.code)(at)
}

impl Unit {
    pub fn groups(&self) -> Vec<Value> {
        let one = |at| {
            let parent = self.parent(at).map(|parent| (self.code)(parent));
            truth::group((self.code)(at), &(self.name)(at), self.kind, parent.into_iter().collect())
        };
        (0..self.count).map(one).collect()
    }

    pub fn membership(&self, person: &Person) -> Option<Value> {
        let group = (self.code)((self.of)(person)?);
        Some(truth::membership(self.kind, group, "worker", person_id(person)))
    }

    /// Every fourth department has the three after it within.
    fn parent(&self, at: usize) -> Option<usize> {
        (self.kind == "department" && !at.is_multiple_of(4)).then_some(at / 4 * 4)
    }

    fn row(&self, at: usize, places: bool) -> Value {
        let name = (self.name)(at);
        let mut row = json!({
            "externalCode": (self.code)(at),
            "status": "A",
            "startDate": "/Date(1451606400000)/",
            "endDate": super::FOREVER,
            "lastModifiedDateTime": "/Date(1565036945000+0000)/",
        });
        let localized = self.kind != "legal-entity" && at.is_multiple_of(2);
        row["name"] = if localized { format!("{name} (en)") } else { name.clone() }.into();
        row["name_localized"] = localized.then_some(name).into();
        row["parent"] = self.parent(at).map(|parent| (self.code)(parent)).into();
        if self.kind == "location" {
            let place = &LOCATIONS[at];
            let country = ["DEU", "BEL", "FRA", "KOR", "IND", "ISR"][at];
            row["addressNavDEFLT"] =
                json!({"__deferred": {"uri": format!("{}/addressNavDEFLT", super::HOST)}});
            if places {
                row["addressNavDEFLT"] = json!({
                    "addressId": "7244",
                    "address1": place.street,
                    "address2": null,
                    "city": place.name,
                    "state": at.is_multiple_of(2).then_some(place.region),
                    "province": (!at.is_multiple_of(2)).then_some(place.region),
                    "zipCode": place.postal_code,
                    "country": country,
                });
            }
        }
        row
    }
}

pub fn list(stub: &Stub, ask: &Ask, entity: &str) -> Response {
    let Some(unit) = UNITS.iter().find(|unit| unit.entity == entity) else { return no_entity(entity) };
    let (condition, (offset, size, _)) = match filter(ask).and_then(|filter| Ok((filter, window(stub, ask)?)))
    {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let places = ask.query.get("$expand") == Some("addressNavDEFLT");
    let mut all: Vec<Value> = (0..unit.count).map(|at| unit.row(at, places)).collect();
    // One that is closed, and still listed.
    all.push(json!({"externalCode": "CLOSED", "name": "Closed", "status": "I"}));
    all.retain(|row| {
        let code = |path: &str| match path {
            "externalCode" => Found::Text(row["externalCode"].as_str().unwrap_or_default().to_owned()),
            _ => Found::Nothing,
        };
        condition.as_ref().is_none_or(|all| all.holds(code))
    });
    let next = (offset + size < all.len()).then(|| link_at(ask, offset + size));
    let mut body = json!({"results": all.into_iter().skip(offset).take(size).collect::<Vec<_>>()});
    if let Some(next) = next {
        body["__next"] = next.into();
    }
    web::value(200, JSON, &json!({"d": body}))
}

/// The definitions of an entity, with those of one that it leads to.
pub fn metadata(entity: &str, central: bool) -> Response {
    let fields: &[(&str, &str, &str, bool)] = match entity {
        "EmpJob" if central => &[
            ("customString1", "Edm.String", "Desk &amp; floor", true),
            ("customString2", "Edm.String", "Badge", true),
            ("customDate1", "Edm.DateTime", "Joined the pension plan", true),
            ("customLong1", "Edm.Int64", "Parking space", true),
            ("customString3", "Edm.String", "Hidden", false),
        ],
        "EmpEmployment" | "PerPersonal" if central => &[],
        "User" => {
            &[("custom01", "Edm.String", "Shirt size", true), ("custom02", "Edm.String", "Floor", true)]
        }
        entity => return no_entity(entity),
    };
    let property = |(name, kind, label, visible): &(&str, &str, &str, bool)| {
        format!(
            "<Property Name=\"{name}\" Type=\"{kind}\" sap:visible=\"{visible}\" sap:label=\"{label}\"/>\n"
        )
    };
    let own: String = fields.iter().map(property).collect();
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <edmx:Edmx Version=\"1.0\" xmlns:edmx=\"http://schemas.microsoft.com/ado/2007/06/edmx\" \
         xmlns:sap=\"http://www.successfactors.com/edm/sap\"><edmx:DataServices>\n\
         <Schema Namespace=\"SFOData\" xmlns=\"http://schemas.microsoft.com/ado/2008/09/edm\">\n\
         <EntityType Name=\"{entity}\"><Key><PropertyRef Name=\"userId\"/></Key>\n\
         <Property Name=\"userId\" Type=\"Edm.String\" sap:visible=\"true\" sap:label=\"User\"/>\n{own}</EntityType>\n\
         <EntityType Name=\"Position\">\
         <Property Name=\"customString9\" Type=\"Edm.String\" sap:visible=\"true\" sap:label=\"Of a position\"/>\
         </EntityType></Schema></edmx:DataServices></edmx:Edmx>\n"
    );
    web::answer(200, "application/xml;charset=utf-8", xml)
}
