//! What no recording shows: forms of old versions, the order of the rules for
//! the status, and what each fault means.

use connector_workday::Workday;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get, post};

const NS: &str = "xmlns:wd='urn:com.workday/bsvc'";

fn soap(purpose_answer: &str) -> Exchange {
    let body = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>{purpose_answer}</e:Body></e:Envelope>"
    );
    post("soap", "/v44.0").auth("soap").answer(200, "text/xml", body)
}

fn provider() -> Provider {
    Provider::new().now("2026-01-15T12:00:00Z").setting("future_hire_days", "0")
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    Workday::workers(&provider.context::<Workday>(), Cursor::default())
}

/// The tenant's day is the 15th, while it is the 16th in UTC.
fn clock() -> Exchange {
    soap(&format!(
        "<wd:Server_Timestamp {NS}><wd:Server_Timestamp_Data>2026-01-15T23:30:00.000-08:00</wd:Server_Timestamp_Data></wd:Server_Timestamp>"
    ))
}

/// The only page of a list that has these people.
fn people(all: &[(&str, &str)]) -> Exchange {
    let total = all.len();
    let one = |(id, data): &(&str, &str)| {
        format!(
            "<wd:Worker><wd:Worker_Reference><wd:ID wd:type='WID'>{id}</wd:ID></wd:Worker_Reference>\
             <wd:Worker_Data>{data}</wd:Worker_Data></wd:Worker>"
        )
    };
    let people: String = all.iter().map(one).collect();
    soap(&format!(
        "<wd:Get_Workers_Response {NS}><wd:Response_Results><wd:Total_Results>{total}</wd:Total_Results>\
         <wd:Total_Pages>1</wd:Total_Pages><wd:Page_Results>{total}</wd:Page_Results><wd:Page>1</wd:Page></wd:Response_Results>\
         <wd:Response_Data>{people}</wd:Response_Data></wd:Get_Workers_Response>"
    ))
}

/// A read of one person, of whom this is told.
fn read(data: &str) -> Result<Vec<Worker>> {
    Ok(workers(&provider().on(clock()).on(people(&[("w1", data)])))?.workers)
}

fn standing(told: &str) -> String {
    format!("<wd:Employment_Data><wd:Worker_Status_Data>{told}</wd:Worker_Status_Data></wd:Employment_Data>")
}

#[track_caller]
fn status(told: &str, expected: WorkerStatus) {
    assert_eq!(read(&standing(told)).unwrap()[0].status, expected, "{told}");
}

#[test]
fn rules_for_the_status_in_their_order() {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    let leave = "<wd:Leave_Status_Data><wd:On_Leave>0</wd:On_Leave></wd:Leave_Status_Data>\
                 <wd:Leave_Status_Data><wd:On_Leave>true</wd:On_Leave></wd:Leave_Status_Data>";
    status("<wd:Active>1</wd:Active>", Active);
    status("<wd:Active>true</wd:Active><wd:Terminated>false</wd:Terminated>", Active);
    status("<wd:Active>0</wd:Active>", Inactive);
    status("<wd:Active>1</wd:Active><wd:Terminated>1</wd:Terminated>", Terminated);
    status("<wd:Active>1</wd:Active><wd:Hire_Rescinded>1</wd:Hire_Rescinded>", Terminated);
    // The tenant's day, which in UTC is over.
    status("<wd:Active>0</wd:Active><wd:Termination_Date>2026-01-15-08:00</wd:Termination_Date>", Terminated);
    status("<wd:Active>0</wd:Active><wd:Termination_Date>2026-01-16</wd:Termination_Date>", Inactive);
    status("<wd:Active>1</wd:Active><wd:Termination_Date>2026-01-14</wd:Termination_Date>", Active);
    status(&format!("<wd:Active>1</wd:Active>{leave}"), OnLeave);
    // As of the first day somebody is active; today they are to come.
    status("<wd:Active>1</wd:Active><wd:Hire_Date>2026-01-16</wd:Hire_Date>", Pending);
    status("", Active);
}

#[test]
fn nobody_further_ahead_among_the_changes() {
    #[derive(Serialize, Deserialize)]
    struct Began {
        moment: String,
    }
    impl Shape for Began {
        const SHAPE: &'static str = "workday-began/1";
    }
    let hired = |day: &str| standing(&format!("<wd:Active>0</wd:Active><wd:Hire_Date>{day}</wd:Hire_Date>"));
    let (soon, late) = (hired("2026-02-14"), hired("2026-02-15"));
    let provider = provider()
        .changes(&Began { moment: "2026-01-14T12:00:00Z".into() })
        .setting("future_hire_days", "30")
        .on(clock())
        .on(people(&[("soon", &soon), ("late", &late)]))
        .on(people(&[("soon", &soon)]));
    let told = workers(&provider).unwrap().workers;
    let told: Vec<_> = told.iter().map(|one| (one.id.as_str(), one.status)).collect();
    assert_eq!(told, [("soon", WorkerStatus::Pending)]);
}

#[test]
fn an_empty_list_need_not_have_pages() {
    let nobody = "<wd:Response_Results><wd:Total_Results>0</wd:Total_Results></wd:Response_Results>";
    let page = format!("<wd:Get_Workers_Response {NS}>{nobody}</wd:Get_Workers_Response>");
    let read = workers(&provider().on(clock()).on(soap(&page))).unwrap();
    assert!(read.workers.is_empty() && read.next.is_none() && read.checkpoint.is_some());
}

#[test]
fn managers_of_units_without_one_are_those_above() {
    let unit = |manager: &str| {
        let manager =
            format!("<wd:Manager_Reference><wd:ID wd:type='WID'>{manager}</wd:ID></wd:Manager_Reference>");
        format!("<wd:Management_Chain_Data>{manager}</wd:Management_Chain_Data>")
    };
    let (ida, tom) = (unit("ida"), unit("tom"));
    let vacant = "<wd:Management_Chain_Data><wd:Organization_Reference/></wd:Management_Chain_Data>";
    for (chain, expected) in [
        (format!("{ida}{tom}"), Some("tom")),
        (format!("{ida}{vacant}"), Some("ida")),
        (format!("{ida}{tom}{vacant}{vacant}"), Some("tom")),
        (vacant.to_owned(), None),
    ] {
        let data = format!(
            "<wd:Management_Chain_Data><wd:Worker_Supervisory_Management_Chain_Data>{chain}\
             </wd:Worker_Supervisory_Management_Chain_Data></wd:Management_Chain_Data>"
        );
        let manager_id = read(&data).unwrap().remove(0).employment.manager_id;
        assert_eq!(manager_id.as_deref(), expected, "{chain}");
    }
}

#[test]
fn custom_ids_are_named_by_what_stays() {
    let custom = |kind: &str| {
        format!(
            "<wd:Custom_ID><wd:Custom_ID_Data><wd:ID>7</wd:ID>\
             <wd:ID_Type_Reference {kind}</wd:ID_Type_Reference></wd:Custom_ID_Data></wd:Custom_ID>"
        )
    };
    let ids = "<wd:ID wd:type='WID'>0a</wd:ID><wd:ID wd:type='Custom_ID_Type_ID'>LOCKER</wd:ID>";
    let kinds = [format!("wd:Descriptor='Locker'>{ids}"), "wd:Descriptor='Badge'>".into()];
    let kinds: String = kinds.iter().map(|kind| custom(kind)).collect();
    let data = format!(
        "<wd:Personal_Data><wd:Identification_Data>{kinds}</wd:Identification_Data></wd:Personal_Data>"
    );
    let told = read(&data).unwrap().remove(0).custom;
    assert_eq!(told, ["LOCKER", "Badge"].map(|name| CustomAttribute::new(name, Value::Text("7".into()))));
    let provider = provider().on(people(&[("w1", &data)]));
    let definitions = Workday::discover(&provider.context::<Workday>()).unwrap();
    let told: Vec<_> = definitions.iter().map(|one| (one.name.as_str(), one.label.as_str())).collect();
    assert_eq!(told, [("Badge", "Badge"), ("LOCKER", "Locker")]);
}

#[test]
fn a_street_is_not_told_in_two_scripts() {
    let lines = "<wd:Address_Line_Data wd:Type='ADDRESS_LINE_1'>Odos 1</wd:Address_Line_Data>\
                 <wd:Address_Line_Data wd:Type='ADDRESS_LINE_1_LOCAL'>Οδός 1</wd:Address_Line_Data>\
                 <wd:Address_Line_Data wd:Type='ADDRESS_LINE_2'>B</wd:Address_Line_Data>\
                 <wd:Address_Line_Data>C</wd:Address_Line_Data>";
    let data = format!(
        "<wd:Employment_Data><wd:Worker_Job_Data><wd:Position_Data><wd:Business_Site_Summary_Data><wd:Address_Data>{lines}\
         </wd:Address_Data></wd:Business_Site_Summary_Data></wd:Position_Data></wd:Worker_Job_Data></wd:Employment_Data>"
    );
    let address = read(&data).unwrap().remove(0).address.unwrap();
    assert_eq!(address.street.as_deref(), Some("Odos 1, B, C"));
}

#[test]
fn kinds_of_organizations() {
    use GroupKind::{Department, Location, OrgUnit};
    for (name, kind) in [
        ("SUPERVISORY", Department),
        ("LOCATION_HIERARCHY", Location),
        ("BUSINESS_SITE_HIERARCHY", OrgUnit),
        ("PAY_GROUP", OrgUnit),
    ] {
        let page = format!(
            "<wd:Get_Organizations_Response {NS}><wd:Response_Results><wd:Total_Results>1</wd:Total_Results>\
             <wd:Total_Pages>1</wd:Total_Pages><wd:Page>1</wd:Page></wd:Response_Results><wd:Response_Data><wd:Organization>\
             <wd:Organization_Reference><wd:ID wd:type='WID'>o</wd:ID></wd:Organization_Reference><wd:Organization_Data>\
             <wd:Organization_Type_Reference><wd:ID wd:type='Organization_Type_ID'>{name}</wd:ID></wd:Organization_Type_Reference>\
             </wd:Organization_Data></wd:Organization></wd:Response_Data></wd:Get_Organizations_Response>"
        );
        let provider = provider().on(soap(&page));
        let page = Workday::groups(&provider.context::<Workday>(), Cursor::default()).unwrap();
        assert_eq!(page.groups, [Group::new(kind, "o", "o")], "{name}");
    }
}

#[test]
fn names_and_phones_of_all_forms() {
    let name = "<wd:Personal_Data><wd:Name_Data><wd:Legal_Name_Data><wd:Name_Detail_Data wd:Formatted_Name='Ana Gil Ruiz'>\
                <wd:First_Name>Ana</wd:First_Name><wd:Last_Name>Gil</wd:Last_Name><wd:Secondary_Last_Name>Ruiz</wd:Secondary_Last_Name>\
                </wd:Name_Detail_Data></wd:Legal_Name_Data></wd:Name_Data><wd:Contact_Data>";
    let worker = |phone: &str| {
        let usage = "<wd:Usage_Data><wd:Type_Data wd:Primary='1'><wd:Type_Reference>\
                     <wd:ID wd:type='Communication_Usage_Type_ID'>WORK</wd:ID></wd:Type_Reference></wd:Type_Data></wd:Usage_Data>";
        let phone = format!("<wd:Phone_Data {phone}{usage}</wd:Phone_Data>");
        let data = format!("{name}{phone}</wd:Contact_Data></wd:Personal_Data>");
        read(&data).unwrap().remove(0)
    };
    let one = worker("wd:Tenant_Formatted_Phone='(0) 1'>");
    assert_eq!(
        (one.name.family.as_deref(), one.name.display.as_deref()),
        (Some("Gil Ruiz"), Some("Ana Gil Ruiz"))
    );
    assert_eq!(one.contact.work_phone.as_deref(), Some("(0) 1"));
    assert_eq!(worker("wd:Formatted_Phone='+46 1'>").contact.work_phone.as_deref(), Some("+46 1"));
    let parts = "><wd:International_Phone_Code>46</wd:International_Phone_Code><wd:Area_Code>70</wd:Area_Code><wd:Phone_Number>123</wd:Phone_Number>";
    assert_eq!(worker(parts).contact.work_phone.as_deref(), Some("+46 70 123"));
}

#[test]
fn what_nobody_has_is_told() {
    let warnings = |worker: &str| {
        let page = format!(
            "<wd:Get_Workers_Response {NS}><wd:Response_Data>{worker}</wd:Response_Data></wd:Get_Workers_Response>"
        );
        Workday::check(&provider().on(soap(&page)).context::<Workday>()).unwrap().warnings
    };
    assert!(warnings("").iter().all(|told| told.contains("Worker Data: Workers")));
    let told =
        warnings("<wd:Worker><wd:Worker_Data><wd:User_ID>ana</wd:User_ID></wd:Worker_Data></wd:Worker>");
    let has = |domain: &str| told.iter().any(|one| one.contains(domain));
    assert!(has("Person Data: Name") && has("Organizations: View") && !has("Workday Accounts"), "{told:?}");
    assert_eq!(told.len(), 5);
}

#[test]
fn what_a_fault_means() {
    let check = |code: &str, text: &str| -> Result<AccountInfo> {
        let fault = format!(
            "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode>e:{code}</faultcode>\
             <faultstring>{text}</faultstring></e:Fault></e:Body></e:Envelope>"
        );
        let provider = provider().on(post("soap", "/v44.0").auth("soap").answer(500, "text/xml", fault));
        Workday::check(&provider.context::<Workday>())
    };
    let refused = check("Client.authenticationError", "invalid username or password");
    let why =
        "invalid username or password: check `tenant`, and `username` and `password` or `refresh_token`";
    assert_eq!(refused, Err(Failure::AuthFailed(why.into())));
    let forbidden =
        check("Server.processingError", "Processing error occurred. The task submitted is not authorized.");
    assert!(matches!(forbidden, Err(Failure::PermissionMissing(what)) if what.contains("Worker Data")));
    let setting = check("Client.validationError", "'x' is not valid for type = 'Organization_Type_ID'");
    assert!(matches!(setting, Err(Failure::BadSetting(setting)) if setting.key == "organization_types"));
    let invalid = check("Client.validationError", "Page Number cannot be zero.");
    assert!(matches!(invalid, Err(Failure::InvalidResponse(what)) if what.contains("Page Number")));
    assert_eq!(check("Server.processingError", "Processing error occurred."), Err(Failure::Upstream(500)));
}

fn report(status: u16, body: &str) -> Result<WorkerPage> {
    let answer = get("report", "/Ann Lee/Old").query("format", "json").auth("report");
    let provider = provider().setting("mode", "raas").setting("report_owner", "Ann Lee");
    let provider = provider.setting("report_name", "Old").on(answer.answer(status, "application/json", body));
    workers(&provider)
}

#[test]
fn what_a_refused_report_means() {
    let failure = report(404, "").unwrap_err();
    assert!(matches!(failure, Failure::BadSetting(setting) if setting.key == "report_name"));
    let why = "report: HTTP 401: check `username` and `password` or `refresh_token`, and for a report `report_user`";
    assert_eq!(report(401, ""), Err(Failure::AuthFailed(why.into())));
}

#[test]
fn of_somebodys_rows_one_counts_and_not_that_of_an_ended_employment() {
    let (ended, active) = (
        r#"{"Employee_ID":"7","Active_Status":"0","Termination_Date":"2023-06-30"}"#,
        r#"{"Employee_ID":"7","Active_Status":"1"}"#,
    );
    let other = r#"{"Employee_ID":"8","Active_Status":"0","Termination_Date":"2023-06-30"}"#;
    let again = r#"{"Employee_ID":"7","Active_Status":"1","Business_Title":"Second"}"#;
    for rows in [[ended, other, active], [active, other, ended], [active, again, other]] {
        let read = report(200, &format!(r#"{{"Report_Entry":[{}]}}"#, rows.join(","))).unwrap();
        let told: Vec<_> = read.workers.iter().map(|one| (one.id.as_str(), one.status)).collect();
        assert_eq!(told, [("7", WorkerStatus::Active), ("8", WorkerStatus::Terminated)]);
        assert_eq!((read.total, &read.workers[0].employment.title), (Some(2), &None));
    }
}

#[test]
fn columns_of_several_values() {
    let texts = |texts: &[&str]| Some(Value::Texts(texts.iter().map(ToString::to_string).collect()));
    for (column, expected) in [
        (r#"[{"Skill":"A"},{"Skill":"B"}]"#, texts(&["A", "B"])),
        (r#"["A","B"]"#, texts(&["A", "B"])),
        (r#"[{"Skill":"A","Level":"1"},{"Skill":"B"}]"#, None),
        (r#"[{"Skill":["A"]}]"#, None),
        ("[]", None),
        (r#""A""#, Some(Value::Text("A".into()))),
    ] {
        let row = format!(
            r#"{{"Report_Entry":[{{"Employee_ID":"7","Skills":{column},"Department":[{{"Name":"Data"}}]}}]}}"#
        );
        let worker = report(200, &row).unwrap().workers.remove(0);
        let expected: Vec<_> =
            expected.map(|value| CustomAttribute::new("Skills", value)).into_iter().collect();
        assert_eq!(worker.custom, expected, "{column}");
        assert_eq!(worker.organization.department, Unit::of(None, Some("Data".into())));
    }
}
