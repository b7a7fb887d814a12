//! Answers that are not what the interface promises.

use super::*;

pub struct Answers;

impl Connector for Answers {
    fn check(cx: &Context) -> Result<AccountInfo> {
        get(cx, "/v1/html", "connection test").json::<Vec<u64>>()?;
        Ok(AccountInfo::default())
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        get(cx, "/v1/empty", "attributes").json::<Vec<u64>>()?;
        Ok(Vec::new())
    }

    /// A byte order mark is no fault.
    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        let numbers: Vec<u64> = get(cx, "/v1/bom", "groups page").json()?;
        Ok(GroupPage::default().total(numbers.first().copied()))
    }

    fn memberships(cx: &Context, _: Cursor) -> Result<MembershipPage> {
        let answer = get(cx, "/v1/html-untold", "members page").send()?;
        answer.json::<Vec<u64>>()?;
        Ok(MembershipPage::default())
    }

    fn workers(cx: &Context, _: Cursor) -> Result<WorkerPage> {
        let answer = get(cx, "/v1/people", "people page").send()?;
        Err(answer.invalid("a person has no `id`"))
    }
}
