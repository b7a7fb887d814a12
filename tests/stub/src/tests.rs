//! The interfaces as a reader meets them, without a socket.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::response::Response;
use serde_json::{Value, json};

use crate::clock;
use crate::consent::Consent;
use crate::faults::Fault;
use crate::server::{Options, Stub};

const BASE: &str = "http://127.0.0.1:1";

pub fn stub(people: u32, scim_cursor: bool, page_limit: Option<usize>, faults: &[&str]) -> Stub {
    let options = Options {
        base: BASE.to_owned(),
        offsite: "http://127.0.0.2:1".to_owned(),
        client_secret: "stub-secret".to_owned(),
        token_lifetime: None,
        page_limit,
        assertion_key: None,
        consent: Consent::Asked,
        scim_cursor,
    };
    let faults: Vec<Fault> = faults.iter().filter_map(|fault| fault.parse().ok()).collect();
    Stub::new(options, people, 11, clock::START, faults)
}

pub async fn send(stub: &Stub, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut request = Request::builder().method(method).uri(url.strip_prefix(BASE).unwrap_or(url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match request.body(Body::from(body.to_owned())) {
        Ok(request) => stub.serve(request).await,
        Err(error) => panic!("{url}: {error}"),
    }
}

/// The body of an answer, as JSON.
pub async fn body_of(response: Response) -> Value {
    read(response).await.1
}

/// Where the `Link` headers of an answer lead.
pub fn link_of(response: &Response, relation: &str) -> Option<String> {
    let headers = response.headers().get_all("link").iter().filter_map(|value| value.to_str().ok());
    let links = headers.flat_map(|header| header.split(", "));
    let found = links.filter_map(|link| link.strip_suffix(&format!("; rel=\"{relation}\""))).next()?;
    Some(found.trim_matches(['<', '>']).to_owned())
}

/// The facts of this provider.
pub async fn truth(stub: &Stub, what: &str) -> Vec<Value> {
    let response = send(stub, "GET", &format!("/control/truth/{what}"), &[], "").await;
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

pub async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// A reader that is signed in to everything.
struct Reader<'a> {
    stub: &'a Stub,
    tokens: BTreeMap<&'static str, String>,
}

impl<'a> Reader<'a> {
    async fn new(stub: &'a Stub) -> Self {
        let assertion = assertion(&json!({
            "iss": "robot@project.iam.gserviceaccount.com",
            "sub": "admin@example.com",
            "scope": "https://www.googleapis.com/auth/admin.directory.user.readonly",
            "aud": "https://oauth2.googleapis.com/token",
            "iat": clock::wall(),
            "exp": clock::wall() + 3600,
        }));
        let secret = "client_id=papi-12345678&client_secret=stub-secret&grant_type=client_credentials";
        let graph = format!("{secret}&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default");
        let google =
            format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        let v1 = json!({"client_id": "papi-12345678", "client_secret": "stub-secret"}).to_string();
        let mut tokens = BTreeMap::new();
        for (prefix, url, body) in [
            ("/graph", "/login/8a2d0e52/oauth2/v2.0/token", graph.as_str()),
            ("/google", "/google-oauth/token", &google),
            ("/personio/v1", "/personio/v1/auth", &v1),
            ("/personio/v2", "/personio/v2/auth/token", secret),
            ("/scim", "/scim-oauth/token", secret),
        ] {
            let (status, answer) = read(send(stub, "POST", url, &[], body).await).await;
            assert_eq!(status, 200, "{url}: {answer}");
            let token = answer["access_token"].as_str().or(answer["data"]["token"].as_str());
            tokens.insert(prefix, token.unwrap_or_default().to_owned());
        }
        Self { stub, tokens }
    }

    async fn get(&self, url: &str) -> (u16, Value) {
        read(self.ask("GET", url, "").await).await
    }

    async fn ask(&self, method: &str, url: &str, body: &str) -> Response {
        let path = url.strip_prefix(BASE).unwrap_or(url);
        let token = self.tokens.iter().find(|(prefix, _)| path.starts_with(**prefix)).map(|(_, token)| token);
        let bearer = format!("Bearer {}", token.map_or("", String::as_str));
        let headers = [("authorization", bearer.as_str()), ("beta", "true")];
        send(self.stub, method, url, &headers, body).await
    }

    /// All elements of a list whose pages name the next one by a URL.
    async fn follow(&self, first: &str, list: &str, next: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut url = first.to_owned();
        loop {
            let (status, page) = self.get(&url).await;
            assert_eq!(status, 200, "{url}: {page}");
            all.extend(page[list].as_array().cloned().unwrap_or_default());
            match page.pointer(next).and_then(Value::as_str) {
                Some(link) => url = link.to_owned(),
                None => return all,
            }
        }
    }

    /// All elements of a list whose pages give a token for the next one.
    async fn turn(&self, first: &str, list: &str, token: &str, parameter: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut url = first.to_owned();
        loop {
            let (status, page) = self.get(&url).await;
            assert_eq!(status, 200, "{url}: {page}");
            all.extend(page[list].as_array().cloned().unwrap_or_default());
            match page[token].as_str() {
                Some(value) => url = format!("{first}&{parameter}={value}"),
                None => return all,
            }
        }
    }

    /// All elements of a list that is counted through.
    async fn count(&self, first: &str, list: &str, parameter: &str, start: usize) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let url = format!("{first}&{parameter}={}", all.len() + start);
            let (status, page) = self.get(&url).await;
            assert_eq!(status, 200, "{url}: {page}");
            match page[list].as_array().filter(|found| !found.is_empty()) {
                Some(found) => all.extend(found.iter().cloned()),
                None => return all,
            }
        }
    }

    async fn truth(&self, what: &str) -> Vec<Value> {
        truth(self.stub, what).await
    }
}

fn assertion(claims: &Value) -> String {
    use base64::Engine;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "1"}).to_string();
    format!("{}.{}.{}", encode(&header), encode(&claims.to_string()), encode("signature"))
}

fn texts(values: &[Value], pointer: &str) -> Vec<Value> {
    values.iter().map(|value| value.pointer(pointer).cloned().unwrap_or(Value::Null)).collect()
}

/// The facts of the truth that a list has at these places, person by person.
pub fn compare(found: &[Value], truth: &[Value], places: &[(&str, &str)]) {
    assert_eq!(found.len(), truth.len());
    for (found, truth) in found.iter().zip(truth) {
        for (place, fact) in places {
            let value = found.pointer(place).filter(|value| **value != "").unwrap_or(&Value::Null);
            let value = match (value, &truth[*fact]) {
                (Value::Number(number), Value::String(_)) => Value::from(number.to_string()),
                (value, _) => value.clone(),
            };
            assert_eq!(value, truth[*fact], "{place} of {truth}");
        }
    }
}

#[tokio::test]
async fn pages_of_graph_together_are_the_truth() {
    let stub = stub(1234, false, None, &[]);
    let reader = Reader::new(&stub).await;
    let url =
        "/graph/v1.0/users?$select=id,mail,department,accountEnabled&$top=100&$expand=manager($select=id)";
    let people = reader.follow(url, "value", "/@odata.nextLink").await;
    compare(
        &people,
        &reader.truth("graph").await,
        &[
            ("/id", "id"),
            ("/mail", "email"),
            ("/userPrincipalName", "user_name"),
            ("/givenName", "given"),
            ("/surname", "family"),
            ("/department", "department"),
            ("/officeLocation", "location"),
            ("/companyName", "company"),
            ("/employeeOrgData/costCenter", "cost_center"),
            ("/manager/id", "manager_id"),
            ("/jobTitle", "title"),
            ("/employeeId", "employee_number"),
        ],
    );
    let groups = reader.follow("/graph/v1.0/groups?$top=7", "value", "/@odata.nextLink").await;
    let mut memberships = BTreeSet::new();
    for group in texts(&groups, "/id") {
        let id = group.as_str().unwrap_or_default();
        let url = format!("/graph/v1.0/groups/{id}/members?$select=id&$top=999");
        for member in reader.follow(&url, "value", "/@odata.nextLink").await {
            memberships.insert((id.to_owned(), member["id"].to_string()));
        }
    }
    let truth: BTreeSet<(String, String)> = reader
        .truth("graph/memberships")
        .await
        .iter()
        .filter(|line| line["group_kind"] != "org-unit")
        .map(|line| (line["group_id"].as_str().unwrap_or_default().to_owned(), line["member_id"].to_string()))
        .collect();
    assert_eq!(memberships, truth);
}

#[tokio::test]
async fn pages_of_google_together_are_the_truth() {
    let stub = stub(1234, false, None, &[]);
    let reader = Reader::new(&stub).await;
    let url = "/google/admin/directory/v1/users?customer=my_customer&projection=full&maxResults=500";
    let people = reader.turn(url, "users", "nextPageToken", "pageToken").await;
    compare(
        &people,
        &reader.truth("google").await,
        &[
            ("/id", "id"),
            ("/primaryEmail", "email"),
            ("/name/givenName", "given"),
            ("/name/familyName", "family"),
            ("/organizations/0/department", "department"),
            ("/organizations/0/title", "title"),
            ("/organizations/0/name", "company"),
            ("/externalIds/0/value", "employee_number"),
        ],
    );
    let (status, _) = reader.get("/google/admin/directory/v1/users").await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn pages_of_personio_together_are_the_truth() {
    let stub = stub(777, false, None, &[]);
    let reader = Reader::new(&stub).await;
    let truth = reader.truth("personio").await;
    let people = reader.count("/personio/v1/company/employees?limit=100", "data", "offset", 0).await;
    let wrapped = [
        ("/attributes/id/value", "id"),
        ("/attributes/email/value", "email"),
        ("/attributes/first_name/value", "given"),
        ("/attributes/last_name/value", "family"),
        ("/attributes/department/value/attributes/name", "department"),
        ("/attributes/team/value/attributes/name", "team"),
        ("/attributes/office/value/attributes/name", "location"),
        ("/attributes/subcompany/value/attributes/name", "company"),
        ("/attributes/supervisor/value/attributes/id/value", "manager_id"),
        ("/attributes/position/value", "title"),
        ("/attributes/dynamic_24408/value", "employee_number"),
    ];
    compare(&people, &truth, &wrapped);
    let full = people.iter().filter_map(|person| person["attributes"].as_object()).map(serde_json::Map::len);
    assert_eq!(full.max(), Some(29));

    let persons = reader.follow("/personio/v2/persons?limit=50", "_data", "/_meta/links/next/href").await;
    let flat = [("/id", "id"), ("/email", "email"), ("/first_name", "given"), ("/last_name", "family")];
    compare(&persons, &truth, &flat);
    for (person, truth) in persons.iter().zip(&truth).take(100) {
        let url = format!("/personio/v2/persons/{}/employments", person["id"].as_str().unwrap_or_default());
        let (_, answer) = reader.get(&url).await;
        let employment = &answer["_data"][0];
        assert_eq!(employment["employment_start_date"], truth["start_date"]);
        assert_eq!(employment.pointer("/supervisor/id").cloned().unwrap_or_default(), truth["manager_id"]);
    }
    let (status, _) = reader.get("/personio/v2/persons?limit=51").await;
    assert_eq!(status, 400);
    assert_eq!(reader.get("/personio/v2/workplaces").await.0, 200);
    let bearer = format!("Bearer {}", reader.tokens["/personio/v2"]);
    let without = send(&stub, "GET", "/personio/v2/workplaces", &[("authorization", &bearer)], "").await;
    assert_eq!(without.status(), 404);
}

#[tokio::test]
async fn pages_of_scim_together_are_the_truth() {
    let facts = [
        ("/id", "id"),
        ("/userName", "user_name"),
        ("/emails/0/value", "email"),
        ("/name/givenName", "given"),
        ("/name/familyName", "family"),
        ("/title", "title"),
    ];
    let counted = stub(777, false, None, &[]);
    let reader = Reader::new(&counted).await;
    let people = reader.count("/scim/v2/Users?count=100", "Resources", "startIndex", 1).await;
    compare(&people, &reader.truth("scim").await, &facts);

    let turned = stub(777, true, None, &[]);
    let reader = Reader::new(&turned).await;
    let people = reader.turn("/scim/v2/Users?count=100", "Resources", "nextCursor", "cursor").await;
    compare(&people, &reader.truth("scim").await, &facts);

    let name = people[5]["userName"].as_str().unwrap_or_default().replace('@', "%40");
    let (_, found) = reader.get(&format!("/scim/v2/Users?filter=userName%20eq%20%22{name}%22")).await;
    assert_eq!(found["totalResults"], 1);
    let (_, found) =
        reader.get("/scim/v2/Users?filter=meta.lastModified%20gt%20%222999-01-01T00:00:00Z%22").await;
    assert_eq!(found["totalResults"], 0);
    let (status, refused) = reader.get("/scim/v2/Users?filter=name.givenName%20co%20%22a%22").await;
    assert_eq!((status, &refused["scimType"]), (400, &json!("invalidFilter")));
}

#[tokio::test]
async fn a_delta_is_the_difference() {
    let stub = stub(600, false, None, &[]);
    let reader = Reader::new(&stub).await;
    let mut url = "/graph/v1.0/users/delta?$select=id,mail,department,jobTitle,manager".to_owned();
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for round in 0..3 {
        let mut seen = 0;
        loop {
            let (status, page) = reader.get(&url).await;
            assert_eq!(status, 200);
            for entry in page["value"].as_array().into_iter().flatten() {
                seen += 1;
                let id = entry["id"].as_str().unwrap_or_default().to_owned();
                match entry["@removed"]["reason"].as_str() {
                    Some(_) => known.remove(&id),
                    None => known.insert(id, entry.clone()),
                };
            }
            if let Some(next) = page["@odata.nextLink"].as_str() {
                url = next.to_owned();
            } else {
                url = page["@odata.deltaLink"].as_str().unwrap_or_default().to_owned();
                break;
            }
        }
        let truth = reader.truth("graph").await;
        assert_eq!(known.len(), truth.len(), "round {round}");
        for person in &truth {
            let entry = &known[person["id"].as_str().unwrap_or_default()];
            assert_eq!(entry.get("mail").cloned().unwrap_or_default(), person["email"]);
            assert_eq!(entry.get("department").cloned().unwrap_or_default(), person["department"]);
            let manager = entry["manager@delta"].as_array().and_then(|list| list.last());
            let manager = manager.filter(|manager| manager["@removed"].is_null());
            assert_eq!(manager.map_or(Value::Null, |manager| manager["id"].clone()), person["manager_id"]);
        }
        if round > 0 {
            assert!(seen < 100, "{seen}");
        }
        let batch = r#"{"hire":5,"leave":4,"rename":3,"move":6,"fields":1,"seed":3}"#;
        assert_eq!(reader.ask("POST", "/control/change", batch).await.status(), 200);
    }
    let (_, gone) = reader.get("/graph/v1.0/directory/deletedItems/microsoft.graph.user").await;
    assert_eq!(gone["value"].as_array().map(Vec::len), Some(12));
    let url = "/google/admin/directory/v1/users?customer=my_customer&showDeleted=true";
    assert_eq!(reader.get(url).await.1["users"].as_array().map(Vec::len), Some(12));
}

#[tokio::test]
async fn changes_show_by_time() {
    let stub = stub(400, false, None, &[]);
    let reader = Reader::new(&stub).await;
    let url = "/personio/v1/company/employees?updated_since=2026-01-15T08:00:00";
    assert_eq!(reader.get(url).await.1["metadata"]["total_elements"], 0);
    let answer = reader.ask("POST", "/control/change", r#"{"hire":2,"leave":3,"rename":4,"seed":1}"#).await;
    let (_, answer) = read(answer).await;
    let affected = answer["affected"].as_array().map(Vec::len);
    let (_, page) = reader.get(url).await;
    assert_eq!(page["data"].as_array().map(Vec::len), affected);
    assert_eq!(reader.truth("personio").await.len(), 402);
    assert_eq!(reader.truth("scim").await.len(), 399);
}

#[tokio::test]
async fn groups_delta_adds_up() {
    let stub = stub(300, false, None, &[]);
    let reader = Reader::new(&stub).await;
    let mut url = "/graph/v1.0/groups/delta?$select=displayName,members".to_owned();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    for _ in 0..2 {
        loop {
            let (_, page) = reader.get(&url).await;
            for group in page["value"].as_array().into_iter().flatten() {
                for member in group["members@delta"].as_array().into_iter().flatten() {
                    let pair = (group["id"].to_string(), member["id"].to_string());
                    if member["@removed"].is_null() {
                        known.insert(pair);
                    } else {
                        known.remove(&pair);
                    }
                }
            }
            if let Some(next) = page["@odata.nextLink"].as_str() {
                url = next.to_owned();
            } else {
                url = page["@odata.deltaLink"].as_str().unwrap_or_default().to_owned();
                break;
            }
        }
        let truth: BTreeSet<(String, String)> = reader
            .truth("graph/memberships")
            .await
            .iter()
            .filter(|line| line["group_kind"] != "org-unit")
            .map(|line| (line["group_id"].to_string(), line["member_id"].to_string()))
            .collect();
        assert_eq!(known, truth);
        reader.ask("POST", "/control/change", r#"{"hire":9,"move":20,"seed":3}"#).await;
    }
}

#[tokio::test]
async fn credentials_are_checked() {
    let stub = stub(10, false, None, &[]);
    for url in [
        "/graph/v1.0/users",
        "/google/admin/directory/v1/users?customer=my_customer",
        "/personio/v1/company/employees",
        "/personio/v2/persons",
        "/scim/v2/Users",
    ] {
        let bad = send(&stub, "GET", url, &[("authorization", "Bearer nonsense")], "").await;
        assert_eq!(bad.status(), 401, "{url}");
        assert_eq!(send(&stub, "GET", url, &[], "").await.status(), 401, "{url}");
    }
    let wrong = "client_id=a&client_secret=wrong&grant_type=client_credentials&scope=https://graph.microsoft.com/.default";
    let answer = send(&stub, "POST", "/login/8a2d/oauth2/v2.0/token", &[], wrong).await;
    let (status, body) = read(answer).await;
    assert_eq!((status, &body["error_codes"][0]), (401, &json!(7_000_215)));
    assert_eq!(read(send(&stub, "POST", "/personio/v2/auth/token", &[], wrong).await).await.0, 400);
    assert_eq!(read(send(&stub, "POST", "/personio/v1/auth", &[], wrong).await).await.0, 403);
    assert_eq!(read(send(&stub, "POST", "/scim-oauth/token", &[], wrong).await).await.0, 401);

    let basic = [("authorization", "Basic cmVhZGVyOnN0dWItc2VjcmV0")];
    assert_eq!(send(&stub, "GET", "/scim/v2/Users", &basic, "").await.status(), 200);

    let stale = assertion(&json!({
        "iss": "robot@project.iam.gserviceaccount.com",
        "sub": "admin@example.com",
        "scope": "https://www.googleapis.com/auth/admin.directory.user.readonly",
        "aud": "https://oauth2.googleapis.com/token",
        "iat": 1_000_000,
        "exp": 1_003_600,
    }));
    let form = format!("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion={stale}");
    let (status, body) = read(send(&stub, "POST", "/google-oauth/token", &[], &form).await).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
}

/// The first two pages of people of every provider, under some faults.
async fn two_pages(faults: &[&str]) -> Vec<[(u16, Value); 2]> {
    let stub = stub(30, false, Some(10), &[]);
    let reader = Reader::new(&stub).await;
    stub.set_faults(faults.iter().filter_map(|fault| fault.parse().ok()).collect());
    let mut all = Vec::new();
    for (first, list, next, parameter) in [
        ("/graph/v1.0/users?$top=10", "value", "/@odata.nextLink", ""),
        (
            "/google/admin/directory/v1/users?customer=my_customer&maxResults=10",
            "users",
            "/nextPageToken",
            "pageToken",
        ),
        ("/personio/v1/company/employees?limit=10", "data", "", "offset=10"),
        ("/personio/v2/persons?limit=10", "_data", "/_meta/links/next/href", ""),
        ("/scim/v2/Users?count=10", "Resources", "", "startIndex=11"),
    ] {
        let (status, mut page) = reader.get(first).await;
        let url = match page.pointer(next).and_then(Value::as_str) {
            Some(link) if parameter.is_empty() => link.to_owned(),
            Some(token) => format!("{first}&{parameter}={token}"),
            None => format!("{first}&{parameter}"),
        };
        let second = if url.starts_with(BASE) || url.starts_with('/') {
            let (status, mut page) = reader.get(&url).await;
            (status, page[list].take())
        } else {
            (0, Value::Null)
        };
        all.push([(status, page[list].take()), second]);
    }
    all
}

#[tokio::test]
async fn faults_hold_for_every_provider() {
    for [first, second] in two_pages(&[]).await {
        assert_eq!((first.0, second.0), (200, 200));
        assert_eq!(first.1.as_array().map(Vec::len), Some(10));
        assert_ne!(first.1, second.1);
    }
    for [first, second] in two_pages(&["429-forever"]).await {
        assert_eq!((first.0, second.0), (429, 429));
    }
    for [first, second] in two_pages(&["500-page:2"]).await {
        assert_eq!((first.0, second.0), (200, 500));
    }
    for [first, second] in two_pages(&["expire-always"]).await {
        assert_eq!((first.0, second.0), (401, 401));
    }
    for [first, _] in two_pages(&["missing-key"]).await {
        assert_eq!(first, (200, Value::Null));
    }
    for [first, _] in two_pages(&["empty-first"]).await {
        assert!(first.1.as_array().is_none_or(Vec::is_empty));
    }
    for [_, second] in two_pages(&["duplicate-ids"]).await {
        assert_eq!(second.1.as_array().map(Vec::len), Some(11));
    }
    for [first, _] in two_pages(&["cut-json:1"]).await {
        assert_eq!(first, (200, Value::Null));
    }
    for [first, _] in two_pages(&["echo-auth"]).await {
        assert!(first.1[0].to_string().contains("Seen: Bearer "), "{}", first.1[0]);
    }
}

#[tokio::test]
async fn every_third_request_is_too_many() {
    let stub = stub(10, false, None, &["429:3"]);
    let reader = Reader::new(&stub).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(reader.get("/graph/v1.0/users").await.0);
    }
    assert_eq!(statuses, [200, 200, 429, 200, 200, 429]);
}

#[tokio::test]
async fn tokens_expire_once() {
    let stub = stub(10, false, None, &["expire-token:2"]);
    let reader = Reader::new(&stub).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(reader.get("/personio/v2/persons").await.0);
    }
    assert_eq!(statuses, [200, 200, 401, 401]);
    let renewed = Reader::new(&stub).await;
    assert_eq!(renewed.get("/personio/v2/persons").await.0, 200);
}

#[tokio::test]
async fn batches_answer_part_by_part() {
    let stub = stub(100, false, None, &[]);
    let reader = Reader::new(&stub).await;
    let truth = reader.truth("graph/groups").await;
    let id = truth[1]["id"].as_str().unwrap_or_default();
    let body = json!({"requests": [
        {"id": "1", "method": "GET", "url": format!("/groups/{id}/transitiveMembers?$select=id&$top=5")},
        {"id": "2", "method": "GET", "url": "/groups/unknown/members"},
    ]});
    let (status, answer) = read(reader.ask("POST", "/graph/v1.0/$batch", &body.to_string()).await).await;
    assert_eq!(status, 200);
    let part = |id: &str| {
        answer["responses"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|part| part["id"] == id)
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(part("1")["status"], 200);
    assert_eq!(part("1")["body"]["value"].as_array().map(Vec::len), Some(5));
    assert_eq!(part("2")["status"], 404);
}
