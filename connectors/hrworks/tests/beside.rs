//! What lies beside the list of people, in cases that a recording of a made-up
//! company does not have.

use connector_hrworks::Hrworks;
use rollcall_sdk::cursor::encode;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get};

const NOW: &str = "2026-10-20T12:00:00Z";

fn at(path: &str) -> Exchange {
    let headers = get("api", path).header("accept", "application/json").header("cache-control", "no-cache");
    headers.auth("token")
}

fn people(page: u32) -> Exchange {
    at("/v2/persons/master-data").query("onlyActive", false).query("page", page)
}

/// A read in which nothing is asked for but the people.
fn provider() -> Provider {
    Provider::new().now(NOW).wants(&["status"])
}

/// A provider whose only page of people has this one.
fn with(person: &str) -> Provider {
    provider().on(people(1).json(format!(r#"{{"persons":[{person}]}}"#)))
}

fn read(provider: &Provider) -> Result<Vec<Worker>> {
    Ok(Hrworks::workers(&provider.context::<Hrworks>(), Cursor::default())?.workers)
}

#[test]
fn somebody_who_was_set_to_gone_has_left_whatever_the_dates_say() {
    for (person, status) in [
        (
            r#"{"uuid":"a","isActive":false,"joinDate":"2018-02-01","leaveDate":"2026-12-31"}"#,
            WorkerStatus::Terminated,
        ),
        (r#"{"uuid":"a","isActive":true,"leaveDate":"2026-10-19"}"#, WorkerStatus::Terminated),
        (r#"{"uuid":"a","isActive":true,"leaveDate":"2026-10-20"}"#, WorkerStatus::Active),
        (r#"{"uuid":"a","isActive":true,"joinDate":"2026-10-21"}"#, WorkerStatus::Pending),
        // Who comes back.
        (
            r#"{"uuid":"a","isActive":true,"joinDate":"2026-10-21","leaveDate":"2020-12-31"}"#,
            WorkerStatus::Pending,
        ),
        (r#"{"uuid":"a","isActive":true}"#, WorkerStatus::Active),
    ] {
        assert_eq!(read(&with(person)).unwrap()[0].status, status, "{person}");
    }
}

#[test]
fn a_superior_may_be_known_by_a_number() {
    let person =
        r#"{"uuid":"a","isActive":true,"superior":{"personnelNumber":"100"},"costCentre":{"number":"7"}}"#;
    let list = r#"{"10":[{"personnelNumber":"100","uuid":"boss"}],"20":[{"personnelNumber":"101"}]}"#;
    let numbers = at("/v2/persons").query("onlyActive", false).query("onlyActiveOrganizationUnits", false);
    let provider = with(person).wants(&["manager_id", "cost_center"]).on(numbers.json(list));
    let worker = read(&provider).unwrap().remove(0);
    assert_eq!(worker.employment.manager_id.as_deref(), Some("boss"));
    assert_eq!(worker.organization.cost_center.unwrap().name.as_deref(), Some("7"));
}

#[test]
fn people_of_old_accounts_are_known_by_license_number_and_have_no_managers() {
    let person = r#"{"uuid":"a","isActive":true,"personLicenseNumber":"3","superior":{"uuid":"boss"}}"#;
    let provider = with(person).setting("person_id", "personLicenseNumber").wants(&["manager_id"]);
    let worker = read(&provider).unwrap().remove(0);
    assert_eq!((worker.id.as_str(), worker.employment.manager_id), ("3", None));
}

#[test]
fn somebody_without_the_key_that_everybody_is_known_by_is_a_failure() {
    let person = r#"{"uuid":null,"personLicenseNumber":"3"}"#;
    let expected = "people page: persons[0] has no `uuid`; see the setting `person_id`";
    assert_eq!(read(&with(person)).unwrap_err(), Failure::InvalidResponse(expected.into()));
}

#[test]
fn whatever_is_not_the_provider_s_own_is_a_free_field() {
    let person = r#"{"uuid":"a","isActive":true,"Kost. 1":38.5,"K\u00fcrzel":"LB","leer":null,"birthday":"1980-02-29","personIdentifierForKiosk":"9",
        "address":{"city":"Ulm"},"emergencyContactName":"Mia","highestLevelOfEducation":"x"}"#;
    const FIELDS: [&str; 6] = [
        "custom.Kost. 1",
        "custom.Kürzel",
        "custom.leer",
        "custom.birthday",
        "custom.address.city",
        "custom.personIdentifierForKiosk",
    ];
    let custom = |named: &str| {
        let worker = read(&with(person).setting("custom_fields", named).wants(&FIELDS)).unwrap().remove(0);
        worker.custom.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(custom("*"), ["Kost. 1", "Kürzel"]);
    assert_eq!(custom("Kürzel, birthday"), ["Kürzel"]);
    assert!(custom("").is_empty());
}

#[test]
fn a_unit_that_is_in_use_no_more_is_made_from_whoever_is_in_it() {
    let person = r#"{"uuid":"a","isActive":true,"organizationUnit":{"number":"30","uuid":"u3","name":"Closed",
        "parentOrganizationUnit":{"uuid":"u1"}}}"#;
    let cursor = Cursor::from(Some(encode(&Lists { list: 3, at: PageNumber::default() })));
    let groups = Hrworks::groups(&with(person).context::<Hrworks>(), cursor).unwrap().groups;
    let [group] = groups.as_slice() else { panic!("{groups:?}") };
    assert_eq!((group.id.as_str(), group.name.as_str()), ("org-unit:u3", "Closed"));
    assert_eq!(group.parent_id.as_deref(), Some("org-unit:u1"));
}

#[test]
fn a_unit_is_the_same_by_its_number_and_by_its_uuid() {
    const UNITS: &str = r#"{"organizationUnits":[{"number":"10","uuid":"u1","name":"Top"},
        {"number":"20","uuid":"u2","name":"Below","parentOrganizationUnit":{"number":"10"}},
        {"number":"40","uuid":"u4"},{"number":"40","uuid":"u5"}]}"#;
    let units = || at("/v2/organization-units").json(UNITS);
    for (unit, id) in [
        (r#""organizationUnit":{"number":"20","name":"Below"}"#, "org-unit:u2"),
        (r#""organizationUnit":{"number":"20"},"organizationUnitUuid":"u9""#, "org-unit:u9"),
        (r#""organizationUnitUuid":"u9""#, "org-unit:u9"),
        // In use no more, or told by a number of two.
        (r#""organizationUnit":{"number":"30"}"#, "org-unit:30"),
        (r#""organizationUnit":{"number":"40"}"#, "org-unit:40"),
    ] {
        let person = format!(r#"{{"uuid":"a","isActive":true,{unit}}}"#);
        // What has a uuid is not looked up.
        let provider = if person.contains("u9") { with(&person) } else { with(&person).on(units()) };
        let page = Hrworks::memberships(&provider.context::<Hrworks>(), Cursor::default()).unwrap();
        assert_eq!(page.memberships, [Membership::worker(id, "a")], "{unit}");
    }
    let provider = provider().on(units());
    let groups = Hrworks::groups(&provider.context::<Hrworks>(), Cursor::default()).unwrap().groups;
    assert_eq!(groups[1].parent_id.as_deref(), Some("org-unit:u1"));
}

#[test]
fn a_number_of_two_people_is_nobody_s_manager() {
    let person = r#"{"uuid":"a","isActive":true,"superior":{"personnelNumber":"100"}}"#;
    let list = r#"{"10":[{"personnelNumber":"100","uuid":"boss"},{"personnelNumber":"100","uuid":"other"}]}"#;
    let numbers = at("/v2/persons").query("onlyActive", false).query("onlyActiveOrganizationUnits", false);
    let provider = with(person).wants(&["manager_id"]).on(numbers.json(list));
    assert_eq!(read(&provider).unwrap()[0].employment.manager_id, None);
}

#[test]
fn who_does_not_say_whether_they_have_left_is_a_failure_where_some_have() {
    let person = r#"{"uuid":"a"}"#;
    let expected =
        "people page: persons[0] has no `isActive`, and may have left; see the setting `include_gone`";
    assert_eq!(read(&with(person)).unwrap_err(), Failure::InvalidResponse(expected.into()));
    let active = at("/v2/persons/master-data").query("onlyActive", true).query("page", 1);
    let provider = provider().setting("include_gone", "false");
    let provider = provider.on(active.json(format!(r#"{{"persons":[{person}]}}"#)));
    assert_eq!(read(&provider).unwrap()[0].status, WorkerStatus::Active);
}

#[test]
fn a_free_field_that_is_named_is_there_before_anybody_has_it() {
    let provider = with(r#"{"uuid":"a","Kost 1":38.5}"#).setting("custom_fields", "Kürzel, Kost 1, birthday");
    let fields = Hrworks::discover(&provider.context::<Hrworks>()).unwrap();
    let fields: Vec<_> = fields.into_iter().map(|field| (field.name, field.kind)).collect();
    assert_eq!(fields, [("Kost 1".into(), AttributeKind::Number), ("Kürzel".into(), AttributeKind::Text)]);
}

#[test]
fn the_connection_test_tells_which_units_cannot_be_read() {
    let refused = || r#"{"errorCode":403,"type":"PermissionDeniedError","errorMessage":"no"}"#;
    let provider = with(r#"{"uuid":"a","isActive":true}"#)
        .setting("read_onboarding", "true")
        .on(at("/v2/persons/onboarding").json(r#"{"onboardingDocuments":[]}"#))
        .on(at("/v2/organization-units").json(r#"{"organizationUnits":[]}"#))
        .on(at("/v2/permanent-establishments").answer(403, "application/json", refused()))
        .on(at("/v2/cost-objects/cost-centers").query("page", 1).json(r#"{"costCenters":[]}"#));
    let info = Hrworks::check(&provider.context::<Hrworks>()).unwrap();
    assert_eq!(info.warnings, ["The pair of keys has no right to read sites: groups cannot be read."]);

    let provider = with(r#"{"uuid":"a","isActive":true}"#)
        .setting("read_onboarding", "true")
        .on(at("/v2/persons/onboarding").answer(403, "application/json", refused()));
    let failure = Hrworks::check(&provider.context::<Hrworks>()).unwrap_err();
    assert_eq!(failure, Failure::PermissionMissing("onboarding test".into()));
}

/// Documents of people who all have become persons, one of them without a uuid,
/// and one of somebody who has not.
#[test]
fn documents_are_read_as_many_at_a_time_as_a_call_may_ask_for() {
    const PERSONS: usize = 250;
    let document = |nth: usize| {
        format!(
            r#"{{"id":"{nth}","firstName":"Mia","lastName":"{nth}","joinDate":"2030-03-01","statusIdentifier":"activated"}}"#
        )
    };
    let person = |nth: usize| {
        let key = if nth == 7 { "personnelNumber" } else { "uuid" };
        format!(r#"{{"{key}":"{nth}","firstName":"Mia","lastName":"{nth}"}}"#)
    };
    let all = |one: &dyn Fn(usize) -> String, of: usize| (0..of).map(one).collect::<Vec<_>>().join(",");
    let documents = format!(r#"{{"onboardingDocuments":[{}]}}"#, all(&document, PERSONS + 1));
    let persons = format!(r#"{{"10":[{}]}}"#, all(&person, PERSONS));
    let everybody = at("/v2/persons").query("onlyActive", false).query("onlyActiveOrganizationUnits", false);
    let mut provider = with("")
        .setting("read_onboarding", "true")
        .on(at("/v2/persons/onboarding").json(documents).repeats())
        .on(everybody.json(persons).repeats());
    for nth in 0..PERSONS {
        let kind = if nth == 7 { "personnelNumber" } else { "uuid" };
        let one = at(&format!("/v2/persons/{nth}/master-data")).query("personIdentifierType", kind);
        provider = provider.on(one.json(r#"{"joinDate":"2030-03-01"}"#));
    }
    let cx = provider.context::<Hrworks>();
    let (mut cursor, mut ids) = (Cursor::default(), Vec::new());
    loop {
        let before = provider.requests();
        let page = Hrworks::workers(&cx, cursor).unwrap();
        assert!(provider.requests() - before <= 200);
        ids.extend(page.workers.into_iter().map(|worker| (worker.id, worker.status)));
        let Some(next) = page.next else { break };
        cursor = Cursor::from(Some(next));
    }
    assert_eq!(ids, [("onboarding:250".into(), WorkerStatus::Pending)]);
}

#[test]
fn cost_centers_go_on_to_the_last_page() {
    let link = r#"<https://api.hrworks.de/v2/cost-objects/cost-centers?page=2>; rel="last""#;
    let page = |number: u32, center: &str| {
        let list = at("/v2/cost-objects/cost-centers").query("page", number);
        list.json(format!(r#"{{"costCenters":[{{"number":"{center}"}}]}}"#)).with_header("link", link)
    };
    let provider = provider().on(page(1, "1000")).on(page(2, "2000"));
    let cx = provider.context::<Hrworks>();
    let cursor = Cursor::from(Some(encode(&Lists { list: 2, at: PageNumber::default() })));
    let first = Hrworks::groups(&cx, cursor).unwrap();
    let second = Hrworks::groups(&cx, Cursor::from(first.next)).unwrap();
    assert_eq!(second.groups[0].id, "cost-center:2000");
}

#[test]
fn a_page_whose_links_lead_elsewhere_is_a_failure() {
    for link in [
        r#"<https://api.hrworks.de/v2/persons/master-data?page=1>; rel="next""#,
        r#"<https://api.hrworks.de/v2/persons/master-data?page=3>; rel="next""#,
        r#"<https://api.hrworks.de/v2/persons/master-data?page=x>; rel="next""#,
        r#"<https://api.hrworks.de/v2/persons/master-data>; rel="last""#,
    ] {
        let page = people(1).json(r#"{"persons":[{"uuid":"a","isActive":true}]}"#).with_header("link", link);
        let failure = read(&provider().on(page)).unwrap_err();
        assert!(matches!(failure, Failure::InvalidResponse(_)), "{link}: {failure:?}");
    }
}

#[test]
fn with_no_more_than_the_last_link_pages_are_counted() {
    let link = r#"<https://api.hrworks.de/v2/persons/master-data?onlyActive=false&page=2>; rel="last""#;
    let first = people(1).json(r#"{"persons":[{"uuid":"a","isActive":true}]}"#).with_header("link", link);
    let second = people(2).json(r#"{"persons":[{"uuid":"b","isActive":true}]}"#).with_header("link", link);
    let provider = provider().on(first).on(second);
    let cx = provider.context::<Hrworks>();
    let page = Hrworks::workers(&cx, Cursor::default()).unwrap();
    let next = Hrworks::workers(&cx, Cursor::from(page.next)).unwrap();
    assert_eq!((next.workers[0].id.as_str(), next.next), ("b", None));
}
