//! Servers that other people wrote, run as they are: what a connector reads
//! from them is what they hold. `tests/setup-servers.sh` installs them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use rollcall_tests::{Ended, Provider, SECRET, Stub, command, component, servers};
use serde_json::{Value, json};

/// A server of somebody else's, as a program.
pub struct Server {
    process: Child,
    /// The line of its output that was waited for.
    pub started: String,
    output: Arc<Mutex<String>>,
}

impl Server {
    /// Starts it, and waits until it says that it listens.
    #[track_caller]
    pub fn start(program: &str, arguments: &[&str], listening: &str) -> Self {
        let program = servers().join(program);
        assert!(program.is_file(), "{} is missing: run tests/setup-servers.sh", program.display());
        let mut process = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("start {}: {error}", program.display()));
        let output = Arc::new(Mutex::new(String::new()));
        keep(process.stderr.take(), &output);
        let mut out = BufReader::new(process.stdout.take().expect("is piped"));
        let mut started = String::new();
        while !started.contains(listening) {
            started.clear();
            if out.read_line(&mut started).is_ok_and(|bytes| bytes > 0) {
                continue;
            }
            let _ = process.wait();
            panic!("{} ended before it listened: {}", program.display(), text(&output));
        }
        keep(Some(out), &output);
        Self { process, started: started.trim_end().to_owned(), output }
    }

    pub fn output(&self) -> String {
        text(&self.output)
    }
}

/// Reads on: a server whose output nobody reads stops at a full pipe.
fn keep(from: Option<impl Read + Send + 'static>, output: &Arc<Mutex<String>>) {
    let (from, output) = (BufReader::new(from.expect("is piped")), Arc::clone(output));
    thread::spawn(move || {
        for line in from.lines().map_while(Result::ok) {
            let mut output = output.lock().expect("nobody panics with the output");
            output.push_str(&line);
            output.push('\n');
        }
    });
}

fn text(output: &Mutex<String>) -> String {
    output.lock().expect("nobody panics with the output").clone()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `connector pull` of everything.
fn pull(connector: &str, arguments: &[&str]) -> Ended {
    let mut command = command();
    command.args(["connector", "pull"]).arg(component(connector)).args(arguments);
    command.output().expect("the program starts").into()
}

/// Records of this kind, without the kind.
fn of_kind(ended: &Ended, kind: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for mut line in ended.lines() {
        let object = line.as_object_mut().expect("a record is an object");
        if object.remove("type") == Some(kind.into()) {
            found.push(line);
        }
    }
    found
}

// ------------------------------------------------------------------ SCIM ----

const TOKEN: &str = "sesame-0123456789abcdef";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The package `scim2-server`, filled by its own interface.
struct ScimServer {
    server: Server,
    url: String,
}

impl ScimServer {
    fn start() -> Self {
        // It does not tell which port it got, so it is given one.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let port = port.expect("a free port").port().to_string();
        let arguments = ["--hostname", "127.0.0.1", "--port", &port, "--bearer-token", TOKEN];
        let server = Server::start("python/bin/scim2-server", &arguments, "Serving SCIM on ");
        let url = server.started.trim_start_matches("Serving SCIM on ").trim_end_matches("/v2").to_owned();
        Self { server, url }
    }

    /// Makes a resource, and gives its id.
    #[track_caller]
    fn make(&self, what: &str, resource: &Value) -> String {
        let mut answer = ureq::post(format!("{}/v2/{what}", self.url))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "application/scim+json")
            .send(resource.to_string())
            .unwrap_or_else(|error| panic!("make {resource}: {error}"));
        let text = answer.body_mut().read_to_string().expect("the answer comes whole");
        let made: Value = serde_json::from_str(&text).expect("the server answers with JSON");
        made["id"].as_str().expect("a resource has an id").to_owned()
    }

    fn pull(&self, token: &str, arguments: &[&str]) -> Ended {
        let fixed = [
            "--setting",
            "base_url=https://scim.example.com/v2",
            "--secret",
            &format!("token={token}"),
            "--upstream",
            &format!("scim.example.com={}", self.url),
        ];
        pull("scim", &[&fixed, arguments].concat())
    }
}

/// A person as the server is told, and as they should come back, but for id
/// and manager.
fn person(number: usize, manager: Option<&str>) -> (Value, Value) {
    let (given, family) = (format!("Zoë{number}"), format!("O'Brien-{number:02}"));
    let email = format!("p{number}@example.com");
    let active = !number.is_multiple_of(7);
    let department = ["Sales", "Research & Development", "人事"][number % 3];
    let mut enterprise = json!({"employeeNumber": format!("E-{number}"), "department": department});
    if let Some(manager) = manager {
        enterprise["manager"] = json!({"value": manager});
    }
    let told = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": format!("user.{number}"),
        "name": {"givenName": given, "familyName": family},
        "displayName": format!("{given} {family}"),
        "title": format!("Title {number}"),
        "emails": [{"value": email, "type": "work", "primary": true}],
        "active": active,
        ENTERPRISE: enterprise,
    });
    let expected = json!({
        "status": if active { "active" } else { "inactive" },
        "user_name": format!("user.{number}"),
        "given": given,
        "family": family,
        "display": format!("{given} {family}"),
        "title": format!("Title {number}"),
        "work_email": email,
        "employee_number": format!("E-{number}"),
        "department": department,
        "manager_id": manager,
    });
    (told, expected)
}

/// A worker as it was pulled, in the words of [`person`].
fn compared(worker: &Value) -> Value {
    json!({
        "status": worker["status"],
        "user_name": worker["user_name"],
        "given": worker["name"]["given"],
        "family": worker["name"]["family"],
        "display": worker["name"]["display"],
        "title": worker["employment"]["title"],
        "work_email": worker["contact"]["work_email"],
        "employee_number": worker["employment"]["employee_number"],
        "department": worker["organization"]["department"]["name"],
        "manager_id": worker["employment"]["manager_id"],
    })
}

#[test]
fn a_scim_server_is_read_exactly() {
    let server = ScimServer::start();
    let mut people = BTreeMap::new();
    let mut ids: Vec<String> = Vec::new();
    for number in 0..60 {
        let manager = (number > 0).then(|| ids[number / 8].clone());
        let (told, expected) = person(number, manager.as_deref());
        let id = server.make("Users", &told);
        people.insert(id.clone(), expected);
        ids.push(id);
    }

    // Three teams, a department of two of them, and a company of everything;
    // one group is empty.
    let worker = |id: &String| json!({"value": id, "type": "User"});
    let nested = |id: &String| json!({"value": id, "type": "Group"});
    let mut groups = BTreeMap::new();
    let mut memberships = Vec::new();
    let mut make = |name: &str, workers: &[String], within: &[String]| {
        let members: Vec<_> = workers.iter().map(worker).chain(within.iter().map(nested)).collect();
        let resource = json!({"schemas": [GROUP], "displayName": name, "members": members});
        let id = server.make("Groups", &resource);
        groups.insert(id.clone(), name.to_owned());
        memberships.extend(workers.iter().map(|one| (id.clone(), "worker_id", one.clone())));
        memberships.extend(within.iter().map(|one| (id.clone(), "member_group_id", one.clone())));
        id
    };
    let red = make("Team Red", &ids[..10], &[]);
    let blue = make("Team Blue", &ids[10..20], &[]);
    let green = make("Team Green", &ids[15..30], &[]);
    let unit = make("Department, 1st \"east\"", &ids[30..32], &[red, blue]);
    make("Company", &[], &[unit, green]);
    make("Nobody", &[], &[]);
    memberships.sort();

    let pulled = server.pull(TOKEN, &["--setting", "page_size=25"]).expect(0);
    let receipt = of_kind(&pulled, "receipt").pop().expect("a receipt");
    assert_eq!(receipt["complete"], true);
    assert_eq!(
        (&receipt["workers"], &receipt["groups"], &receipt["memberships"]),
        (&json!(60), &json!(6), &json!(memberships.len()))
    );

    let workers = of_kind(&pulled, "worker");
    let id = |record: &Value, key: &str| record[key].as_str().expect("an id").to_owned();
    let found: BTreeMap<_, _> = workers.iter().map(|one| (id(one, "id"), compared(one))).collect();
    assert_eq!(workers.len(), found.len(), "somebody came twice");
    assert_eq!(found, people);
    let found: BTreeMap<_, _> =
        of_kind(&pulled, "group").iter().map(|group| (id(group, "id"), id(group, "name"))).collect();
    assert_eq!(found, groups);
    let member =
        |one: &Value| ["worker_id", "member_group_id"].into_iter().find(|key| one.get(key).is_some());
    let mut found = Vec::new();
    for one in of_kind(&pulled, "membership") {
        let member = member(&one).expect("a membership has a member");
        found.push((id(&one, "group_id"), member, id(&one, member)));
    }
    found.sort();
    assert_eq!(found, memberships);
    drop(server.server);
}

#[test]
fn a_scim_server_that_refuses_the_token_is_the_settings_matter() {
    let server = ScimServer::start();
    let ended = server.pull("sesame-but-a-wrong-one", &[]).expect(1);
    let failure = ended.failure();
    assert_eq!((&failure["error"]["code"], &failure["blame"]), (&json!("auth-failed"), &json!("settings")));
    assert_eq!(ended.stdout, "");
}

#[test]
fn an_empty_scim_server_is_a_complete_read_of_nobody() {
    let pulled = ScimServer::start().pull(TOKEN, &[]).expect(0);
    let receipt = of_kind(&pulled, "receipt").pop().expect("a receipt");
    assert_eq!(receipt["complete"], true);
    assert_eq!((&receipt["workers"], &receipt["groups"]), (&json!(0), &json!(0)));
}

// -------------------------------------------------------------- Personio ----

const SPEC: &str = include_str!("../../fixtures/specs/personio.yaml");

/// The vendor's specification, with the path of its `servers` written into its
/// paths: the mock server ignores `servers`.
fn specification() -> String {
    let paths = [("\n  /auth:", "\n  /v1/auth:"), ("\n  /company/", "\n  /v1/company/")];
    paths.iter().fold(SPEC.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the specification has {from:?}");
        text.replace(from, to)
    })
}

/// The package `@stoplight/prism-cli`, answering with the examples of a
/// specification. It checks each request against it.
fn prism(specification: &str, directory: &Path) -> Server {
    // What a specification is written in is seen by its text, not by its name.
    let file = directory.join("specification.yaml");
    std::fs::write(&file, specification).expect("the specification is written");
    let file = file.to_str().expect("a plain path");
    Server::start("node/node_modules/.bin/prism", &["mock", "--port", "0", file], "Prism is listening on ")
}

fn pull_personio(server: &Server) -> Ended {
    let url = server.started.split_whitespace().last().expect("a URL");
    let ended = pull(
        "personio",
        &[
            "--setting",
            "client_id=papi-dcec6d81-8c0f-47f0-9dd8-4e59755f041a",
            "--setting",
            "attributes=*",
            "--secret",
            "client_secret=papi-0123456789abcdef",
            "--upstream",
            &format!("api.personio.de={url}"),
        ],
    );
    asked_as_specified(server);
    ended
}

/// The mock server complains of requests that are not the specification's.
#[track_caller]
fn asked_as_specified(server: &Server) {
    let output = server.output();
    assert!(!output.contains("Violation: request"), "requests are not the specification's:\n{output}");
    assert!(!output.contains("Request terminated"), "requests are not the specification's:\n{output}");
}

/// The vendor's example page says that it is one of three, that there are two
/// people, and has one. Whatever page is asked for, it comes: nobody can read
/// that to an end.
#[test]
fn the_vendors_example_as_published_is_no_complete_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = prism(&specification(), directory.path());
    let ended = pull_personio(&server).expect(1);
    let failure = ended.failure();
    assert_eq!(failure["blame"], "provider", "{failure}");
    assert!(
        ["incomplete", "invalid-response"].map(Value::from).contains(&failure["error"]["code"]),
        "{failure}"
    );
    assert!(of_kind(&ended, "receipt").is_empty(), "{}", ended.stdout);
}

/// With a total that agrees with its rows, and nothing else changed, the
/// example is read, every value of it.
#[test]
fn the_vendors_example_with_its_true_total_is_read() {
    let told =
        "total_elements: 2\n                      current_page: 0\n                      total_pages: 3\n";
    let text = specification();
    assert_eq!(text.matches(told).count(), 1, "the example of the list");
    let honest = told.replace(": 2\n", ": 1\n").replace(": 3\n", ": 1\n");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = prism(&text.replace(told, &honest), directory.path());
    let pulled = pull_personio(&server).expect(0);

    let receipt = of_kind(&pulled, "receipt").pop().expect("a receipt");
    assert_eq!(receipt["complete"], true);
    let counts = ["workers", "groups", "memberships"].map(|what| receipt[what].as_u64());
    assert_eq!(counts, [Some(1), Some(5), Some(5)]);

    let expected = json!({
        "id": "1",
        "status": "active",
        "user_name": "alexander.bergmann@demo.email",
        "name": {
            "given": "Alexander",
            "family": "Bergmann",
            "display": "Alexander Bergmann",
            "preferred": "Alexander Bergmann",
        },
        "contact": {"work_email": "alexander.bergmann@demo.email"},
        "employment": {
            "title": "CTO",
            "employment_type": "external",
            "start_date": "2014-11-09",
            "manager_id": "2",
        },
        "organization": {
            "company": {"id": "7033", "name": "CS Demo GmbH"},
            "department": {"id": "281521", "name": "Customer Support"},
            "cost_center": {"id": "82957", "name": "Cost center 1"},
            "location": {"id": "131014", "name": "Munich"},
            "teams": [{"id": "59026", "name": "T_X"}],
        },
        "created_at": "2017-05-23T09:49:03+02:00",
        "updated_at": "2020-11-18T17:33:55+01:00",
    });
    let mut worker = of_kind(&pulled, "worker").pop().expect("a worker");
    let custom = worker.as_object_mut().expect("an object").remove("custom").expect("custom attributes");
    assert_eq!(worker, expected);
    let custom: BTreeMap<_, _> = custom
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["name"].as_str().expect("a name"), one["value"].clone()))
        .collect();
    assert_eq!(custom["Titel"], "Dr");
    assert_eq!(custom["iban"], "DE98 8989 9898 0000 8989 00");
    assert_eq!(custom["Anniversary Date"], "2021-01-01");
}

// -------------------------------------------------------- SuccessFactors ----

const EMPLOYMENTS: &str = include_str!("../../fixtures/specs/sap-successfactors.json");

/// The vendor's description has employments and jobs, and not the person around
/// them: that is ours, with the vendor's types within.
fn people_of_the_description() -> String {
    let mut description: Value = serde_json::from_str(EMPLOYMENTS).expect("JSON");
    let mut get = description["paths"]["/EmpEmployment"]["get"].take();
    let many = |of: &str| {
        json!({"type": "object", "properties": {
            "results": {"type": "array", "items": {"$ref": format!("#/definitions/{of}")}},
        }})
    };
    description["paths"] = json!({"/odata/v2/EmpEmployment": {"get": get}});
    get["operationId"] = "people".into();
    let results = "/responses/200/schema/properties/d/properties/results/items";
    *get.pointer_mut(results).expect("the list of an answer") = json!({
        "type": "object",
        "properties": {
            "personIdExternal": {"type": "string", "example": "10001"},
            "personEmpTerminationInfoNav": {"$ref": "#/definitions/PersonEmpTerminationInfo"},
            "employmentNav": many("EmpEmployment"),
        },
    });
    description["paths"]["/odata/v2/PerPerson"] = json!({"get": get});
    let job = &mut description["definitions"]["EmpJob"]["properties"];
    job["managerId"]["example"] = "10002".into();
    job["department"]["example"] = "50130011".into();
    description.to_string()
}

/// Prism checks each request against the description, and answers with what its
/// types may be. There are no lists of units in it.
#[test]
fn employments_of_the_vendors_description_are_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = prism(&people_of_the_description(), directory.path());
    let url = server.started.split_whitespace().last().expect("a URL");
    let arguments = [
        "api_server=api012.successfactors.eu",
        "company_id=SFPART012345",
        "auth_method=basic",
        "username=SFAPI",
    ];
    let settings: Vec<_> = arguments.iter().flat_map(|setting| ["--setting", setting]).collect();
    let upstream = format!("api012.successfactors.eu={url}");
    let rest = ["--secret", "password=a-password-of-nobody", "--upstream", &upstream, "--entity", "workers"];
    let pulled = pull("sap-successfactors", &[settings.as_slice(), &rest].concat()).expect(0);
    let output = server.output();
    assert!(!output.contains("Violation: request"), "requests are not the description's:\n{output}");
    let asked = output.lines().filter(|line| line.contains("get /odata/v2/EmpEmployment")).count();
    assert!(asked > 0, "managers are looked up:\n{output}");

    let mut worker = of_kind(&pulled, "worker").pop().expect("a worker");
    let worker = worker.as_object_mut().expect("an object");
    assert_eq!(worker["id"], "10001");
    assert_eq!(worker["updated_at"], "2017-04-13T15:51:04Z");
    let employment = &worker["employment"];
    assert_eq!(
        (&employment["start_date"], &employment["end_date"]),
        (&json!("2017-04-13"), &json!("2017-04-13"))
    );
    assert_eq!(employment["fte"].to_string(), "3.14");
    assert_eq!(worker["organization"]["department"], json!({"id": "50130011"}));
}

// ------------------------------------------------------------- Factorial ----

/// What the vendor's SDK says of the paths that the connector uses; nothing of
/// it was changed but that descriptions and other paths are left out.
const FACTORIAL: &str = include_str!("../../fixtures/specs/factorial.json");

/// The specification has no examples, so that the mock server makes them up:
/// each list has one row, and each text is `string`, which leads everything to
/// everything. Only what would have a list go on for ever is told otherwise.
fn factorial() -> String {
    let mut specification: Value = serde_json::from_str(FACTORIAL).expect("JSON");
    for (schema, field, example) in [
        ("PagedIndexMeta", "has_next_page", json!(false)),
        ("PagedIndexMeta", "total", json!(1)),
        ("CustomFieldsValue", "valuable_type", json!("Employee")),
    ] {
        let pointer = format!("/components/schemas/{schema}/properties/{field}");
        specification.pointer_mut(&pointer).expect("the field")["example"] = example;
    }
    specification.to_string()
}

#[test]
fn the_vendors_specification_of_factorial_is_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = prism(&factorial(), directory.path());
    let url = server.started.split_whitespace().last().expect("a URL");
    let upstream = format!("api.factorialhr.com={url}");
    let arguments =
        ["--setting", "leaves=true", "--secret", "api_key=0123456789abcdef", "--upstream", &upstream];
    let pulled = pull("factorial", &arguments).expect(0);
    asked_as_specified(&server);

    let receipt = of_kind(&pulled, "receipt").pop().expect("a receipt");
    let counts = ["workers", "groups", "memberships"].map(|what| receipt[what].as_u64());
    assert_eq!((&receipt["complete"], counts), (&json!(true), [Some(1), Some(4), Some(4)]));
    let unit = json!({"id": "string", "name": "string"});
    let expected = json!({
        "id": "string",
        "status": "active",
        "user_name": "string",
        "name": {"given": "string", "family": "string", "display": "string", "preferred": "string"},
        "contact": {
            "work_email": "string",
            "personal_email": "string",
            "work_phone": "string",
            "timezone": "string",
        },
        "employment": {
            "employee_number": "string",
            "title": "string",
            "employment_type": "part-time",
            "grade": "string",
            "fte": 0.0,
            "manager_id": "string",
        },
        "organization": {"company": unit, "cost_center": unit, "location": unit, "teams": [unit]},
        "address": {
            "street": "string",
            "locality": "string",
            "region": "string",
            "postal_code": "string",
            "country": "STRING",
        },
        "custom": [{"name": "string", "value": "string"}],
    });
    assert_eq!(of_kind(&pulled, "worker"), [expected]);
}

// --------------------------------------------------------------- Workday ----

/// The library `lxml`, which holds to Workday's own schema whatever goes by.
fn schema_proxy(stub: &Stub) -> Server {
    let here = |path: &str| format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let (script, schema) = (here("servers/schema_proxy.py"), here("fixtures/specs/workday.xsd"));
    let upstream = format!("{}/workday", stub.url());
    Server::start("python/bin/python", &[&script, &schema, &upstream, "urn:com.workday/bsvc"], "http://")
}

/// What the connector sends is as the schema has it, element by element, and so
/// is what the stub answers, on which all its other tests rest.
#[test]
fn requests_and_answers_are_as_workdays_schema_has_them() {
    let stub = Stub::start(120, &["--page-limit", "50"]);
    let proxy = schema_proxy(&stub);
    // Of this version is the schema.
    let mut settings = vec![("version", "v30.0".to_owned())];
    settings.extend(Provider::Workday.settings());
    let read = |settings: &[(&str, String)], more: &[&str]| {
        let settings =
            settings.iter().flat_map(|(key, value)| ["--setting".to_owned(), format!("{key}={value}")]);
        let mut arguments: Vec<String> = settings.collect();
        arguments.extend(["--secret".to_owned(), format!("password={SECRET}")]);
        arguments.extend(["--now".to_owned(), "2026-01-15T08:00:00Z".to_owned()]);
        arguments
            .extend(["--upstream".to_owned(), format!("wd3-impl-services1.workday.com={}", proxy.started)]);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        pull("workday", &arguments)
    };
    let receipt = read(&settings, &[]).expect(0).lines().pop().expect("a receipt");
    assert_eq!(receipt["workers"], stub.people(Provider::Workday).len());
    let checkpoint = receipt["checkpoint"].as_str().expect("a checkpoint");
    read(&settings, &["--entity", "workers", "--since", checkpoint]).expect(0);
    settings.retain(|(key, _)| *key != "integration_system_id");
    settings.push(("integration_system_id", "Unknown".to_owned()));
    assert_eq!(read(&settings, &["--entity", "workers"]).expect(1).failure()["error"]["code"], "bad-setting");

    let mut told = ureq::get(&proxy.started).call().expect("the proxy answers");
    let told = told.body_mut().read_to_string().expect("its answer comes whole");
    let (checked, problems): (Vec<_>, Vec<_>) = told.lines().partition(|line| line.starts_with("checked "));
    assert!(problems.is_empty(), "{problems:#?}\n{}", proxy.output());
    let names: Vec<_> = checked.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    let expected = [
        "Get_Organizations_Request",
        "Get_Organizations_Response",
        "Get_Workers_Request",
        "Get_Workers_Response",
        "Server_Timestamp",
        "Server_Timestamp_Get",
        "Validation_Fault",
    ];
    assert_eq!(names, expected);
}
