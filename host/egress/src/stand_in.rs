//! Somebody who answers instead of the network: a recorded conversation, played
//! back. Everything above the wire stays as it is, so that what is tested with
//! a stand-in has met the same grants, credentials, retries, caps and scrubbing
//! as in production.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::wire::{Allowance, Answer, Transfer, WireError};

/// A request as it is about to leave.
#[derive(Debug)]
pub struct Outbound<'a> {
    /// The host alias; none for a token endpoint.
    pub alias: Option<&'a str>,
    /// The slot whose credential it carries, or which it is to sign in.
    pub slot: Option<&'a str>,
    pub method: &'a str,
    /// With the credential, where the slot puts it into the query.
    pub url: &'a Url,
    /// Without.
    pub plain: &'a Url,
    /// With the credential, where the slot puts it into a header. Lower-case
    /// names, in no order.
    pub headers: Vec<(&'a str, String)>,
    /// With the credential, where the slot puts it there.
    pub body: &'a [u8],
    /// Without.
    pub plain_body: &'a [u8],
}

/// What comes back, as a client would have it: decompressed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inbound {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// No answer in time.
    Timeout,
    /// No connection, or one that broke before the end of the answer.
    Broken,
}

/// Answers at once; is asked from several tasks.
pub trait StandIn: Send + Sync {
    fn answer(&self, request: &Outbound<'_>) -> Result<Inbound, Silence>;
}

/// The part of [`crate::wire::Wire`] that a stand-in takes over.
pub(crate) fn send(
    stand_in: &dyn StandIn,
    transfer: &Transfer,
    max: usize,
    batch: Option<&Allowance>,
) -> Result<Answer, WireError> {
    let headers = transfer.headers.iter();
    let request = Outbound {
        alias: transfer.alias.as_deref(),
        slot: transfer.slot.as_deref(),
        method: transfer.method.as_str(),
        url: &transfer.url,
        plain: transfer.plain.as_ref().unwrap_or(&transfer.url),
        headers: headers
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: transfer.body.as_deref().unwrap_or_default(),
        plain_body: transfer.plain_body.as_ref().or(transfer.body.as_ref()).map_or(&[], |body| body.as_ref()),
    };
    let Inbound { status, headers, body } = stand_in.answer(&request).map_err(|silence| match silence {
        Silence::Timeout => WireError::Timeout,
        Silence::Broken => WireError::Connection("the connection broke, or the answer is not HTTP"),
    })?;
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| WireError::Headers)?;
        map.append(name, HeaderValue::from_str(&value).map_err(|_| WireError::Headers)?);
    }
    if body.len() > max {
        return Err(WireError::TooLarge(max));
    }
    if batch.is_some_and(|batch| !batch.take(body.len())) {
        return Err(WireError::BatchTooLarge);
    }
    let body = if request.method == "HEAD" { Vec::new() } else { body };
    Ok(Answer { status, headers: map, body })
}
