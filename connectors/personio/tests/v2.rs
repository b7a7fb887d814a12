//! The edges of v2, one after the other.

use connector_personio::Personio;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Exchange, Provider, get};

fn provider() -> Provider {
    Provider::new().setting("api_version", "v2").wants(&["given_name"])
}

fn page(body: &str) -> Exchange {
    get("v2", "/v2/persons").query("limit", 50).auth("v2").json(body)
}

fn employments(id: &str, body: &str) -> Exchange {
    get("v2", &format!("/v2/persons/{id}/employments")).query("limit", 50).auth("v2").json(body)
}

fn workers(provider: &Provider) -> Result<WorkerPage> {
    Personio::workers(&provider.context::<Personio>(), Cursor::default())
}

/// The worker that a person and their employments make.
#[track_caller]
fn worker(person: &str, all: &str) -> Worker {
    let provider = provider()
        .on(page(&format!(r#"{{"_data":[{{"id":"7"{person}}}]}}"#)))
        .on(employments("7", &format!(r#"{{"_data":[{all}]}}"#)));
    workers(&provider).unwrap().workers.remove(0)
}

#[test]
fn the_employment_that_counts() {
    let title = |all: &str| worker("", all).employment.title;
    let one =
        |status: &str, title: &str| format!(r#"{{"status":"{status}","position":{{"title":"{title}"}}}}"#);
    let (old, now, new) = (one("INACTIVE", "old"), one("leave", "now"), one("INACTIVE", "new"));
    assert_eq!(title(&format!("{new},{now},{old}")).as_deref(), Some("now"));
    assert_eq!(title(&format!("{new},{old}")).as_deref(), Some("new"));
    assert_eq!(title(""), None);
}

#[test]
fn statuses() {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    // Today is 15 January 2026.
    for (person, employment, expected) in [
        ("ACTIVE", r#""status":"ACTIVE""#, Active),
        ("ACTIVE", r#""status":"ACTIVE","employment_start_date":"2026-02-01""#, Pending),
        ("ACTIVE", r#""status":"ONBOARDING""#, Pending),
        ("ACTIVE", r#""status":"LEAVE""#, OnLeave),
        ("ACTIVE", r#""status":"UNSPECIFIED""#, Active),
        ("INACTIVE", r#""status":"UNSPECIFIED""#, Inactive),
        ("INACTIVE", "", Inactive),
        ("UNSPECIFIED", r#""status":"UNSPECIFIED""#, Active),
        ("INACTIVE", r#""status":"INACTIVE","termination":{"termination_date":"2025-12-31"}"#, Terminated),
        (
            "INACTIVE",
            r#""status":"INACTIVE","employment_end_date":"2025-12-31","termination":null"#,
            Terminated,
        ),
        ("INACTIVE", r#""status":"INACTIVE","contract_end_date":"2025-12-31""#, Inactive),
        ("INACTIVE", r#""status":"INACTIVE","termination":{"termination_date":"2026-02-28"}"#, Inactive),
    ] {
        let worker = worker(&format!(r#","status":"{person}""#), &format!("{{{employment}}}"));
        assert_eq!(worker.status, expected, "{person} {employment}");
    }
}

#[test]
fn units_have_ids_where_their_names_are_not_wanted() {
    let worker = worker(
        "",
        r#"{"org_units":[{"type":"TEAM","id":2},{"type":"department","id":"1"},{"type":"squad","id":"3"},{"type":"team","id":null}],
        "cost_centers":[{"id":"5","weight":30},{"id":"6","weight":"70"}],"legal_entity":null,"sub_company":{"id":"9"},"office":null}"#,
    );
    let unit = |id: &str| Unit { id: Some(id.into()), name: None };
    let expected = Organization {
        department: Some(unit("1")),
        teams: vec![unit("2")],
        cost_center: Some(unit("6")),
        company: Some(unit("9")),
        ..Organization::default()
    };
    assert_eq!(worker.organization, expected);
}

#[test]
fn dates_hours_and_marks() {
    let worker = worker(
        r#","updated_at":"2026-01-10T09:00:00Z""#,
        r#"{"termination":{"last_working_date":"2027-01-31"},"contract_end_date":null,"updated_at":"2026-01-10T09:00:01Z",
        "weekly_working_hours":"20","full_time_weekly_working_hours":40,"type":"EXTERNAL"}"#,
    );
    assert_eq!(worker.employment.end_date.as_deref(), Some("2027-01-31"));
    assert_eq!(worker.employment.fte, Some(0.5));
    assert_eq!(worker.employment.employment_type.as_deref(), Some("external"));
    assert_eq!(worker.updated_at.as_deref(), Some("2026-01-10T09:00:01Z"));
}

#[test]
fn a_custom_attribute_of_another_shape_costs_nobody() {
    let provider = provider()
        .wants(&["custom.a", "custom.b"])
        .on(page(r#"{"_data":[{"id":"7","custom_attributes":[{"id":"a","value":1,"type":"int"},5,{"id":"b","value":["x"]}]}]}"#))
        .on(employments("7", r#"{"_data":[]}"#));
    let worker = workers(&provider).unwrap().workers.remove(0);
    let texts = Value::Texts(vec!["x".into()]);
    assert_eq!(
        worker.custom,
        [CustomAttribute::new("a", Value::Number(1.0)), CustomAttribute::new("b", texts)]
    );
}

#[test]
fn a_page_fails_as_a_whole() {
    let provider = provider().on(page(r#"{"_data":[{"id":"7"},{"id":""}]}"#));
    let expected = "people page: _data[1].id: nobody can be told by it";
    assert_eq!(workers(&provider), Err(Failure::InvalidResponse(expected.into())));

    // 404: deleted since the page was made, or no longer offered.
    for status in [404, 502] {
        let broken = employments("7", "").answer(status, "text/html", "<p>");
        let provider = self::provider().on(page(r#"{"_data":[{"id":"7"}]}"#)).on(broken);
        assert_eq!(workers(&provider), Err(Failure::Upstream(status)));
    }

    let provider = self::provider().on(page(r#"{"_meta":{}}"#));
    assert_eq!(
        workers(&provider),
        Err(Failure::InvalidResponse("people page: missing field `_data`".into()))
    );
}

fn next(link: &str) -> String {
    format!(r#"{{"_data":[],"_meta":{{"links":{{"next":{{"href":"{link}"}}}}}}}}"#)
}

#[test]
fn next_links_are_good_for_their_cursor_alone() {
    let cursor_of = |link: &str| {
        let page = workers(&provider().on(page(&next(link))))?;
        Ok::<_, Failure>(page.next.map(|bytes| String::from_utf8(bytes).unwrap()))
    };
    for link in [
        "https://api.personio.de/v2/persons?cursor=c%3D1&limit=50",
        "/v2/persons?limit=50&cursor=c%3D1",
        "https://elsewhere.example/?cursor=c%3D1",
    ] {
        assert!(cursor_of(link).unwrap().unwrap().contains(r#""token":"c=1""#), "{link}");
    }
    assert_eq!(cursor_of("").unwrap(), None);
    assert!(matches!(cursor_of("https://api.personio.de/v2/persons"), Err(Failure::InvalidResponse(_))));
}

#[test]
fn a_next_link_that_leads_nowhere_is_a_failure() {
    let first = workers(&provider().on(page(&next("/v2/persons?cursor=c")))).unwrap();
    let again = page(&next("/v2/persons?cursor=c")).query("cursor", "c");
    let provider = provider().on(again);
    let second = Personio::workers(&provider.context::<Personio>(), Cursor::from(first.next));
    assert!(matches!(second, Err(Failure::InvalidResponse(_))));
}

fn list(path: &str, of_type: Option<&str>, body: &str) -> Exchange {
    let exchange = get("v2", path).query("limit", 50).header("beta", "true").auth("v2").json(body);
    of_type.into_iter().fold(exchange, |exchange, of_type| exchange.query("type", of_type))
}

#[test]
fn names_that_do_not_fit_a_cursor_are_read_on_each_page() {
    let names = |count: usize| {
        let units: Vec<_> =
            (0..count).map(|id| format!(r#"{{"id":{id},"name":"{}"}}"#, "x".repeat(200))).collect();
        list("/v2/workplaces", None, &format!(r#"{{"_data":[{}]}}"#, units.join(",")))
    };
    for (count, comes_along) in [(10, true), (200, false)] {
        let provider =
            provider().wants(&["location"]).on(names(count)).on(page(&next("/v2/persons?cursor=c")));
        let cursor = workers(&provider).unwrap().next.unwrap();
        assert!(cursor.len() < 64 * 1024);
        let again = self::provider().wants(&["location"]).on(page(r#"{"_data":[]}"#).query("cursor", "c"));
        let again = if comes_along { again } else { again.on(names(count)) };
        assert!(Personio::workers(&again.context::<Personio>(), Cursor::from(Some(cursor))).is_ok());
    }
}

#[test]
fn groups_that_may_not_be_read_do_not_vanish() {
    let departments = |status| {
        list("/v2/org-units", Some("department"), "").answer(status, "application/problem+json", "{}")
    };
    let groups = |provider: &Provider| Personio::groups(&provider.context::<Personio>(), Cursor::default());
    let members =
        |provider: &Provider| Personio::memberships(&provider.context::<Personio>(), Cursor::default());
    let missing = Failure::PermissionMissing("personio:org-units:read".into());
    for status in [401, 403] {
        assert_eq!(groups(&provider().on(departments(status))), Err(missing.clone()));
        assert_eq!(members(&provider().on(departments(status))), Err(missing.clone()));
    }
    // No such list in this account.
    let page = groups(&provider().on(departments(404))).unwrap();
    assert!(page.groups.is_empty() && page.next.is_some());
    let named = provider().wants_groups(&["department:1"]).on(departments(404));
    assert_eq!(members(&named), Err(missing));
    // The names of people's departments may be out of reach.
    let nobody = self::page(r#"{"_data":[]}"#);
    assert!(workers(&self::provider().wants(&["department"]).on(departments(403)).on(nobody)).is_ok());
}

#[test]
fn half_a_list_of_units_is_no_list() {
    let path = "/v2/workplaces";
    let first = r#"{"_data":[{"id":1}],"_meta":{"links":{"next":{"href":"/v2/workplaces?cursor=c"}}}}"#;
    let second = list(path, None, "").query("cursor", "c").answer(404, "text/plain", "");
    let wants_names = || provider().wants(&["location"]);
    let read = wants_names().on(list(path, None, first)).on(second);
    assert_eq!(workers(&read), Err(Failure::Upstream(404)));
    let nameless = wants_names().on(list(path, None, r#"{"_data":[{"name":"Berlin"}]}"#));
    let expected = "workplaces: a unit has no `id`";
    assert_eq!(workers(&nameless), Err(Failure::InvalidResponse(expected.into())));
}

#[test]
fn fields_by_key_and_universal_id() {
    let one = |path: &str| get("v2", path).query("limit", 1).auth("v2").json(r#"{"_data":[]}"#);
    let people = r#"{"_data":[{"id":"7","custom_attributes":[{"id":"dynamic_1","global_id":"personnel_number"}]},
        {"id":"8","custom_attributes":[{"id":"dynamic_2"},{"id":"dynamic_1","global_id":"personnel_number"}]}]}"#;
    let provider = provider()
        .setting("fields", "employee_number=personnel_number, locale=dynamic_2, grade=Stufe")
        .on(one("/v2/persons"))
        .on(one("/v2/org-units").query("type", "department"))
        .on(one("/v2/org-units").query("type", "team"))
        .on(one("/v2/workplaces"))
        .on(one("/v2/legal-entities"))
        .on(one("/v2/cost-centers"))
        .on(page(people).repeats());
    let info = Personio::check(&provider.context::<Personio>()).unwrap();
    let unknown = "`Stufe`, which stands for `grade`, is the name of no custom attribute that can be read.";
    assert_eq!(info.warnings, [unknown]);
    let all = Personio::discover(&provider.context::<Personio>()).unwrap();
    assert_eq!(
        all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["personnel_number", "dynamic_2"]
    );
}

#[test]
fn a_list_that_breaks_stops_the_connection_test() {
    let one = |path: &str| get("v2", path).query("limit", 1).auth("v2").json(r#"{"_data":[]}"#);
    let provider = provider()
        .on(one("/v2/persons"))
        .on(one("/v2/org-units").query("type", "department").answer(500, "text/plain", "").repeats())
        .on(one("/v2/org-units").query("type", "team"))
        .on(one("/v2/workplaces"))
        .on(one("/v2/legal-entities"))
        .on(one("/v2/cost-centers"));
    assert_eq!(Personio::check(&provider.context::<Personio>()), Err(Failure::Upstream(500)));
}
