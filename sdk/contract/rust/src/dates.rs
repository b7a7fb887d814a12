//! Days and instants, out of what providers write.

use super::*;

const TEXTS: [&str; 22] = [
    "2021-01-01",
    " 2021-01-31 ",
    "20210131",
    "2014-11-09 00:00:00+01:00",
    "2012-02-01T00:00:00+0100",
    "2017-05-23T23:59:59.999Z",
    "2021-01-01Z",
    "2024-02-29",
    "2023-02-29",
    "1900-02-29",
    "2000-02-29",
    "2021-04-31",
    "2021-13-01",
    "2021-1-1",
    "0000-01-01",
    "9999-12-31",
    "31.12.2025",
    "tomorrow",
    "",
    "2021-06-01T12:30",
    "2021-06-01T12:30:15.1234567-05:30",
    "2021-06-01T25:00:00Z",
];

pub struct Dates;

impl Connector for Dates {
    fn check(_: &Context) -> Result<AccountInfo> {
        let none = || "none".to_owned();
        let line = |text: &&str| {
            let (date, instant) = (date(text), instant(text));
            format!("`{text}`: {}, {}", date.unwrap_or_else(none), instant.unwrap_or_else(none))
        };
        saw(TEXTS.iter().map(line).collect())
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}
