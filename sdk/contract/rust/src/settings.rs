//! What the admin entered.

use super::*;

pub struct Settings;

impl Connector for Settings {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let setting = |key| cx.setting(key);
        let several: Vec<_> = setting("several").list().collect();
        saw(vec![
            format!("required: {}", setting("text").required()?),
            format!("optional: {}", setting("text").optional().unwrap_or("none")),
            format!("optional, blank: {}", setting("blank").optional().unwrap_or("none")),
            format!("or: {}", setting("text").or("default")),
            format!("or, blank: {}", setting("blank").or("default")),
            format!("or, missing: {}", setting("missing").or("default")),
            format!("boolean: {}", setting("flag").boolean(false)?),
            format!("boolean, missing: {}", setting("missing").boolean(true)?),
            format!("one of: {}", setting("choice").one_of(&["v1", "v2"])?),
            format!("one of, missing: {}", setting("missing").one_of(&["v1", "v2"])?),
            format!("list: {}", several.join("|")),
            format!("list, missing: {}", setting("missing").list().count()),
        ])
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        cx.setting("missing").required().map(|_| Vec::new())
    }

    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        cx.setting("blank").required().map(|_| GroupPage::default())
    }

    fn memberships(cx: &Context, _: Cursor) -> Result<MembershipPage> {
        cx.setting("text").boolean(false).map(|_| MembershipPage::default())
    }

    fn workers(cx: &Context, _: Cursor) -> Result<WorkerPage> {
        cx.setting("text").one_of(&["v1", "v2"]).map(|_| WorkerPage::default())
    }
}
