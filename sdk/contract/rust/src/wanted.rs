//! What the host will use.

use super::*;

pub struct Wanted;

impl Connector for Wanted {
    fn check(cx: &Context) -> Result<AccountInfo> {
        saw(vec![
            format!("department: {}", cx.wants("department")),
            format!("title: {}", cx.wants("title")),
            format!("unit department: {}", cx.wants_unit("department")),
            format!("unit cost_center, by id: {}", cx.wants_unit("cost_center")),
            format!("unit teams, by id: {}", cx.wants_unit("teams")),
            format!("unit company: {}", cx.wants_unit("company")),
            format!("custom badge: {}", cx.wants_custom("badge")),
            format!("custom shoe size: {}", cx.wants_custom("shoe size")),
            format!("any custom: {}", cx.wants_any("custom.")),
            format!("any of work_address: {}", cx.wants_any("work_address.")),
            format!("all: {}", cx.wants_all()),
            format!("group g1: {}", cx.wants_group("g1")),
            format!("group g2: {}", cx.wants_group("g2")),
            format!("groups: {}", cx.wanted_groups().join("|")),
            format!("flattened: {}", cx.flattened()),
            format!("page of at most 100: {}", cx.page_size(100)),
            format!("page of at most 5: {}", cx.page_size(5)),
        ])
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}
