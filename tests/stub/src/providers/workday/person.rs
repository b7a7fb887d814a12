//! A worker as `Get_Workers` tells them, its elements in the order of the schema.

use super::request::Request;
use super::{company_id, cost_center, department, team, wid};
use crate::json::Json;
use crate::people::{Company, Kind, Person, Standing};

/// With what a worker is told.
pub struct Told<'a> {
    pub company: &'a Company,
    pub request: &'a Request,
    /// The stub's day.
    pub today: String,
}

impl Told<'_> {
    /// Whether somebody works here on the day of which the request asks. Before
    /// it, little more than the name is told.
    fn has_begun(&self, person: &Person) -> bool {
        person.start <= *self.request.as_of_day.as_ref().unwrap_or(&self.today)
    }

    /// The first versions of the service have other attributes for a phone.
    fn is_old(&self) -> bool {
        self.request.version.as_str() < "v34"
    }
}

/// A reference: its name, and its ids by their types.
fn reference(json: &mut Json, key: &str, name: &str, ids: &[(&str, &str)]) {
    json.nested(key, |json| of_ids(json, name, ids));
}

fn of_ids(json: &mut Json, name: &str, ids: &[(&str, &str)]) {
    json.field("@Descriptor", name);
    json.list("ID", |json| {
        for (kind, id) in ids {
            json.item(|json| {
                json.field("@type", kind);
                json.field("_text", id);
            });
        }
    });
}

/// A date in one of the forms of `xsd:date`.
fn date(person: &Person, day: &str) -> String {
    match person.quirk / 3 % 3 {
        0 => format!("{day}-08:00"),
        1 => format!("{day}Z"),
        _ => day.to_owned(),
    }
}

fn number_type(person: &Person) -> &'static str {
    if person.kind == Kind::Employee { "Employee_ID" } else { "Contingent_Worker_ID" }
}

pub fn worker(json: &mut Json, person: &Person, told: &Told) {
    let gone = if person.standing == Standing::Terminated { " (Terminated)" } else { "" };
    let name = format!("{}{gone}", person.display());
    let ids = [("WID", wid(person)), (number_type(person), person.number.clone())];
    let ids: Vec<_> = ids.iter().map(|(kind, id)| (*kind, id.as_str())).collect();
    reference(json, "Worker_Reference", &name, &ids);
    json.field("Worker_Descriptor", &name);
    let request = told.request;
    json.nested("Worker_Data", |json| {
        json.field("Worker_ID", &person.number);
        // The account has the name too.
        json.some("User_ID", person.email().filter(|_| person.quirk % 10 != 1));
        if request.has("Include_Personal_Information") {
            json.nested("Personal_Data", |json| personal(json, person, told));
        }
        if request.has("Include_Employment_Information") {
            json.nested("Employment_Data", |json| employment(json, person, told));
        }
        if request.has("Include_Organizations") && told.has_begun(person) {
            json.nested("Organization_Data", |json| organizations(json, person));
        }
        if request.has("Include_Management_Chain_Data") && told.has_begun(person) {
            json.nested("Management_Chain_Data", |json| chain(json, person, told.company));
        }
        if request.system.is_some() {
            json.list("Integration_Field_Override_Data", |json| {
                for (name, value) in [("Badge", person.badge.as_deref()), ("Parking", Some("none"))] {
                    json.item(|json| {
                        reference(
                            json,
                            "Field_Reference",
                            name,
                            &[("Integration_Document_Field_Name", name)],
                        );
                        json.some("Value", value);
                    });
                }
            });
        }
        if request.has("Include_User_Account")
            && let Some(user_name) = person.email()
        {
            let (language, zone) = (person.place().language.replace('-', "_"), person.place().timezone);
            json.nested("User_Account_Data", |json| {
                json.field("User_Name", user_name);
                reference(json, "User_Language__Reference", &language, &[("User_Language_ID", &language)]);
                reference(json, "Time_Zone_Reference", zone, &[("Time_Zone_ID", zone)]);
            });
        }
    });
}

fn personal(json: &mut Json, person: &Person, told: &Told) {
    let place = person.place();
    let country = |json: &mut Json| {
        reference(
            json,
            "Country_Reference",
            place.country,
            &[("ISO_3166-1_Alpha-2_Code", place.country_code)],
        );
    };
    json.nested("Name_Data", |json| {
        json.nested("Legal_Name_Data", |json| {
            json.nested("Name_Detail_Data", |json| {
                json.field("@Formatted_Name", &person.display());
                json.field(
                    "@Reporting_Name",
                    &format!("{}, {}", person.family(), person.given().unwrap_or_default()),
                );
                country(json);
                if person.quirk % 4 == 1 {
                    json.nested("Prefix_Data", |json| json.field("Title_Descriptor", "Dr."));
                }
                json.some("First_Name", person.given());
                json.some("Middle_Name", (person.quirk % 4 == 2).then_some("M."));
                json.field("Last_Name", person.family());
                if person.quirk % 4 == 3 {
                    json.nested("Suffix_Data", |json| json.field("Social_Suffix_Descriptor", "Jr."));
                }
            });
        });
        // No preferred name: it is the legal one.
        if !person.quirk.is_multiple_of(5) {
            json.nested("Preferred_Name_Data", |json| {
                json.nested("Name_Detail_Data", |json| {
                    json.field("@Formatted_Name", &person.display());
                    country(json);
                    json.some("First_Name", person.given());
                    json.field("Last_Name", person.family());
                });
            });
        }
    });
    if person.quirk.is_multiple_of(6) {
        json.nested("Identification_Data", |json| {
            json.nested("Custom_ID", |json| {
                json.nested("Custom_ID_Data", |json| {
                    json.field("ID", &format!("L-{}", person.index));
                    reference(json, "ID_Type_Reference", "Locker", &[("Custom_ID_Type_ID", "LOCKER")]);
                });
            });
        });
    }
    json.nested("Contact_Data", |json| {
        json.list("Phone_Data", |json| {
            json.item(|json| phone(json, &person.work_phone(), "Landline", told));
            if let Some(mobile) = person.mobile_phone() {
                json.item(|json| phone(json, &mobile, "Mobile", told));
            }
        });
        json.list("Email_Address_Data", |json| {
            if person.quirk.is_multiple_of(4) {
                let home = format!("home{}@mail.example", person.index);
                json.item(|json| address(json, &home, "HOME", true));
            }
            let Some(email) = person.email() else { return };
            if person.quirk % 8 == 3 {
                json.item(|json| address(json, "team@example.com", "WORK", false));
            }
            json.item(|json| address(json, email, "WORK", true));
        });
    });
}

fn address(json: &mut Json, address: &str, usage: &str, primary: bool) {
    json.field("Email_Address", address);
    used(json, usage, primary);
}

fn used(json: &mut Json, usage: &str, primary: bool) {
    json.nested("Usage_Data", |json| {
        json.field("@Public", "1");
        json.nested("Type_Data", |json| {
            json.field("@Primary", if primary { "1" } else { "0" });
            reference(json, "Type_Reference", usage, &[("Communication_Usage_Type_ID", usage)]);
        });
    });
}

fn phone(json: &mut Json, number: &str, device: &str, told: &Told) {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if told.is_old() {
        json.field("@Formatted_Phone", number);
    } else {
        json.field("@E164_Formatted_Phone", &format!("+{digits}"));
        json.field("@International_Formatted_Phone", number);
    }
    json.field("Phone_Number", &digits);
    reference(json, "Phone_Device_Type_Reference", device, &[("Phone_Device_Type_ID", device)]);
    used(json, "WORK", true);
}

fn employment(json: &mut Json, person: &Person, told: &Told) {
    if told.has_begun(person) {
        json.list("Worker_Job_Data", |json| {
            // Whoever has two jobs has the one that counts at any place.
            if person.quirk % 12 == 5 {
                json.item(|json| {
                    json.field("@Primary_Job", "0");
                    json.nested("Position_Data", |json| json.field("Business_Title", "Second Job"));
                });
            }
            json.item(|json| {
                json.field("@Primary_Job", "1");
                json.nested("Position_Data", |json| position(json, person));
            });
        });
    }
    json.nested("Worker_Status_Data", |json| {
        let active = matches!(person.standing, Standing::Active | Standing::OnLeave)
            || person.standing == Standing::Pending && told.has_begun(person);
        json.field("Active", &active);
        json.field("Hire_Date", &date(person, &person.start));
        json.field("Original_Hire_Date", &date(person, &person.start));
        json.field("Retired", &false);
        json.field("Terminated", &(person.standing == Standing::Terminated));
        json.some("Termination_Date", person.end.as_ref().map(|end| date(person, end)));
        json.list("Leave_Status_Data", |json| {
            // A leave that has ended stays.
            if person.quirk.is_multiple_of(9) {
                json.item(|json| {
                    json.field("On_Leave", &false);
                    json.field("Leave_Start_Date", "2023-07-01-07:00");
                    json.field("Leave_End_Date", "2023-09-01-07:00");
                });
            }
            if person.standing == Standing::OnLeave {
                json.item(|json| {
                    json.field("On_Leave", &true);
                    json.field("Leave_Start_Date", "2025-12-01");
                });
            }
        });
    });
}

fn position(json: &mut Json, person: &Person) {
    let place = person.place();
    json.field("@Effective_Date", &date(person, &person.start));
    json.field("Position_ID", &format!("P-{}", person.number));
    let plain = person.quirk.is_multiple_of(7);
    json.some("Position_Title", person.title.as_ref().filter(|_| plain));
    json.some("Business_Title", person.title.as_ref().filter(|_| !plain));
    json.field("Start_Date", &date(person, &person.start));
    reference(json, "Position_Time_Type_Reference", "Full time", &[("Position_Time_Type_ID", "Full_time")]);
    json.field("Full_Time_Equivalent_Percentage", &100);
    json.nested("Job_Profile_Summary_Data", |json| {
        let (level, id) = ("Individual Contributor", "8_Individual_Contributor");
        reference(json, "Management_Level_Reference", level, &[("Management_Level_ID", id)]);
    });
    json.nested("Business_Site_Summary_Data", |json| {
        reference(json, "Location_Reference", place.name, &[("Location_ID", place.building)]);
        json.field("Name", place.name);
        let locale = place.language.replace('-', "_");
        reference(json, "Local_Reference", &locale, &[("Locale_ID", &locale)]);
        json.nested("Address_Data", |json| {
            json.field("@Formatted_Address", &format!("{}, {}", place.street, place.name));
            let codes = [("ISO_3166-1_Alpha-2_Code", place.country_code)];
            reference(json, "Country_Reference", place.country, &codes);
            json.nested("Address_Line_Data", |json| {
                json.field("@Descriptor", "Address Line 1");
                json.field("@Type", "ADDRESS_LINE_1");
                json.field("_text", place.street);
            });
            json.field("Municipality", place.name);
            json.field("Country_Region_Descriptor", place.region);
            json.field("Postal_Code", place.postal_code);
        });
    });
}

fn organizations(json: &mut Json, person: &Person) {
    json.list("Worker_Organization_Data", |json| {
        let mut add = |kind: (&str, &str), wid: String, id: String, name: &str| {
            json.item(|json| {
                let ids = [("WID", wid.as_str()), ("Organization_Reference_ID", id.as_str())];
                reference(json, "Organization_Reference", name, &ids);
                json.nested("Organization_Data", |json| {
                    json.field("Organization_Reference_ID", &id);
                    json.field("Organization_Code", &id);
                    json.field("Organization_Name", name);
                    reference(
                        json,
                        "Organization_Type_Reference",
                        kind.1,
                        &[("Organization_Type_ID", kind.0)],
                    );
                });
            });
        };
        // One that is no group unless the reader chooses its type.
        let unit = ("BUSINESS_UNIT", "Business Unit");
        add(unit, format!("{:032x}", 0xee), "BU-1".to_owned(), "EMEA");
        if let (Some(at), Some(name)) = (person.department, person.department_name()) {
            add(("SUPERVISORY", "Supervisory"), department(at), format!("SUP-{at}"), name);
            let code = crate::people::cost_center(at);
            add(("COST_CENTER", "Cost Center"), cost_center(at), code.clone(), &code);
        }
        if let (Some(at), Some(name)) = (person.team, person.team_name()) {
            add(("TEAM", "Team"), team(at), format!("TEAM-{at}"), name);
        }
        let at = person.company();
        add(("COMPANY", "Company"), company_id(at), format!("CO-{at}"), person.company_name());
    });
}

/// From the top of the company down to the person's own manager.
fn chain(json: &mut Json, person: &Person, company: &Company) {
    let mut above = Vec::new();
    let mut at = company.manager(person);
    while let Some(manager) = at {
        above.push(manager);
        at = company.manager(manager);
    }
    json.nested("Worker_Supervisory_Management_Chain_Data", |json| {
        json.list("Management_Chain_Data", |json| {
            for manager in above.iter().rev() {
                let ids = [("WID", wid(manager)), (number_type(manager), manager.number.clone())];
                let ids: Vec<_> = ids.iter().map(|(kind, id)| (*kind, id.as_str())).collect();
                json.item(|json| reference(json, "Manager_Reference", &manager.display(), &ids));
            }
        });
    });
}
