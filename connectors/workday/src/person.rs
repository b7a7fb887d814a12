//! A worker of the web service.

use rollcall_sdk::prelude::*;
use rollcall_sdk::xml::Element;

use crate::fields::{Custom, FIELDS, Record, unit};

pub struct Person<'d> {
    worker: Element<'d>,
    /// What paths of the table begin with.
    parts: [(&'static str, Element<'d>); 17],
    /// The organizations that they are in, with their types.
    pub organizations: Vec<(Text<'d>, Element<'d>)>,
}

impl<'d> Person<'d> {
    pub fn new(cx: &Context, worker: Element<'d>) -> Self {
        let data = worker.at("Worker_Data");
        let (names, contact) = (data.at("Personal_Data/Name_Data"), data.at("Personal_Data/Contact_Data"));
        let job = first(data.all("Employment_Data/Worker_Job_Data"), "@Primary_Job").at("Position_Data");
        let site = job.at("Business_Site_Summary_Data");
        let used = |what: &str, usage: &str| {
            let usage = format!("Usage_Data/Type_Data[Type_Reference/ID='{usage}']");
            first(contact.all(&format!("{what}[{usage}]")), &format!("{usage}/@Primary"))
        };
        let kind = "Organization_Data/Organization_Type_Reference/ID[@type='Organization_Type_ID']";
        let organizations = data.all("Organization_Data/Worker_Organization_Data");
        let organizations: Vec<_> = organizations.into_iter().map(|one| (one.text(kind), one)).collect();
        let of_type = |kind: &str| {
            let found = organizations.iter().find(|(known, _)| known.as_str() == Some(kind));
            found.map(|(_, one)| one.at("Organization_Data")).unwrap_or_default()
        };
        let parts = [
            ("account", data.at("User_Account_Data")),
            ("legal", names.at("Legal_Name_Data/Name_Detail_Data")),
            ("preferred", names.at("Preferred_Name_Data/Name_Detail_Data")),
            ("work_email", used("Email_Address_Data", "WORK")),
            ("home_email", used("Email_Address_Data", "HOME")),
            ("work_phone", used("Phone_Data[not(Phone_Device_Type_Reference/ID='Mobile')]", "WORK")),
            ("mobile_phone", used("Phone_Data[Phone_Device_Type_Reference/ID='Mobile']", "WORK")),
            ("status", data.at("Employment_Data/Worker_Status_Data")),
            ("job", job),
            ("site", site),
            ("address", site.at("Address_Data")),
            ("company", of_type("COMPANY")),
            ("business_unit", of_type("BUSINESS_UNIT")),
            ("division", of_type(cx.setting("division_type").or("BUSINESS_UNIT"))),
            ("department", of_type("SUPERVISORY")),
            ("cost_center", of_type("COST_CENTER")),
            ("chain", data.at("Management_Chain_Data/Worker_Supervisory_Management_Chain_Data")),
        ];
        Self { worker, parts, organizations }
    }

    fn part(&self, name: &str) -> Element<'d> {
        self.parts.iter().find(|(known, _)| *known == name).map(|(_, part)| *part).unwrap_or_default()
    }

    fn follow(&self, path: &str) -> Text<'d> {
        match path.strip_prefix('$').and_then(|path| path.split_once('/')) {
            Some((part, path)) => self.part(part).text(path),
            None => self.worker.text(path),
        }
    }
}

/// The one that is marked, else the first.
fn first<'d>(all: Vec<Element<'d>>, mark: &str) -> Element<'d> {
    all.into_iter().min_by_key(|one| !one.flag(mark).or(false)).unwrap_or_default()
}

impl Record for Person<'_> {
    fn text(&self, field: &str) -> Text<'_> {
        let paths = FIELDS.iter().find(|(known, ..)| *known == field).map_or(&[][..], |(_, paths, _)| paths);
        let told = paths.iter().map(|path| self.follow(path)).find(|text| !text.is_none());
        let otherwise = || match field {
            "work_phone" | "mobile_phone" => self.phone(field),
            "worker_type" => {
                let kinds = [("Contingent_Worker_ID", "contingent"), ("Employee_ID", "employee")];
                let has =
                    |kind: &str| !self.worker.at(&format!("Worker_Reference/ID[@type='{kind}']")).is_none();
                kinds.into_iter().find(|(kind, _)| has(kind)).map(|(_, word)| word.into()).unwrap_or_default()
            }
            "work_address.street" => {
                // Of another type are the same lines in the script of the country.
                let is_line = |line: &Element| {
                    let kind = line.text("@Type");
                    let number = kind.as_str().map(|kind| kind.trim_start_matches("ADDRESS_LINE_"));
                    number.is_none_or(|number| number.parse::<u8>().is_ok())
                };
                let lines = self.part("address").all("Address_Line_Data").into_iter().filter(is_line);
                let lines: Vec<_> = lines.filter_map(|line| line.text("").take()).collect();
                lines.join(", ").into()
            }
            _ => Text::default(),
        };
        told.unwrap_or_else(otherwise)
    }

    fn teams(&self) -> Vec<Unit> {
        let is_team = |kind: &Text| matches!(kind.as_str(), Some("TEAM" | "MATRIX"));
        let teams = self.organizations.iter().filter(|(kind, _)| is_team(kind));
        let teams = teams.map(|(_, one)| one.at("Organization_Data"));
        let team =
            |data: Element| unit(data.text("Organization_Reference_ID"), data.text("Organization_Name"));
        teams.filter_map(team).collect()
    }

    /// Fields of the integration system, and custom ids.
    fn custom(&self) -> Vec<Custom> {
        let fields = self.worker.all("Worker_Data/Integration_Field_Override_Data");
        let ids = self.worker.all("Worker_Data/Personal_Data/Identification_Data/Custom_ID/Custom_ID_Data");
        let named = |of: Element, kind: &str, value: &str| {
            let kind = of.at(kind);
            let label = kind.text("@Descriptor").or(kind.text("ID")).take()?;
            // It stays when somebody gives the type another name.
            let name = kind.text("ID[@type='Custom_ID_Type_ID']").take().unwrap_or_else(|| label.clone());
            Some(Custom { name, label, value: Value::Text(of.text(value).take()?) })
        };
        let fields = fields.into_iter().filter_map(|one| named(one, "Field_Reference", "Value"));
        fields.chain(ids.into_iter().filter_map(|one| named(one, "ID_Type_Reference", "ID"))).collect()
    }
}

impl Person<'_> {
    /// Which of these forms there are hangs on the version of the service.
    fn phone(&self, field: &str) -> Text<'_> {
        let phone = self.part(field);
        let forms = ["E164", "International", "Tenant"].map(|form| format!("@{form}_Formatted_Phone"));
        let forms = forms.iter().map(String::as_str).chain(["@Formatted_Phone"]);
        if let Some(whole) = forms.map(|form| phone.text(form)).find(|text| !text.is_none()) {
            return whole;
        }
        let parts = ["Area_Code", "Phone_Number"].map(|part| phone.text(part));
        let code = phone.text("International_Phone_Code").take().map(|code| format!("+{code}"));
        let [area, number] = parts.each_ref().map(Text::as_str);
        number.and_then(|_| joined([code.as_deref(), area, number])).map(Text::from).unwrap_or_default()
    }
}
