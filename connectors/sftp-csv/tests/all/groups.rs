//! Units, groups and memberships.

use connector_sftp_csv::SftpCsv;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::{Dropped, take_log};

use crate::folder::folder;
use crate::people::SAMPLE;

fn company() -> Dropped {
    folder("")
        .file("people_20260301.csv", SAMPLE)
        .file("units_20260301.csv", "unit_id,name,kind,parent_id\nD1,Management,department,\nD2,People,department,D1\nD3,Engineering,department,D1\nT7,Platform team,team,D3\n")
        .file("groups_20260301.csv", "group_id,name,parent_id\nG-VPN,VPN users,\nG-ALL,All staff,\n")
        .file("memberships_20260301.csv", "group_id,member_id,member_type\nG-VPN,00042,person\nG-VPN,10023,person\nG-ALL,G-VPN,group\nG-ALL,99999,person\nG-NO,00042,person\n")
        .setting("people_pattern", "people_{date}.csv")
        .setting("units_pattern", "units_{date}.csv")
        .setting("groups_pattern", "groups_{date}.csv")
        .setting("memberships_pattern", "memberships_{date}.csv")
}

fn groups(dropped: &Dropped) -> Vec<Group> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = SftpCsv::groups(&dropped.files(), Cursor::from(cursor)).unwrap();
        all.extend(page.groups);
        cursor = page.next;
        if cursor.is_none() {
            all.sort_by(|one, other| one.id.cmp(&other.id));
            all.dedup_by(|one, other| one.id == other.id);
            return all;
        }
    }
}

fn memberships(dropped: &Dropped) -> Vec<Membership> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = SftpCsv::memberships(&dropped.files(), Cursor::from(cursor)).unwrap();
        all.extend(page.memberships);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

#[test]
fn units_of_files_and_of_columns() {
    let all = groups(&company());
    let ids: Vec<_> = all
        .iter()
        .map(|group| (group.id.as_str(), group.name.as_str(), group.parent_id.as_deref()))
        .collect();
    assert_eq!(
        ids,
        [
            ("cost-center:1000", "1000", None),
            ("cost-center:1100", "1100", None),
            ("cost-center:1200", "1200", None),
            ("department:D1", "Management", None),
            ("department:D2", "People", Some("department:D1")),
            ("department:D3", "Engineering", Some("department:D1")),
            ("group:G-ALL", "All staff", None),
            ("group:G-VPN", "VPN users", None),
            ("location:ghent", "Ghent", None),
            ("location:utrecht", "Utrecht", None),
            ("team:T7", "Platform team", Some("department:D3")),
        ]
    );
    assert_eq!(groups(&company().page_size(1)), all);
}

#[test]
fn who_is_in_them() {
    let all = memberships(&company());
    let has = |membership| all.contains(&membership);
    assert!(
        has(Membership::worker("department:D3", "10023"))
            && has(Membership::worker("location:utrecht", "10025"))
    );
    assert!(
        has(Membership::worker("group:G-VPN", "00042"))
            && has(Membership::group("group:G-ALL", "group:G-VPN"))
    );
    let log = take_log();
    assert!(log.iter().any(|(_, line)| line.contains("1 memberships of groups that no file has")), "{log:?}");
    assert!(!all.iter().any(|one| one.group_id.contains("G-NO")));
    let mut paged = memberships(&company().page_size(1));
    let mut all = all;
    let key = |one: &Membership| format!("{one:?}");
    paged.sort_by_key(key);
    all.sort_by_key(key);
    assert_eq!(paged, all);
}

#[test]
fn files_of_another_day_are_not_taken_together() {
    let late = company().file("people_20260302.csv", SAMPLE);
    let failure = SftpCsv::memberships(&late.files(), Cursor::default()).unwrap_err();
    assert!(format!("{failure:?}").contains("units_pattern"), "{failure:?}");
}

#[test]
fn other_files_are_of_the_days_of_those_of_people() {
    let file = |name: &str| company().file(name, "group_id,name\nG-NEW,New\n");
    let has_new = |dropped: &Dropped| groups(dropped).iter().any(|group| group.id == "group:G-NEW");
    // The time of day is another one for each file.
    let timed = folder("")
        .file("people_20260301_023000.csv", SAMPLE)
        .file("groups_20260301_023004.csv", "group_id,name\nG-NEW,New\n")
        .setting("people_pattern", "people_{datetime}.csv")
        .setting("groups_pattern", "groups_{datetime}.csv");
    assert!(has_new(&timed));
    // Weekly beside changes of each day; the newest counts.
    let weekly = |dropped: Dropped| {
        dropped
            .file("people_delta_20260303.csv", "action,employee_id,first_name\nC,00041,May\n")
            .setting("people_pattern", "people_*{date}.csv")
            .setting("mode", "by-name")
    };
    assert!(!has_new(&weekly(company())));
    assert!(has_new(&weekly(file("groups_20260302.csv"))));
    assert!(!has_new(&weekly(file("groups_20260304.csv"))));
}

/// A folder of people, groups and memberships: whoever is in the groups of the
/// files.
fn members(groups: &str, listed: &str) -> Vec<Membership> {
    memberships(&listing(groups, listed))
}

fn listing(groups: &str, listed: &str) -> Dropped {
    folder("employee id,name\n1,Ada\n2,Bo\n")
        .file("groups.csv", format!("group id,name\n{groups}"))
        .file("members.csv", listed)
        .setting("groups_pattern", "groups.csv")
        .setting("memberships_pattern", "members.csv")
}

#[test]
fn memberships_count_while_they_last() {
    let listed = "group id,member id,start date,end date\nG,1,2026-03-02,2026-03-02\nG,2,2026-03-03,\nG,3,,2026-03-01\nG,4,,9999-12-31\n";
    let is = |id: &str| Membership::worker("group:G", id);
    assert_eq!(members("G,Group\n", listed), [is("1"), is("4")]);
    let unclear = listing("G,Group\n", "group id,member id,end date\nG,1,01/02/2026\n");
    let failure = SftpCsv::memberships(&unclear.files(), Cursor::default()).unwrap_err();
    assert!(format!("{failure:?}").contains("date_format"), "{failure:?}");
}

#[test]
fn many_memberships_come_on_several_pages() {
    use std::fmt::Write as _;
    let mut listed = "group id,member id\n".to_owned();
    (0..9_000).for_each(|member| writeln!(listed, "G,{member}").unwrap());
    assert_eq!(members("G,Group\n", &listed).len(), 9_000);
    // Long lists of people: a page has at most 5,000 of anything.
    let named: Vec<_> = (0..400).map(|group| format!("g{group}")).collect();
    let mut text = "employee id,name,groups\n".to_owned();
    (0..20).for_each(|person| writeln!(text, "{person},Somebody,{}", named.join("|")).unwrap());
    let many = folder(text).page_size(5_000);
    let page = SftpCsv::memberships(&many.files(), Cursor::default()).unwrap();
    assert!(page.memberships.len() <= 5_000 && page.next.is_some(), "{}", page.memberships.len());
    assert_eq!(memberships(&many).len(), 8_000);
    assert_eq!(groups(&many).len(), 400);
}

#[test]
fn other_files_are_cut_off_too() {
    let with = |listed: &str| {
        let people = "employee id|name\n1|Ada\nT|1\n";
        let all = folder(people).file("members.csv", listed).setting("memberships_pattern", "members.csv");
        all.setting("trailer_record", "T").setting("delimiter", "pipe")
    };
    let refused = |listed: &str, part: &str| {
        let failure = SftpCsv::memberships(&with(listed).files(), Cursor::default()).unwrap_err();
        assert!(format!("{failure:?}").contains(part), "{failure:?} should contain {part}");
    };
    refused("group id|member id\nG|1\n", "has no last record");
    refused("group id|member id\nG|1\nT|2\n", "says that it has 2 records, and has 1");
    refused("group id|member id\nG|\nT|1\n", "line 2: has no member");
    assert!(SftpCsv::memberships(&with("group id|member id\nG|1\nT|1\n").files(), Cursor::default()).is_ok());
}

#[test]
fn ids_of_files_and_of_columns_are_the_same() {
    let people = "employee id,name,cost center,groups,department\n1,Ada,CC-100,G-VPN;Some Group,D 3\n";
    let units = "unit id,name,kind,parent id\n100,Sales,department,\n100,Cost,cost-center,\nCC-100,Center,cost-center,100\nT,Team,team,100\n";
    let all = folder(people)
        .file("units.csv", units)
        .file("groups.csv", "group id,name\nG-VPN,VPN\n")
        .file("members.csv", "group id,member id\n100,1\ndepartment:100,2\n")
        .setting("units_pattern", "units.csv")
        .setting("groups_pattern", "groups.csv")
        .setting("memberships_pattern", "members.csv");
    let found = memberships(&all);
    let ids: Vec<_> = found.iter().map(|one| one.group_id.as_str()).collect();
    assert_eq!(
        ids,
        ["department:d 3", "cost-center:CC-100", "group:G-VPN", "group:some group", "department:100"]
    );
    let parent = |id: &str| groups(&all).into_iter().find(|group| group.id == id).unwrap().parent_id;
    assert_eq!(parent("cost-center:CC-100").as_deref(), Some("cost-center:100"));
    // Of two kinds none is meant.
    assert_eq!(parent("team:T").as_deref(), Some("100"));
}

#[test]
fn the_test_of_the_connection_reads_all_files() {
    let check = |dropped: Dropped| SftpCsv::check(&dropped.files());
    assert!(check(company()).is_ok());
    let broken = company().file("memberships_20260301.csv", "group_id,name\nG,1\n");
    assert!(format!("{:?}", check(broken).unwrap_err()).contains("has no member"));
    let broken = company().file("units_20260301.csv", "unit_id,name,kind\nD1,Management,tribe\n");
    assert!(format!("{:?}", check(broken).unwrap_err()).contains("the kind is none of team, department"));
}
