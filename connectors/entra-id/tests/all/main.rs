//! The connector against a provider that does what the real one does now and
//! then.

mod account;
mod changes;
mod groups;
mod memberships;
mod users;

use rollcall_sdk::testing::{Exchange, Provider, get};

/// What is asked for where only the status is wanted.
const SELECT: &str = "accountEnabled,id,userPrincipalName,employeeHireDate,userType,externalUserState";

/// A run in which only the status is wanted.
fn provider() -> Provider {
    Provider::new().wants(&["status"])
}

fn latest(select: &str) -> Exchange {
    get("graph", "/v1.0/users/delta").query("$deltatoken", "latest").query("$select", select).auth("secret")
}

/// The first page of members.
fn users(select: &str) -> Exchange {
    let page = get("graph", "/v1.0/users").query("$top", 100).query("$filter", "userType eq 'Member'");
    page.query("$select", select).auth("secret")
}

/// An error as Graph writes it.
fn error(exchange: Exchange, status: u16, code: &str) -> Exchange {
    let body = format!(r#"{{"error":{{"code":"{code}","message":"Because.","innererror":{{}}}}}}"#);
    exchange.answer(status, "application/json", body)
}
