//! The gate: a plan that takes access from many people waits for a person
//! (safety rule 3).

use rollcall_model::PlanCounts;

use crate::policy::Threshold;

/// Leavers that never trip the percentage.
const FEW: u64 = 2;

/// Why a plan has to wait. Counts every way out.
pub fn hold(counts: &PlanCounts, threshold: Threshold) -> Option<String> {
    let leaving = counts.taken_away();
    if leaving > u64::from(threshold.people) {
        return Some(format!("{leaving} people would lose access, and the limit is {}", threshold.people));
    }
    let over = leaving.saturating_mul(100) > counts.linked.saturating_mul(u64::from(threshold.percent));
    (leaving > FEW && over).then(|| {
        format!(
            "{leaving} of {} people would lose access, and the limit is {} percent",
            counts.linked, threshold.percent
        )
    })
}

#[cfg(test)]
mod tests {
    use rollcall_model::{Reaction, Situation};

    use super::*;

    fn check(deactivate: u64, remove: u64, linked: u64, held: bool) {
        let mut counts = PlanCounts { linked, ..PlanCounts::default() };
        (0..deactivate).for_each(|_| counts.add(Situation::Missing, Reaction::Deactivate));
        (0..remove).for_each(|_| counts.add(Situation::OutOfScope, Reaction::Remove));
        let threshold = Threshold { people: 50, percent: 10 };
        assert_eq!(hold(&counts, threshold).is_some(), held, "{deactivate} + {remove} of {linked}");
    }

    #[test]
    fn rule_3_every_way_out_counts_as_a_number_and_a_share() {
        check(0, 0, 0, false);
        check(2, 0, 5, false);
        check(2, 1, 5, true);
        check(10, 0, 100, false);
        check(6, 5, 100, true);
        check(50, 0, 10_000, false);
        check(40, 11, 10_000, true);
    }
}
