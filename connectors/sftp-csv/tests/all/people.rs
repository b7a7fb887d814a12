//! People out of single files.

use connector_sftp_csv::SftpCsv;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Dropped, take_log};

use crate::folder::{folder, ids, refused, workers};

pub const SAMPLE: &str = "employee_id,first_name,last_name,email,status,job_title,department_id,department,location,cost_center,manager_id,employment_type,start_date,end_date,language,country,custom_badge\r
00041,Maya,Okafor,maya.okafor@example.com,active,Managing Director,D1,Management,Ghent,1000,,permanent,2015-01-05,,en,BE,B-17\r
00042,Zoë,Peeters,zoe.peeters@example.com,active,HR Officer,D2,People,Ghent,1100,00041,permanent,2019-04-01,,nl,BE,\r
10023,Jan,\"de Vries, Jr. \"\"JJ\"\"\",jan.devries@example.com,on leave,\"Engineer, platform\",D3,Engineering,Utrecht,1200,00041,permanent,2020-09-14,,nl,NL,B-90\r
10024,Aïcha,Benali,,terminated,\"Technician\r\n(night shift)\",D3,Engineering,,1200,,temporary,2022-02-01,2025-12-31,fr,BE,\r
10025,Łukasz,Nowak,lukasz.nowak@example.com,active,Analyst,,,Utrecht,,00042,permanent,2026-09-30,,pl,NL,\r
";

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

/// The words of the sample that other character sets have.
const BELGIAN: &str = "sep=;\r
Personeelsnummer;Voornaam;Tussenvoegsel;Achternaam;E-mailadres;Afdeling;Functie;Leidinggevende;Datum in dienst;Datum uit dienst;FTE;\r
00041;Maya;;Okafor;maya.okafor@example.com;Directie;Directeur;;05/01/2015;;1;\r
00042;Zoë;;Peeters;zoe.peeters@example.com;People;HR Officer;maya.okafor@example.com;01/04/2019;;0,8;\r
10023;Jan;de;Vries;jan.devries@example.com;Engineering;Engineer;maya.okafor@example.com;14/09/2020;;1;\r
;;;;;;;;;;;\r
";

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn the_same_people_in_seven_encodings() {
    let latin: Vec<u8> = BELGIAN.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let encoded = [
        BELGIAN.as_bytes().to_vec(),
        [&[0xEF, 0xBB, 0xBF], BELGIAN.as_bytes()].concat(),
        latin,
        utf16(BELGIAN, u16::to_le_bytes, true),
        utf16(BELGIAN, u16::to_be_bytes, true),
        utf16(BELGIAN, u16::to_le_bytes, false),
        utf16(BELGIAN, u16::to_be_bytes, false),
    ];
    let expected = workers(&folder(BELGIAN)).unwrap();
    assert_eq!(ids(&expected), ["00041", "00042", "10023"]);
    assert_eq!(expected[1].name.given.as_deref(), Some("Zoë"));
    assert_eq!(expected[1].employment.start_date.as_deref(), Some("2019-04-01"));
    assert_eq!(expected[1].employment.fte, Some(0.8));
    assert_eq!(expected[1].employment.manager_id.as_deref(), Some("00041"));
    assert_eq!(expected[2].name.family.as_deref(), Some("de Vries"));
    for bytes in encoded {
        assert_eq!(workers(&folder(&bytes)).unwrap(), expected, "{:x?}", &bytes[..8]);
    }
    // A mark is right whatever the setting says.
    let marked = folder([&[0xEF, 0xBB, 0xBF], BELGIAN.as_bytes()].concat());
    assert_eq!(workers(&marked.setting("encoding", "windows-1252")).unwrap(), expected);
    let polish = folder(b"employee id,name\n1,\xA3ukasz\n").setting("encoding", "windows-1250");
    assert_eq!(workers(&polish).unwrap()[0].name.display.as_deref(), Some("Łukasz"));
}

#[test]
fn a_file_that_is_packed_reads_as_it_was() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, SAMPLE.as_bytes()).unwrap();
    assert_eq!(workers(&folder(packed.finish().unwrap())).unwrap(), workers(&folder(SAMPLE)).unwrap());
}

#[test]
fn the_newest_file_and_all_its_parts() {
    let file = |id: &str| format!("employee id,name\n{id},Somebody\n");
    let dated = folder("")
        .file("people_20260301.csv", file("1"))
        .file("people_2026-02-28.csv", file("2"))
        .setting("people_pattern", "people_{date}.csv");
    assert_eq!(ids(&workers(&dated).unwrap()), ["1"]);
    let parts = folder("")
        .file("people_20260301_2of2.csv", file("2"))
        .file("people_20260301_1of2.csv", file("1"))
        .setting("people_pattern", "people_{date}_{part}.csv");
    assert_eq!(ids(&workers(&parts).unwrap()), ["1", "2"]);
    // A marker of yesterday does not say that the file of today is complete.
    let marked = folder("")
        .file("people_20260301.csv", file("1"))
        .file("people_20260301.csv.done", "")
        .file("people_20260302.csv.done", "")
        .file("people_20260302.csv", file("2"))
        .file("people_20260302.done", "")
        .setting("people_pattern", "people_{date}.csv")
        .setting("ready", "marker")
        .setting("marker", ".done");
    assert_eq!(ids(&workers(&marked).unwrap()), ["1"]);
}

#[test]
fn somebody_with_several_records() {
    let text = "employee id,name,start date,end date\n1,Old,2015-01-01,2020-12-31\n1,New,2021-01-01,\n1,Next,2027-01-01,\n2,Bo,,\n2,Bo,,\n";
    let named = |how: &str| {
        let all = workers(&folder(text).setting("duplicates", how)).unwrap();
        all.iter().map(|one| one.name.display.clone().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(named("contract"), ["New", "Bo"]);
    assert_eq!(named("last"), ["Next", "Bo"]);
    // The most hours, and of as many the last.
    let parts =
        "employee id,name,start date,fte\n1,Less,2025-01-01,0.2\n1,More,2025-01-01,0.6\n2,One,,\n2,Other,,\n";
    let all = workers(&folder(parts).setting("duplicates", "contract")).unwrap();
    assert_eq!(
        all.iter().map(|one| one.name.display.as_deref().unwrap()).collect::<Vec<_>>(),
        ["More", "Other"]
    );
    let dated = "employee id,name,effective from\n1,Now,2026-03-01\n1,Before,2025-01-01\n1,Then,2026-04-01\n";
    let all = workers(&folder(dated)).unwrap();
    assert_eq!(all[0].name.display.as_deref(), Some("Now"));
    assert_eq!(all.len(), 1);
    // What is yet to come does not count before it, whichever counts.
    let future = "employee id,name,effective from\n1,Now,\n1,Then,2026-04-01\n";
    for how in ["refuse", "last"] {
        let all = workers(&folder(future).setting("duplicates", how)).unwrap();
        assert_eq!((all.len(), all[0].name.display.as_deref()), (1, Some("Now")), "{how}");
    }
}

#[test]
fn words_for_the_status() {
    let status = |title: &str, word: &str| {
        let text = format!("employee id,name,{title}\n1,Ada,{word}\n");
        workers(&folder(text)).unwrap()[0].status
    };
    for word in ["N", "Nein", "FALSCH", "0", "inactive"] {
        assert_eq!(status("active", word), WorkerStatus::Inactive, "{word}");
    }
    for word in ["Y", "Ja", "WAHR", "1", "A", ""] {
        assert_eq!(status("active", word), WorkerStatus::Active, "{word}");
    }
    assert_eq!(status("status", "T"), WorkerStatus::Terminated);
}

#[test]
fn the_end_date_is_the_last_day() {
    let ends = |how: &str, day: &str| {
        let text = format!("employee id,name,end date\n1,Ada,{day}\n");
        let ada = workers(&folder(text).setting("end_date", how)).unwrap().remove(0);
        (ada.employment.end_date, ada.status)
    };
    let of = |day: &str, status| (Some(day.to_owned()), status);
    assert_eq!(ends("last-day", "2026-03-02"), of("2026-03-02", WorkerStatus::Active));
    assert_eq!(ends("first-day-gone", "2026-03-02"), of("2026-03-01", WorkerStatus::Terminated));
    assert_eq!(ends("first-day-gone", "2026-03-03"), of("2026-03-02", WorkerStatus::Active));
    assert_eq!(ends("last-day", "9999-12-31"), (None, WorkerStatus::Active));
}

#[test]
fn the_word_that_empties_is_no_value() {
    let text = "employee id,name,title,badge\n1,Ada,NULL,NULL\n";
    let all = workers(&folder(text).setting("clear_word", "NULL")).unwrap();
    assert_eq!((all[0].employment.title.as_deref(), all[0].custom.as_slice()), (None, &[][..]));
}

#[test]
fn a_few_cells_that_cannot_be_read_are_left_out_and_told() {
    let mut text = "employee id,name,start date,status\n".to_owned();
    (0..10).for_each(|number| text += &format!("{number},Somebody,soon,active\n"));
    let all = workers(&folder(&text)).unwrap();
    assert!(all.len() == 10 && all.iter().all(|one| one.employment.start_date.is_none()));
    let log = take_log();
    assert!(log.iter().any(|(_, line)| line.contains("line 2: `start_date`")), "{log:?}");
    assert!(log.iter().all(|(_, line)| !line.contains("Somebody") && !line.contains("soon")));
}

#[test]
fn lines_end_in_every_way() {
    for line in ["\n", "\r\n", "\r"] {
        let text = ["employee id,name", "1,Ada", "1,Ada", "2,Bo", ""].join(line);
        assert_eq!(ids(&workers(&folder(text).page_size(1)).unwrap()), ["1", "2"], "{line:?}");
    }
}

#[test]
fn which_column_stands_for_a_field() {
    let first = |text: &str, map: &str| workers(&folder(text).setting("header_map", map)).unwrap().remove(0);
    let by_key = first("Pers.nr.,name\n00042,Ada\n", "employee_number=Pers.nr.");
    assert_eq!((by_key.id.as_str(), by_key.employment.employee_number.as_deref()), ("00042", Some("00042")));
    let two = first("Employee ID,Pers.nr.,name\n1,00042,Ada\n", "employee_number=Pers.nr.");
    assert_eq!(two.id, "00042");
    let mapped = first("employee id,name,Job title,Rolle\n1,Ada,Clerk,Boss\n", "title=Rolle");
    assert_eq!(mapped.employment.title.as_deref(), Some("Boss"));
    // The earlier of the list counts, wherever it stands.
    let listed = first("employee id,Title,First name,Job title\n1,Mr,Jan,Engineer\n", "");
    assert_eq!(listed.employment.title.as_deref(), Some("Engineer"));
    let manager = first("employee id,name,Manager,Manager ID\n1,Ada,Bo Ek,2\n", "");
    assert_eq!(manager.employment.manager_id.as_deref(), Some("2"));
    let address = first("employee id,name,Street,Work street\n1,Ada,Home 1,Work 2\n", "");
    assert_eq!(address.address.unwrap().street.as_deref(), Some("Work 2"));
    let others = first("employee id,name\n1,Ada\n", "group_id=Groep, member_id=Wie");
    assert_eq!(others.id, "1");
}

#[test]
fn columns_that_no_application_has_to_know() {
    let text = "employee id,name,Geburtsdatum,Gehalt,Schuhgröße\n1,Ada,2000-01-01,1000,42\n";
    let all = workers(&folder(text)).unwrap();
    assert_eq!(all[0].custom, [CustomAttribute::new("schuhgroße", Value::Text("42".into()))]);
    let told = SftpCsv::check(&folder(text).files()).unwrap();
    assert_eq!(told.warnings, ["Left out as sensitive: Geburtsdatum, Gehalt."]);
    let own = SftpCsv::discover(&folder(text).files()).unwrap();
    assert_eq!(own.iter().map(|one| one.label.as_str()).collect::<Vec<_>>(), ["Schuhgröße"]);
}

#[test]
fn a_new_file_that_is_due_is_missed() {
    let of = |hours: &str, now: &str| folder(SAMPLE).setting("expect_every_hours", hours).now(now);
    // Written on 14 January at 14:13.
    let check = |dropped: Dropped, is_missed: bool| {
        let warnings = SftpCsv::check(&dropped.files()).unwrap().warnings;
        take_log();
        assert!(workers(&dropped.page_size(2)).is_ok());
        let log = take_log();
        assert_eq!((warnings.len(), log.len()), (usize::from(is_missed), usize::from(is_missed)), "{log:?}");
        assert!(!is_missed || warnings[0].contains("`people.csv` is 26 hours old"), "{warnings:?}");
    };
    check(of("", "2026-01-15T16:13:00Z"), false);
    check(of("", "2026-01-15T16:14:00Z"), true);
    check(of("0", "2027-01-15T16:14:00Z"), false);
    refused(&of("daily", "2026-01-15T16:14:00Z"), "expect_every_hours");
}

#[test]
fn an_address_of_two_people_is_no_manager() {
    let text = "employee id,name,email,manager\n1,Ada,a@example.com,\n2,Bo,b@example.com,\n3,Cy,b@example.com,\n4,Di,,A@example.com\n5,Ed,,b@example.com\n";
    let all = workers(&folder(text)).unwrap();
    let managers: Vec<_> = all.iter().map(|one| one.employment.manager_id.as_deref()).collect();
    assert_eq!(managers, [None, None, None, Some("1"), None]);
}

#[test]
fn names_that_went_through_two_character_sets() {
    let warned = |text: &str| {
        take_log();
        assert!(workers(&folder(text)).is_ok());
        take_log()
            .iter()
            .any(|(_, line)| line.contains("2 people whose names went through two character sets"))
    };
    assert!(warned("employee id,name\n1,ZoÃ«\n2,AÃ¯cha\n3,Bo\n"));
    assert!(!warned("employee id,name\n1,ZoÃ«\n2,Aïcha\n"));
}
