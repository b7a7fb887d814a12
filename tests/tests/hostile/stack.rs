//! Running out of stack, and into the host again.

use rollcall_tests::guests;

use crate::program::{Crime, ends};
use crate::{Fails, guests};

guests! {
    deep_recursion: Fails("crashed", "connector", "call stack exhausted");
    reentrance: Fails("crashed", "connector", "cannot leave component instance");
}

/// Locals of one function: its frame is larger than what guards a stack, and a
/// fourth one is too many.
const LOCALS: usize = 20_000;

#[test]
fn big_locals() {
    // Each is made before the call and used after it.
    let (mut make, mut take) = (String::new(), String::new());
    for local in 1..=LOCALS {
        make.push_str(&format!("(local.set {local} (i64.mul (local.get {}) (local.get 0)))", local - 1));
        take.push_str(&format!("(i64.xor (local.get {local}))"));
    }
    let own = format!(
        "(func $heavy (param i64) (result i64) (local {}) {make} (call $heavy (local.get {LOCALS})) {take})
         (func $pull-workers (param $args i32) (result i32)
            (drop (call $heavy (i64.load (local.get $args)))) (i32.const 1024))",
        "i64 ".repeat(LOCALS)
    );
    let crime = Crime::of("big-locals", &guests::with_manifest(&guests::bare(&own)));
    ends(&crime, Fails("crashed", "connector", "call stack exhausted"));
}
