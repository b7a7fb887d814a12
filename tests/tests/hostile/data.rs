//! Pages that are too much, that lie, and that never end.

use rollcall_tests::guests::Watched;

use crate::program::Crime;
use crate::{Comes, Fails, guests};

guests! {
    million_workers: Fails("contract", "connector", "out of bounds");
    million_deletions: Fails("contract", "connector", "1000000 records in one answer, 5000 allowed");
    million_teams: Fails("budget", "connector", "32 MiB handed over at once");
    billion_workers: Fails("contract", "connector", "out of bounds");
    many_attributes: Comes(1);
    long_id: Fails("invalid-response", "provider", "a worker whose id has 1000000 bytes, 1024 allowed");
    control_id: Fails("invalid-response", "provider", "a worker whose id has a control character");
    empty_id: Fails("contract", "connector", "a worker without an id");
    bidi_id: Comes(1);
    invalid_utf8: Fails("contract", "connector", "utf-8");
    same_person: Comes(1);
    own_manager: Comes(1);
    strange_dates: Comes(1);
    no_number: Comes(1);
    deletions_in_a_full_read: Fails("contract", "connector", "a full read has no deleted records");
    huge_total: Fails("incomplete", "provider", "18446744073709551615 records, and 1 came");
    long_cursor: Fails("contract", "connector", "a cursor of 10000000 bytes, 65536 allowed");
    same_cursor: Fails("contract", "connector", "leads back to a page that was read before");
    alternating_cursor: Fails("contract", "connector", "leads back to a page that was read before");
    pages_without_end: Fails("contract", "connector", "more than 200 pages without a record in a row");
    nothing: Comes(0);
}

#[test]
fn what_turns_a_line_around_is_written_out() {
    let crime = Crime::new("bidi-id");
    let mut plan = crime.sync();
    plan.args(["--plan", "--all"]);
    let planned = Watched::start(plan).end().ended.expect(0);
    assert!(planned.stdout.contains("4711"), "{}", planned.stdout);
    assert!(
        !planned.stdout.contains('\u{202e}') && !planned.stderr.contains('\u{202e}'),
        "{}",
        planned.stdout
    );
}
