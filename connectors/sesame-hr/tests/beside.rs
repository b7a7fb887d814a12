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

/// The first page of the people of a state.
fn people(state: &str) -> Exchange {
    people_page(state, 1)
}

fn people_page(state: &str, number: u32) -> Exchange {
    let list = get("api", "/core/v3/employees").query("limit", 40).query("page", number).auth("token");
    list.query("status[in]", state).query("orderBy", "createdAt asc")
}

fn provider() -> Provider {
    Provider::new().now(NOW).setting("order_by", "createdAt asc")
}

/// A provider with these active people, who have an id each.
fn with(ids: &[&str], status: &str) -> Provider {
    let person = |id: &&str| format!(r#"{{"id":"{id}","firstName":"Mia","status":"{status}"}}"#);
    let list: Vec<String> = ids.iter().map(person).collect();
    provider().on(people("active").json(whole(&list)))
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
        // A shorter list, an end before the total, and a pair of one.
        page(2, 2, 1, &[manager(2, "a", "y", "check", 0)]),
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
fn people_of_another_status_than_asked_for_or_of_none_are_a_failure() {
    for status in ["inactive", ""] {
        assert!(matches!(read(&with(&["a"], status)), Err(Failure::InvalidResponse(_))), "{status}");
    }
}

#[test]
fn a_list_that_does_not_say_how_long_it_is_is_a_failure() {
    let page = r#"{"data":[{"id":"a","status":"active"}]}"#;
    let failure = read(&provider().on(people("active").json(page))).unwrap_err();
    assert_eq!(failure, Failure::InvalidResponse("people page: there is no `meta.lastPage`".into()));
}

#[test]
fn a_list_of_people_that_becomes_shorter_is_a_failure() {
    let person = |id: &str| format!(r#"{{"id":"{id}","status":"active"}}"#);
    for (total, is_whole) in [(3, true), (2, false)] {
        let provider = provider()
            .wants(&["status"])
            .on(people("active").json(page(1, 2, 3, &[person("a"), person("b")])))
            .on(people_page("active", 2).json(page(2, 2, total, &[person("c")])));
        let cx = provider.context::<SesameHr>();
        let first = SesameHr::workers(&cx, Cursor::default()).unwrap();
        let outcome = SesameHr::workers(&cx, Cursor::from(first.next));
        assert_eq!(outcome.is_ok(), is_whole, "{total}: {outcome:?}");
    }
}

#[test]
fn an_order_that_is_refused_is_a_matter_of_the_setting() {
    for status in [400, 422] {
        let provider = provider().on(people("active").answer(status, "application/json", "{}"));
        let Err(Failure::BadSetting(wrong)) = read(&provider) else { panic!("{status}") };
        assert_eq!(wrong.key, "order_by");
    }
}

#[test]
fn the_connection_test_reads_people() {
    let info =
        get("api", "/core/v3/info").auth("token").json(r#"{"data":{"company":{"name":"Example SL"}}}"#);
    let refused = people("active").answer(403, "application/json", r#"{"error":{"message":"Forbidden"}}"#);
    let provider = provider().on(info).on(refused);
    let failure = SesameHr::check(&provider.context::<SesameHr>()).unwrap_err();
    assert_eq!(failure, Failure::PermissionMissing("people test".into()));
}

#[test]
fn a_contract_says_who_is_still_to_come() {
    let started = r#"{"data":{"startAt":"2026-10-20","endAt":"2026-10-19"}}"#;
    let to_come = r#"{"data":{"startAt":"2026-10-21","endAt":null}}"#;
    for (state, contract, status) in [
        ("active", to_come, WorkerStatus::Pending),
        ("active", started, WorkerStatus::Active),
        ("active", r#"{"data":null}"#, WorkerStatus::Active),
        ("inactive", to_come, WorkerStatus::Pending),
        ("inactive", started, WorkerStatus::Terminated),
        ("inactive", r#"{"data":null}"#, WorkerStatus::Inactive),
    ] {
        let row = format!(r#"{{"id":"a","status":"{state}"}}"#);
        let contracts = get("api", "/contract/v1/contracts/a/current-contract").auth("token");
        let provider = provider()
            .setting("contracts", "true")
            .setting("inactive", "inactive")
            .wants(&["status"])
            .on(people(state).json(whole(&[row])))
            .on(contracts.json(contract));
        let provider =
            if state == "active" { provider } else { provider.on(people("active").json(whole(&[]))) };
        let cx = provider.context::<SesameHr>();
        let mut page = SesameHr::workers(&cx, Cursor::default()).unwrap();
        if state == "inactive" {
            page = SesameHr::workers(&cx, Cursor::from(page.next)).unwrap();
        }
        assert_eq!(page.workers[0].status, status, "{state} {contract}");
    }
}

#[test]
fn who_is_away_is_asked_for_the_people_of_the_page_alone() {
    let list = |path: &str, away: &[String]| {
        let list = rows(path, 1).query("from", "2026-10-20").query("to", "2026-10-20");
        list.query("employeeIds[]", "a").query("employeeIds[]", "b").json(whole(away))
    };
    let away = r#"{"id":"1","employee":{"id":"b"},"date":"2026-10-20"}"#.to_owned();
    let provider = with(&["a", "b"], "active")
        .setting("absences", "true")
        .wants(&["status"])
        .on(list("/schedule/v1/absence-day-off", &[]))
        .on(list("/schedule/v1/vacation-day-off", &[away]));
    let statuses: Vec<_> = read(&provider).unwrap().into_iter().map(|worker| worker.status).collect();
    assert_eq!(statuses, [WorkerStatus::Active, WorkerStatus::OnLeave]);
}

#[test]
fn of_the_people_in_a_list_of_pairs_nothing_but_ids_is_read() {
    // What is no text where a text is read would be a failure.
    let row = r#"{"id":"1","employee":{"id":"a","name":{},"address":{"street":"x"}},
        "manager":{"id":"z","address":{}},"permission":"vacation"}"#;
    let provider =
        with(&["a"], "active").wants(&["manager_id"]).on(rows(MANAGERS, 1).json(whole(&[row.into()])));
    assert_eq!(managers(&provider), [Some("z".into())]);
}
