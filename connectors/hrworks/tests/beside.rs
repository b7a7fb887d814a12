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
        (r#"{"uuid":"a"}"#, WorkerStatus::Active),
    ] {
        assert_eq!(read(&with(person)).unwrap()[0].status, status, "{person}");
    }
}

#[test]
fn a_superior_may_be_known_by_a_number() {
    let person = r#"{"uuid":"a","superior":{"personnelNumber":"100"},"costCentre":{"number":"7"}}"#;
    let list = r#"{"10":[{"personnelNumber":"100","uuid":"boss"}],"20":[{"personnelNumber":"101"}]}"#;
    let numbers = at("/v2/persons").query("onlyActive", false).query("onlyActiveOrganizationUnits", false);
    let provider = with(person).wants(&["manager_id", "cost_center"]).on(numbers.json(list));
    let worker = read(&provider).unwrap().remove(0);
    assert_eq!(worker.employment.manager_id.as_deref(), Some("boss"));
    assert_eq!(worker.organization.cost_center.unwrap().name.as_deref(), Some("7"));
}

#[test]
fn people_of_old_accounts_are_known_by_license_number_and_have_no_managers() {
    let person = r#"{"uuid":"a","personLicenseNumber":"3","superior":{"uuid":"boss"}}"#;
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
    let person = r#"{"uuid":"a","Kost. 1":38.5,"K\u00fcrzel":"LB","leer":null,"birthday":"1980-02-29",
        "address":{"city":"Ulm"},"emergencyContactName":"Mia","highestLevelOfEducation":"x"}"#;
    const FIELDS: [&str; 5] =
        ["custom.Kost. 1", "custom.Kürzel", "custom.leer", "custom.birthday", "custom.address.city"];
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
    let person = r#"{"uuid":"a","organizationUnit":{"number":"30","name":"Closed",
        "parentOrganizationUnit":{"uuid":"u1"}}}"#;
    let cursor = Cursor::from(Some(encode(&Lists { list: 3, at: PageNumber::default() })));
    let groups = Hrworks::groups(&with(person).context::<Hrworks>(), cursor).unwrap().groups;
    let [group] = groups.as_slice() else { panic!("{groups:?}") };
    assert_eq!((group.id.as_str(), group.name.as_str()), ("org-unit:30", "Closed"));
    assert_eq!(group.parent_id.as_deref(), Some("org-unit:u1"));
}

#[test]
fn a_page_whose_links_lead_elsewhere_is_a_failure() {
    for link in [
        r#"<https://api.hrworks.de/v2/persons/master-data?page=1>; rel="next""#,
        r#"<https://api.hrworks.de/v2/persons/master-data?page=3>; rel="next""#,
        r#"<https://api.hrworks.de/v2/persons/master-data?page=x>; rel="next""#,
        r#"<https://api.hrworks.de/v2/persons/master-data>; rel="last""#,
    ] {
        let page = people(1).json(r#"{"persons":[{"uuid":"a"}]}"#).with_header("link", link);
        let failure = read(&provider().on(page)).unwrap_err();
        assert!(matches!(failure, Failure::InvalidResponse(_)), "{link}: {failure:?}");
    }
}

#[test]
fn with_no_more_than_the_last_link_pages_are_counted() {
    let link = r#"<https://api.hrworks.de/v2/persons/master-data?onlyActive=false&page=2>; rel="last""#;
    let first = people(1).json(r#"{"persons":[{"uuid":"a"}]}"#).with_header("link", link);
    let second = people(2).json(r#"{"persons":[{"uuid":"b"}]}"#).with_header("link", link);
    let provider = provider().on(first).on(second);
    let cx = provider.context::<Hrworks>();
    let page = Hrworks::workers(&cx, Cursor::default()).unwrap();
    let next = Hrworks::workers(&cx, Cursor::from(page.next)).unwrap();
    assert_eq!((next.workers[0].id.as_str(), next.next), ("b", None));
}
