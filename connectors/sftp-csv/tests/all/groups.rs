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
