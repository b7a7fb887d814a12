//! People out of single files.

use connector_sftp_csv::SftpCsv;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Dropped, take_log};

const SAMPLE: &str = "employee_id,first_name,last_name,email,status,job_title,department_id,department,location,cost_center,manager_id,employment_type,start_date,end_date,language,country,custom_badge\r
00041,Maya,Okafor,maya.okafor@example.com,active,Managing Director,D1,Management,Ghent,1000,,permanent,2015-01-05,,en,BE,B-17\r
00042,Zoë,Peeters,zoe.peeters@example.com,active,HR Officer,D2,People,Ghent,1100,00041,permanent,2019-04-01,,nl,BE,\r
10023,Jan,\"de Vries, Jr. \"\"JJ\"\"\",jan.devries@example.com,on leave,\"Engineer, platform\",D3,Engineering,Utrecht,1200,00041,permanent,2020-09-14,,nl,NL,B-90\r
10024,Aïcha,Benali,,terminated,\"Technician\r\n(night shift)\",D3,Engineering,,1200,,temporary,2022-02-01,2025-12-31,fr,BE,\r
10025,Łukasz,Nowak,lukasz.nowak@example.com,active,Analyst,,,Utrecht,,00042,permanent,2026-09-30,,pl,NL,\r
";

/// A folder with one file.
fn folder(bytes: impl AsRef<[u8]>) -> Dropped {
    Dropped::new()
        .file("people.csv", bytes)
        .setting("people_pattern", "people.csv")
        .now("2026-03-02T10:00:00Z")
}

/// All pages.
fn workers(dropped: &Dropped) -> Result<Vec<Worker>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = SftpCsv::workers(&dropped.files(), Cursor::from(cursor))?;
        all.extend(page.workers);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}

#[track_caller]
fn refused(dropped: &Dropped, part: &str) {
    let failure = workers(dropped).unwrap_err();
    assert!(format!("{failure:?}").contains(part), "{failure:?} should contain {part}");
}

fn ids(workers: &[Worker]) -> Vec<&str> {
    workers.iter().map(|worker| worker.id.as_str()).collect()
}

#[test]
fn the_sample() {
    let all = workers(&folder(SAMPLE)).unwrap();
    assert_eq!(ids(&all), ["00041", "00042", "10023", "10024", "10025"]);
    let jan = &all[2];
    assert_eq!(jan.name.family.as_deref(), Some("de Vries, Jr. \"JJ\""));
    assert_eq!(jan.employment.title.as_deref(), Some("Engineer, platform"));
    assert_eq!(jan.status, WorkerStatus::OnLeave);
    assert_eq!(jan.employment.manager_id.as_deref(), Some("00041"));
    assert_eq!(jan.custom, [CustomAttribute::new("custom_badge", Value::Text("B-90".into()))]);
    assert_eq!(all[3].employment.title.as_deref(), Some("Technician\r\n(night shift)"));
    assert_eq!(all[3].status, WorkerStatus::Terminated);
    // The start date makes the status, although the word says active.
    assert_eq!(all[4].status, WorkerStatus::Pending);
    assert_eq!(all[4].name.given.as_deref(), Some("Łukasz"));
    assert!(take_log().is_empty());
}

#[test]
fn pages_of_any_size_have_the_same_people() {
    let whole = workers(&folder(SAMPLE)).unwrap();
    for size in 1..=5 {
        let paged = folder(SAMPLE).page_size(size);
        assert_eq!(workers(&paged).unwrap(), whole, "pages of {size}");
        let first = SftpCsv::workers(&paged.files(), Cursor::default()).unwrap();
        assert_eq!((first.workers.len(), first.next.is_some()), (size as usize, size < 5));
    }
}
