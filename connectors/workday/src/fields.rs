//! What a worker is made of, however it is told.

use rollcall_sdk::prelude::*;

/// Each field: where the web service tells it (the first of these that is
/// there; `$` begins at a part that `person` knows), and the column of a report
/// that has it unless the setting `columns` names another.
pub const FIELDS: [(&str, &[&str], &str); 53] = [
    ("id", &["Worker_Reference/ID[@type='WID']"], "Employee_ID"),
    ("employee_number", &["Worker_Data/Worker_ID"], "Employee_ID"),
    ("user_name", &["Worker_Data/User_ID", "$account/User_Name"], "User_Name"),
    ("given_name", &["$legal/First_Name"], "First_Name"),
    ("middle_name", &["$legal/Middle_Name"], "Middle_Name"),
    ("family_name", &["$legal/Last_Name"], "Last_Name"),
    ("second_family_name", &["$legal/Secondary_Last_Name"], ""),
    ("preferred_given_name", &["$preferred/First_Name"], "Preferred_First_Name"),
    ("preferred_family_name", &["$preferred/Last_Name"], "Preferred_Last_Name"),
    ("display_name", &["$preferred/@Formatted_Name", "$legal/@Formatted_Name", "Worker_Descriptor"], ""),
    ("honorific_prefix", &["$legal/Prefix_Data/Title_Descriptor"], ""),
    ("honorific_suffix", &["$legal/Suffix_Data/Social_Suffix_Descriptor"], ""),
    ("work_email", &["$work_email/Email_Address"], "Work_Email"),
    ("personal_email", &["$home_email/Email_Address"], "Home_Email"),
    ("work_phone", &[], "Work_Phone"),
    ("mobile_phone", &[], "Mobile_Phone"),
    ("preferred_language", &["$account/User_Language__Reference/ID[@type='User_Language_ID']"], ""),
    (
        "locale",
        &["$account/Locale__Reference/ID[@type='Locale_ID']", "$site/Local_Reference/ID[@type='Locale_ID']"],
        "",
    ),
    ("timezone", &["$account/Time_Zone_Reference/ID[@type='Time_Zone_ID']"], ""),
    (
        "title",
        &["$job/Business_Title", "$job/Position_Title", "$job/Job_Profile_Summary_Data/Job_Profile_Name"],
        "Business_Title",
    ),
    ("job_profile", &[], "Job_Profile"),
    ("employment_type", &["$job/Position_Time_Type_Reference/@Descriptor"], "Worker_Sub_Type"),
    ("worker_type", &[], "Worker_Type"),
    ("grade", &["$job/Job_Profile_Summary_Data/Management_Level_Reference/@Descriptor"], ""),
    ("percentage", &["$job/Full_Time_Equivalent_Percentage"], ""),
    ("active", &["$status/Active"], "Active_Status"),
    ("terminated", &["$status/Terminated"], ""),
    ("rescinded", &["$status/Hire_Rescinded"], ""),
    (
        "on_leave",
        &[
            "$status/Leave_Status_Data[On_Leave='1']/On_Leave",
            "$status/Leave_Status_Data[On_Leave='true']/On_Leave",
        ],
        "On_Leave",
    ),
    ("start_date", &["$status/Hire_Date"], "Hire_Date"),
    ("end_date", &["$status/Termination_Date"], "Termination_Date"),
    ("last_day", &["$status/End_Employment_Date"], ""),
    (
        "manager_id",
        &[
            // The chain begins at the top of the company, and a unit in it may
            // have nobody: then who is above counts.
            "$chain/Management_Chain_Data[Manager_Reference][last()]/Manager_Reference/ID[@type='WID']",
            "$job/Manager_as_of_last_detected_manager_change_Reference/ID[@type='WID']",
        ],
        "Manager_Employee_ID",
    ),
    ("company", &["$company/Organization_Name"], "Company"),
    ("company_id", &["$company/Organization_Reference_ID"], "Company_ID"),
    ("business_unit", &["$business_unit/Organization_Name"], ""),
    ("business_unit_id", &["$business_unit/Organization_Reference_ID"], ""),
    ("division", &["$division/Organization_Name"], "Division"),
    ("division_id", &["$division/Organization_Reference_ID"], "Division_ID"),
    ("department", &["$department/Organization_Name"], "Department"),
    ("department_id", &["$department/Organization_Reference_ID"], "Department_ID"),
    ("cost_center", &["$cost_center/Organization_Name"], "Cost_Center"),
    (
        "cost_center_id",
        &["$cost_center/Organization_Code", "$cost_center/Organization_Reference_ID"],
        "Cost_Center_ID",
    ),
    ("team", &[], ""),
    ("team_id", &[], ""),
    ("location", &["$site/Name"], "Location"),
    ("location_id", &["$site/Location_Reference/ID[@type='Location_ID']"], "Location_ID"),
    ("work_address.street", &[], ""),
    ("work_address.locality", &["$address/Municipality"], ""),
    (
        "work_address.region",
        &["$address/Country_Region_Descriptor", "$address/Country_Region_Reference/@Descriptor"],
        "",
    ),
    ("work_address.postal_code", &["$address/Postal_Code"], ""),
    (
        "work_address.country",
        &[
            "$address/Country_Reference/ID[@type='ISO_3166-1_Alpha-2_Code']",
            "$address/Country_Reference/@Descriptor",
        ],
        "Country",
    ),
    ("updated_at", &[], "Last_Modified"),
];

/// Fields that everybody has, and the domain in which they are.
const ESSENTIAL: [(&str, &str); 6] = [
    ("family_name", "Person Data: Name"),
    ("work_email", "Person Data: Work Contact Information"),
    ("active", "Worker Data: Employment Data"),
    ("title", "Worker Data: All Positions"),
    ("department", "Organizations: View"),
    ("user_name", "Workday Accounts"),
];

/// What the customer added.
pub struct Custom {
    pub name: String,
    /// What the customer calls it now.
    pub label: String,
    pub value: Value,
}

/// Somebody, as the provider tells of them.
pub trait Record {
    /// A field of the table.
    fn text(&self, field: &str) -> Text<'_>;

    fn teams(&self) -> Vec<Unit> {
        unit(self.text("team_id"), self.text("team")).into_iter().collect()
    }

    fn custom(&self) -> Vec<Custom>;
}

pub fn unit(id: Text, name: Text) -> Option<Unit> {
    Unit::of(id.take(), name.take())
}

fn flag(of: &dyn Record, field: &str) -> Option<bool> {
    of.text(field).as_str().and_then(|text| Flag::from(text).get())
}

fn is_hired_after(of: &dyn Record, today: Date) -> bool {
    of.text("start_date").day().is_some_and(|hired| hired > today)
}

/// The first day of somebody who is to come.
pub fn awaited(of: &dyn Record, today: Date) -> Option<Date> {
    let is_awaited = flag(of, "active") == Some(false) && status(of, today) == WorkerStatus::Pending;
    of.text("start_date").day().filter(|_| is_awaited)
}

pub fn status(of: &dyn Record, today: Date) -> WorkerStatus {
    let is = |field| flag(of, field) == Some(true);
    // What is not told removes nobody.
    let active = flag(of, "active") != Some(false);
    let gone = of.text("end_date").day().is_some_and(|day| day <= today);
    if is("terminated") || is("rescinded") || !active && gone {
        WorkerStatus::Terminated
    } else if is_hired_after(of, today) {
        WorkerStatus::Pending
    } else if is("on_leave") {
        WorkerStatus::OnLeave
    } else if active {
        WorkerStatus::Active
    } else {
        WorkerStatus::Inactive
    }
}

/// Of the fields that everybody has, those that nobody has here, with where
/// they come from.
pub fn lacking(people: &[&dyn Record]) -> impl Iterator<Item = String> {
    let is_lacking = |field| people.iter().all(|one| one.text(field).is_none());
    let lacking = ESSENTIAL.into_iter().filter(move |(field, _)| is_lacking(field));
    lacking.map(|(field, domain)| format!("`{field}` (`{domain}`)"))
}

pub fn worker(cx: &Context, of: &dyn Record, today: Date) -> Worker {
    let get = |field| of.text(field).take();
    let unit = |id, name| unit(of.text(id), of.text(name));
    let both = |one, other| joined([of.text(one).as_str(), of.text(other).as_str()]);
    let (given, family) = (get("given_name"), both("family_name", "second_family_name"));
    let preferred = get("preferred_given_name");
    let shown = (preferred.as_deref().or(given.as_deref()), get("preferred_family_name"));
    let custom = of.custom().into_iter().filter(|one| cx.wants_custom(&one.name));
    if flag(of, "active").is_none() {
        warn!("a worker has no status and is taken for active: is `Worker Data: Employment Data` granted?");
    }
    Worker {
        user_name: get("user_name"),
        name: Name {
            display: get("display_name")
                .or_else(|| joined([shown.0, shown.1.as_deref().or(family.as_deref())])),
            given,
            middle: get("middle_name"),
            family,
            preferred,
            honorific_prefix: get("honorific_prefix"),
            honorific_suffix: get("honorific_suffix"),
        },
        contact: Contact {
            work_email: get("work_email"),
            personal_email: get("personal_email"),
            work_phone: get("work_phone"),
            mobile_phone: get("mobile_phone"),
            preferred_language: get("preferred_language"),
            locale: get("locale"),
            timezone: get("timezone"),
        },
        employment: Employment {
            employee_number: get("employee_number"),
            title: get("title").or_else(|| get("job_profile")),
            employment_type: get("employment_type"),
            worker_type: get("worker_type"),
            grade: get("grade"),
            fte: of.text("percentage").as_str().and_then(|text| Number::from(text).part_of(100.0.into())),
            start_date: of.text("start_date").date(),
            end_date: of.text("end_date").or(of.text("last_day")).date(),
            manager_id: get("manager_id"),
            is_manager: None,
        },
        organization: Organization {
            company: unit("company_id", "company"),
            business_unit: unit("business_unit_id", "business_unit"),
            division: unit("division_id", "division"),
            department: unit("department_id", "department"),
            cost_center: unit("cost_center_id", "cost_center"),
            location: unit("location_id", "location"),
            teams: of.teams(),
            ..Organization::default()
        },
        address: Address {
            street: get("work_address.street"),
            locality: get("work_address.locality"),
            region: get("work_address.region"),
            postal_code: get("work_address.postal_code"),
            country: get("work_address.country"),
        }
        .if_any(),
        custom: custom.map(|one| CustomAttribute::new(one.name, one.value)).collect(),
        updated_at: of.text("updated_at").instant(),
        ..Worker::new(get("id").unwrap_or_default(), status(of, today))
    }
}
