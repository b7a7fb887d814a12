//! What a connector reports, and what becomes of a request that failed.

use super::*;

/// Each kind of failure, made by hand.
pub struct Failures;

impl Connector for Failures {
    fn check(_: &Context) -> Result<AccountInfo> {
        Err(Failure::AuthFailed("the key was withdrawn".into()))
    }

    fn discover(_: &Context) -> Result<Vec<AttributeDefinition>> {
        Err(Failure::PermissionMissing("people:read".into()))
    }

    fn groups(_: &Context, _: Cursor) -> Result<GroupPage> {
        Err(Failure::RateLimited(Some(30)))
    }

    fn memberships(_: &Context, _: Cursor) -> Result<MembershipPage> {
        Err(Failure::RateLimited(None))
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Err(Failure::Upstream(503))
    }
}

/// The other kinds, and one that comes on the second page.
pub struct FailuresMore;

impl Connector for FailuresMore {
    fn check(_: &Context) -> Result<AccountInfo> {
        Err(Failure::InvalidResponse("people page: a person has no `id`".into()))
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        Err(cx.setting("choice").wrong("has to be one that this account has"))
    }

    fn groups(_: &Context, _: Cursor) -> Result<GroupPage> {
        Err(Failure::Bug("TypeError: made by hand (contract:1)".into()))
    }

    fn memberships(_: &Context, _: Cursor) -> Result<MembershipPage> {
        Err(Failure::CheckpointExpired)
    }

    fn workers(_: &Context, cursor: Cursor) -> Result<WorkerPage> {
        if !cursor.is_start() {
            return Err(Failure::Upstream(500));
        }
        let page = WorkerPage::of(vec![Worker::new("1", WorkerStatus::Active)]);
        Ok(page.next(Some(Token { token: Some("2".into()) })))
    }
}

/// Why there was no answer, one reason a step.
pub struct FetchErrors;

impl Connector for FetchErrors {
    fn check(cx: &Context) -> Result<AccountInfo> {
        get(cx, "/denied", "denied").send().map(|_| AccountInfo::default())
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        // One more than a call may make.
        let calls = (0..=200).map(|_| get(cx, "/v1/many", "budget")).collect();
        cx.fetch_all(calls).into_iter().collect::<Result<Vec<_>>>().map(|_| Vec::new())
    }

    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        get(cx, "/v1/timeout", "timeout").send().map(|_| GroupPage::default())
    }

    fn memberships(cx: &Context, _: Cursor) -> Result<MembershipPage> {
        get(cx, "/v1/transport", "transport").send().map(|_| MembershipPage::default())
    }

    fn workers(cx: &Context, _: Cursor) -> Result<WorkerPage> {
        get(cx, "/v1/sign-in", "sign-in").send().map(|_| WorkerPage::default())
    }
}

/// The meaning of statuses.
pub struct Statuses;

impl Connector for Statuses {
    fn check(cx: &Context) -> Result<AccountInfo> {
        get(cx, "/v1/401", "connection test").send().map(|_| AccountInfo::default())
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        get(cx, "/v1/403", "attributes").send().map(|_| Vec::new())
    }

    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        get(cx, "/v1/429", "groups page").send().map(|_| GroupPage::default())
    }

    fn memberships(cx: &Context, _: Cursor) -> Result<MembershipPage> {
        get(cx, "/v1/503", "members page").send().map(|_| MembershipPage::default())
    }

    fn workers(cx: &Context, _: Cursor) -> Result<WorkerPage> {
        get(cx, "/v1/401-bare", "people page").send().map(|_| WorkerPage::default())
    }
}

/// The connector's own reading of statuses, and statuses that are no failure.
pub struct Hooks;

impl Connector for Hooks {
    fn check(cx: &Context) -> Result<AccountInfo> {
        get(cx, "/v1/418", "connection test").send().map(|_| AccountInfo::default())
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        get(cx, "/v1/401", "attributes").send().map(|_| Vec::new())
    }

    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        let found = get(cx, "/v1/404", "groups page").send_if_found()?;
        let groups = found.is_none().then(|| Group::new(GroupKind::Team, "404", "Not found"));
        Ok(GroupPage::of(groups.into_iter().collect()))
    }

    fn memberships(cx: &Context, _: Cursor) -> Result<MembershipPage> {
        let found = get(cx, "/v1/409", "members page").send_unless(&[409])?;
        let memberships = found.is_none().then(|| Membership::worker("404", "409"));
        Ok(MembershipPage::of(memberships.into_iter().collect()))
    }

    fn workers(cx: &Context, _: Cursor) -> Result<WorkerPage> {
        let answer = get(cx, "/v1/500", "people page").any_status()?;
        Ok(WorkerPage::of(vec![Worker::new(answer.status().to_string(), WorkerStatus::Active)]))
    }
}
