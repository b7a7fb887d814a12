//! A company of five thousand as a file on a server: what comes is what it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use rollcall_tests::{Ended, command, component};
use serde_json::{Value, json};

use super::sshd::{Admin, Sshd, drop_file};

const PEOPLE: usize = 5_000;

fn pull(admin: &Admin, arguments: &[&str]) -> Ended {
    let mut command = command();
    command.args(["connector", "pull"]).arg(component("sftp-csv")).args(admin.arguments()).args(arguments);
    command.args(["--now", "2026-03-02T10:00:00Z"]).output().expect("the program starts").into()
}

fn of_kind(ended: &Ended, kind: &str) -> Vec<Value> {
    ended.lines().into_iter().filter(|line| line["type"] == kind).collect()
}

/// A person as the truth has them.
fn truth(number: usize) -> Value {
    let department =
        ["Sales", "Research, Development & \"Design\"", "人事", "Forschung; Entwicklung"][number % 4];
    let end = number.is_multiple_of(50).then_some("2025-12-31");
    let start = if number % 97 == 1 {
        "2026-09-30".to_owned()
    } else {
        format!("20{:02}-{:02}-{:02}", number % 25, number % 12 + 1, number % 28 + 1)
    };
    let status = match (end, start.as_str()) {
        (Some(_), _) => "terminated",
        (None, "2026-09-30") => "pending",
        _ => "active",
    };
    json!({
        "id": format!("{number:05}"),
        "status": status,
        "given": format!("Zoë{number}"),
        "family": format!("O'Brien-{number}\u{142}"),
        "work_email": format!("p{number}@example.com"),
        "title": if number.is_multiple_of(3) { format!("Line one\nline two {number}") } else { format!("Title {number}") },
        "department": department,
        "start_date": start,
        "end_date": end,
        "manager_id": (number > 0).then(|| format!("{:05}", number / 8)),
    })
}

fn csv(people: &BTreeMap<String, Value>) -> String {
    let quoted = |value: &Value| format!("\"{}\"", value.as_str().unwrap_or_default().replace('"', "\"\""));
    let mut text =
        "Employee ID,First name,Last name,E-mail,Job title,Department,Hire date,End date,Manager\r\n"
            .to_owned();
    for person in people.values() {
        let fields = [
            "id",
            "given",
            "family",
            "work_email",
            "title",
            "department",
            "start_date",
            "end_date",
            "manager_id",
        ];
        let cells: Vec<_> = fields.iter().map(|field| quoted(&person[*field])).collect();
        write!(text, "{}\r\n", cells.join(",")).expect("a text takes text");
    }
    text
}

fn compared(worker: &Value) -> Value {
    json!({
        "id": worker["id"],
        "status": worker["status"],
        "given": worker["name"]["given"],
        "family": worker["name"]["family"],
        "work_email": worker["contact"]["work_email"],
        "title": worker["employment"]["title"],
        "department": worker["organization"]["department"]["name"],
        "start_date": worker["employment"]["start_date"],
        "end_date": worker["employment"]["end_date"],
        "manager_id": worker["employment"]["manager_id"],
    })
}

fn by_id(workers: &[Value]) -> BTreeMap<String, Value> {
    let found: BTreeMap<_, _> =
        workers.iter().map(|one| (one["id"].as_str().expect("an id").to_owned(), compared(one))).collect();
    assert_eq!(found.len(), workers.len(), "somebody came twice");
    found
}

#[test]
fn five_thousand_people_come_as_they_are() {
    let server = Sshd::start();
    let people: BTreeMap<_, _> = (0..PEOPLE).map(|number| (format!("{number:05}"), truth(number))).collect();
    drop_file(&server.out(), "people_20260301.csv", csv(&people));
    drop_file(&server.out(), "people_20260228.csv", "Employee ID,First name\r\n1,Old\r\n");
    let admin = server.admin().set("people_pattern", "people_{date}.csv").set("mode", "by-name");
    let pulled = pull(&admin, &[]).expect(0);
    let receipt = of_kind(&pulled, "receipt").pop().expect("a receipt");
    assert_eq!((&receipt["complete"], &receipt["workers"]), (&json!(true), &json!(PEOPLE)));
    assert_eq!(by_id(&of_kind(&pulled, "worker")), people);
    // By pages of another size, and with the manager named by e-mail address.
    let by_email: BTreeMap<_, _> = people
        .iter()
        .map(|(id, person)| {
            let mut person = person.clone();
            let email = person["manager_id"].as_str().map(|id| people[id]["work_email"].clone());
            person["manager_id"] = email.unwrap_or_default();
            (id.clone(), person)
        })
        .collect();
    drop_file(&server.out(), "people_20260301.csv", csv(&by_email));
    let again = pull(&admin, &["--page-size", "1777", "--entity", "workers"]).expect(0);
    assert_eq!(by_id(&of_kind(&again, "worker")), people);

    // Somebody changes, somebody leaves, somebody comes.
    let checkpoint = of_kind(&again, "receipt").pop().expect("a receipt")["checkpoint"].clone();
    let since = ["--since", checkpoint.as_str().expect("a checkpoint"), "--entity", "workers"];
    let nothing = pull(&admin, &since).expect(0);
    assert_eq!((of_kind(&nothing, "worker").len(), of_kind(&nothing, "deleted-worker").len()), (0, 0));
    let admin = admin.set("people_pattern", "people_*{date}.csv");
    let again = pull(&admin, &["--entity", "workers"]).expect(0);
    let checkpoint = of_kind(&again, "receipt").pop().expect("a receipt")["checkpoint"].clone();
    let delta = "action,Employee ID,Job title,First name\r\nC,00042,HR Manager,\r\nD,00043,,\r\nA,90000,Designer,Noor\r\n";
    drop_file(&server.out(), "people_delta_20260302.csv", delta);
    let since = ["--since", checkpoint.as_str().expect("a checkpoint"), "--entity", "workers"];
    let changed = pull(&admin, &since).expect(0);
    let workers = by_id(&of_kind(&changed, "worker"));
    assert_eq!(workers.keys().collect::<Vec<_>>(), ["00042", "90000"]);
    let mut expected = people["00042"].clone();
    expected["title"] = json!("HR Manager");
    assert_eq!(workers["00042"], expected);
    let deleted = of_kind(&changed, "deleted-worker");
    assert_eq!(deleted.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&json!("00043")]);
    // The same from the beginning.
    let whole = by_id(&of_kind(&pull(&admin, &["--entity", "workers"]).expect(0), "worker"));
    assert_eq!(whole.len(), PEOPLE);
    assert!(whole["90000"]["given"] == "Noor" && !whole.contains_key("00043") && whole["00042"] == expected);
}

#[test]
fn whose_it_is_to_mend_is_told() {
    let server = Sshd::start();
    let check = |admin: &Admin, code: &str, blame: &str| {
        let failure = pull(admin, &["--entity", "workers"]).expect(1).failure();
        assert_eq!(
            (&failure["error"]["code"], &failure["blame"]),
            (&json!(code), &json!(blame)),
            "{failure}"
        );
    };
    check(&server.admin(), "bad-setting", "settings");
    drop_file(&server.out(), "people.csv", "employee id,first name\n1,Ada\n2,\"Bo");
    check(&server.admin(), "invalid-response", "provider");
    let stranger = server.admin().secret("private_key", server.key("stranger"));
    check(&stranger, "auth-failed", "settings");
    let other = server.admin().set("host_key", server.fingerprint("stranger"));
    check(&other, "bad-setting", "settings");
    fs::remove_file(server.out().join("people.csv")).expect("the file goes");
    check(&server.admin(), "bad-setting", "settings");
}
