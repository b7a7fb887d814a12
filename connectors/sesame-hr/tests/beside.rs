//! What lies beside the people, in cases that a recording of a made-up company
//! does not have.

use connector_sesame_hr::SesameHr;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get};

const NOW: &str = "2026-10-20T12:00:00Z";
const MANAGERS: &str = "/core/v3/employee-managers";

fn page(page: u32, of: u32, total: usize, rows: &[String]) -> String {
    format!(
        r#"{{"data":[{}],"meta":{{"currentPage":{page},"lastPage":{of},"total":{total},"perPage":100}}}}"#,
        rows.join(",")
    )
}

fn whole(rows: &[String]) -> String {
    page(1, 1, rows.len(), rows)
}

fn manager(nth: u32, person: &str, manager: &str, permission: &str, order: u32) -> String {
    format!(
        r#"{{"id":"m{nth}","employee":{{"id":"{person}"}},"manager":{{"id":"{manager}"}},"permission":"{permission}","order":{order}}}"#
    )
}

/// A provider with these active people, who have an id each.
fn with(people: &[&str], status: &str) -> Provider {
    let person = |id: &&str| format!(r#"{{"id":"{id}","firstName":"Mia","status":"{status}"}}"#);
    let list = get("api", "/core/v3/employees").query("limit", 40).query("page", 1).auth("token");
    let people: Vec<String> = people.iter().map(person).collect();
    Provider::new()
        .now(NOW)
        .setting("order_by", "createdAt asc")
        .on(list.query("status[in]", "active").query("orderBy", "createdAt asc").json(whole(&people)))
}

fn rows(path: &str, number: u32) -> Exchange {
    get("api", path).query("limit", 100).query("page", number).auth("token")
}

fn read(provider: &Provider) -> Result<Vec<Worker>> {
    Ok(SesameHr::workers(&provider.context::<SesameHr>(), Cursor::default())?.workers)
}

fn managers(provider: &Provider) -> Vec<Option<String>> {
    read(provider).unwrap().into_iter().map(|worker| worker.employment.manager_id).collect()
}

#[test]
fn who_approves_vacations_comes_before_who_approves_the_clock() {
    let list = [
        manager(1, "a", "x", "check", 0),
        manager(2, "a", "y", "vacation", 1),
        manager(3, "a", "z", "vacation", 0),
        manager(4, "b", "x", "check", 1),
        manager(5, "b", "y", "check", 0),
        manager(6, "c", "x", "expenses", 0),
    ];
    let provider =
        with(&["a", "b", "c"], "active").wants(&["manager_id"]).on(rows(MANAGERS, 1).json(whole(&list)));
    assert_eq!(managers(&provider), [Some("z".into()), Some("y".into()), None]);
}

#[test]
fn a_long_list_of_pairs_is_asked_for_each_person() {
    let of = |id: &str, list: &[String]| rows(MANAGERS, 1).query("employeeId", id).json(whole(list));
    let long = page(1, 6, 600, &[manager(1, "q", "r", "vacation", 0)]);
    let provider = with(&["a", "b"], "active")
        .wants(&["manager_id"])
        .on(rows(MANAGERS, 1).json(long))
        .on(of("a", &[manager(2, "a", "z", "vacation", 0)]))
        .on(of("b", &[]));
    assert_eq!(managers(&provider), [Some("z".into()), None]);
}

#[test]
fn a_list_of_pairs_that_is_not_whole_is_a_failure() {
    let first = page(1, 2, 2, &[manager(1, "a", "z", "vacation", 0)]);
    for second in [
        // The page before, and one that names another number.
        page(2, 2, 2, &[manager(1, "a", "z", "vacation", 0)]),
        page(1, 2, 2, &[manager(2, "a", "y", "check", 0)]),
        // An end before the total, and a pair of one.
        page(2, 2, 2, &[]),
        page(2, 2, 2, &[r#"{"id":"m2","employee":{"id":"a"},"manager":null,"permission":"check"}"#.into()]),
    ] {
        let provider = with(&["a"], "active")
            .wants(&["manager_id"])
            .on(rows(MANAGERS, 1).json(first.clone()))
            .on(rows(MANAGERS, 2).json(second.clone()));
        assert!(matches!(read(&provider), Err(Failure::InvalidResponse(_))), "{second}");
    }
}

#[test]
fn people_of_another_status_than_asked_for_are_a_failure() {
    assert!(matches!(read(&with(&["a"], "inactive")), Err(Failure::InvalidResponse(_))));
}

#[test]
fn a_contract_says_who_is_still_to_come() {
    for (contract, status) in [
        (r#"{"data":{"startAt":"2026-10-21"}}"#, WorkerStatus::Pending),
        (r#"{"data":{"startAt":"2026-10-20","endAt":null}}"#, WorkerStatus::Active),
        (r#"{"data":null}"#, WorkerStatus::Active),
    ] {
        let contracts = get("api", "/contract/v1/contracts/a/current-contract").auth("token");
        let provider = with(&["a"], "active")
            .setting("contracts", "true")
            .wants(&["status"])
            .on(contracts.json(contract));
        assert_eq!(read(&provider).unwrap()[0].status, status, "{contract}");
    }
}
