//! Permissions: names, purposes, and slots that exist.

use std::collections::HashSet;

use super::Check;
use crate::limits::{MAX_CHOICES, MAX_PERMISSION_BYTES, MAX_PERMISSIONS, MAX_PROSE_BYTES};

pub(super) fn permissions(check: &mut Check<'_>) {
    let all = &check.manifest.permissions;
    check.at_most("permissions", all.len(), MAX_PERMISSIONS);
    let mut seen = HashSet::new();
    for permission in all {
        let field = format!("permissions[{}]", permission.name);
        name(check, &field, &permission.name);
        if !seen.insert((&permission.name, &permission.slot)) {
            check.problem(&field, "is listed twice; remove one");
        }
        check.localized(&format!("{field}.purpose"), &permission.purpose, MAX_PROSE_BYTES);
        if let Some(slot) = &permission.slot
            && !check.manifest.slots.iter().any(|one| one.name == *slot)
        {
            check.problem(
                format!("{field}.slot"),
                format!("`{slot}` is not a slot; declare it under [[slots]]"),
            );
        }
        check.at_most(&format!("{field}.within"), permission.within.len(), MAX_CHOICES);
        permission.within.iter().for_each(|wider| name(check, &format!("{field}.within"), wider));
    }
}

/// RFC 6749 section 3.3: one word of printable ASCII.
fn name(check: &mut Check<'_>, field: &str, name: &str) {
    if name.is_empty()
        || name.len() > MAX_PERMISSION_BYTES
        || !name.bytes().all(|byte| byte.is_ascii_graphic())
    {
        check.problem(
            field,
            format!("`{name}` is not the name of a permission: 1 to {MAX_PERMISSION_BYTES} printable characters without spaces"),
        );
    }
}
