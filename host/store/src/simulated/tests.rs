//! The disk itself, and a store on it.

use rollcall_model::{IntegrationId, PullMode, Run, RunId, RunState};

use super::*;
use crate::TenantStore;

fn open(disk: &SimulatedDisk) -> Result<TenantStore, StoreError> {
    disk.store(MasterKey::from_bytes([7; 32]))?.tenant(&"acme".into())
}

fn run(tenant: &TenantStore) -> Result<Run, StoreError> {
    tenant.open_run(|id| Run {
        act: rollcall_model::Act::Sync,
        id,
        integration: IntegrationId::from("hr"),
        state: RunState::Reading,
        mode: PullMode::Full,
        started_ms: 0,
        connector: String::new(),
        configuration: String::new(),
        receipt: None,
    })
}

#[test]
fn what_was_synced_survives_and_of_the_rest_what_chance_leaves() {
    let mut file = File::default();
    file.operate(Operation::Write(0, vec![1; 2 * SECTOR]));
    file.sync();
    file.operate(Operation::Write(0, vec![2; 2 * SECTOR]));
    file.operate(Operation::Length(4 * SECTOR));
    let mut chances = [false, true, false].into_iter();
    file.lose(Loss::Sectors, &mut || chances.next().expect("one a sector and one a length"));
    assert_eq!(file.now, [vec![1; SECTOR], vec![2; SECTOR]].concat());
    file.operate(Operation::Write(0, vec![3; SECTOR]));
    file.lose(Loss::Unsynced, &mut || true);
    assert_eq!(file.now.first(), Some(&1));
    file.operate(Operation::Write(0, vec![3; SECTOR]));
    file.lose(Loss::Process, &mut || false);
    assert_eq!(file.now.first(), Some(&3));
}

#[test]
fn a_store_survives_losing_power_at_every_write_and_forgets_nothing_that_was_committed() {
    for loss in [Loss::Process, Loss::Unsynced, Loss::Sectors] {
        let mut bits = 0x9e37_79b9_u32;
        let mut chance = || {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bits >> 31 == 1
        };
        let mut lost = 0;
        for at in 0.. {
            let disk = SimulatedDisk::default();
            disk.lose_power_after(at);
            let mut committed = 0;
            let attempt = open(&disk).and_then(|tenant| {
                for _ in 0..2 {
                    committed = run(&tenant)?.id.0;
                }
                Ok(())
            });
            if !disk.has_lost_power() {
                attempt.expect("nothing was in the way");
                break;
            }
            lost += 1;
            disk.restart(loss, &mut chance);
            let tenant = open(&disk).expect("opens with what is left");
            let next = run(&tenant).expect("goes on").id;
            // One may have come through of which nobody was told.
            assert!([committed + 1, committed + 2].contains(&next.0), "{at}: {committed}, {next}");
            assert!(tenant.run(next).expect("reads").is_some());
        }
        assert!(lost > 10, "{lost}");
    }
}

#[test]
fn whoever_had_a_file_open_has_lost_it() {
    let disk = SimulatedDisk::default();
    let before = open(&disk).expect("opens");
    disk.restart(Loss::Process, || true);
    let after = open(&disk).expect("opens");
    assert!(run(&before).is_err());
    assert_eq!(run(&after).expect("goes on").id, RunId(1));
}

#[test]
fn every_byte_that_is_written_is_recorded_where_that_is_asked_for() {
    let disk = SimulatedDisk::default();
    let tenant = open(&disk).expect("opens");
    run(&tenant).expect("commits");
    assert!(disk.recorded().is_empty());
    disk.record();
    let before = disk.operations();
    run(&tenant).expect("commits");
    assert!(disk.operations() > before);
    let integration = |bytes: &[u8]| bytes.windows(2).any(|part| part == b"hr");
    assert!(integration(&disk.recorded()));
    assert!(disk.recorded().is_empty());
    // What comes in between a loss of power that was called off is there.
    disk.lose_power_after(1_000);
    disk.keep_power();
    assert!(run(&tenant).is_ok() && integration(&disk.recorded()));
}
